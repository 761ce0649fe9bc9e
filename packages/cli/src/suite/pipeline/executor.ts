// A pipeline in the place of one model: an executor that compiles all parts, and one that remembers what went into each.

import type { Dataset, Executable, Executor, Feeds } from "@tersor/core";
import type { Models, Pipeline } from "./models.ts";

/** The models of a pipeline by its parts. */
export type Files = Readonly<Record<string, string>>;

/** What went into a part, on some of its runs. */
export interface Recording {
  readonly feeds: readonly Feeds[];
}

/** Most runs of a part that are kept: of longer series every second one, over and over. */
const MOST_FEEDS = 16;

/** Runs a dataset through a pipeline; gives the results, and what went into each part. */
export async function runRecorded(
  executor: Executor,
  files: Files,
  pipeline: Pipeline,
  dataset: Dataset,
): Promise<{ readonly outputs: readonly Feeds[]; readonly recordings: Readonly<Record<string, Recording>> }> {
  return withModels(executor, files, async (models) => {
    const recorders = Object.fromEntries(Object.entries(models).map(([part, model]) => [part, recorded(model)]));
    const outputs: Feeds[] = [];
    for await (const { feeds } of dataset) outputs.push(await pipeline(recorders, feeds));
    return { outputs, recordings: recorders };
  });
}

function recorded(model: Executable): Models[string] & Recording {
  const feeds: Feeds[] = [];
  let [seen, stride] = [0, 1];
  const keep = (one: Feeds): void => {
    if (seen++ % stride !== 0) return;
    feeds.push(one);
    if (feeds.length < MOST_FEEDS) return;
    feeds.splice(0, feeds.length, ...feeds.filter((_, i) => i % 2 === 0));
    stride *= 2;
  };
  const run: Executable["run"] = (one, options) => {
    keep(one);
    return model.run(one, options);
  };
  return { inputs: model.inputs, outputs: model.outputs, run, feeds };
}

/** An executor whose one model is the pipeline. */
export function pipelineExecutor(inner: Executor, files: Files, pipeline: Pipeline): Executor {
  return {
    name: inner.name,
    compile: async () => {
      const models = await compiled(inner, files);
      const first = Object.values(models)[0]!;
      return {
        inputs: first.inputs,
        outputs: first.outputs,
        run: (feeds) => pipeline(models, feeds),
        time: (feeds, options) => first.time(feeds, options),
        dispose: () => disposed(models),
      };
    },
    observe: (graph, batches, requests, options) => inner.observe(graph, batches, requests, options),
    dispose: () => inner.dispose(),
  };
}

type Compiled = Readonly<Record<string, Executable>>;

async function withModels<T>(executor: Executor, files: Files, work: (models: Compiled) => Promise<T>): Promise<T> {
  const models = await compiled(executor, files);
  try {
    return await work(models);
  } finally {
    await disposed(models);
  }
}

async function compiled(executor: Executor, files: Files): Promise<Compiled> {
  const models: Record<string, Executable> = {};
  for (const [part, file] of Object.entries(files)) models[part] = await executor.compile({ file });
  return models;
}

async function disposed(models: Compiled): Promise<void> {
  for (const model of Object.values(models)) await model.dispose();
}
