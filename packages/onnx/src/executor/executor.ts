// The default executor: onnxruntime in a child process.

import {
  checkFeeds,
  type CompileOptions,
  type Executable,
  type Executor,
  type Feeds,
  type RunOptions,
  type Runnable,
} from "@tersor/core";
import { readModel } from "../read/model.ts";
import { childLink } from "./child-link.ts";
import { outputNotTensor } from "./errors.ts";
import { createHost, type HostClient, type OpenSession } from "./client.ts";
import { inlineLink } from "./inline-link.ts";
import { observeGraph } from "./observe.ts";
import type { LoadedRuntime, RuntimeChoice } from "./protocol.ts";
import { placesOf, withOutputs } from "./taps.ts";

/** Which runtime runs, and where. */
export interface ExecutorOptions {
  /** "auto" (default): onnxruntime-node, or onnxruntime-web where that is not installed. */
  readonly runtime?: RuntimeChoice;
  /**
   * Runs the models in the caller's own process, for embedders: a crash of the runtime ends the caller too, and
   * time-out and abort are noticed only between runs.
   */
  readonly inProcess?: boolean;
  /** Is told once, in plain words, when onnxruntime-web stands in. Default: a warning of the process. */
  readonly onNotice?: (notice: string) => void;
}

/** An executor on onnxruntime. */
export interface OnnxExecutor extends Executor {
  /** The process the models run in, while there is one. */
  readonly pid: number | undefined;
  /** The runtime that is used; loads it. */
  runtime(): Promise<LoadedRuntime>;
}

/**
 * Makes an executor. Nothing is started before the first call; an idle child process does not keep the caller running.
 * @example
 * const executor = createExecutor();
 * const model = await executor.compile({ file: "model.onnx" });
 * const { logits } = await model.run({ input_ids });
 */
export function createExecutor(options: ExecutorOptions = {}): OnnxExecutor {
  const link = options.inProcess ? inlineLink() : childLink();
  const host = createHost(link, options.runtime ?? "auto", options.onNotice ?? warn);
  return {
    name: "onnxruntime",
    get pid() {
      return link.pid;
    },
    runtime: () => host.runtime(),
    compile: (model, compileOptions = {}) => compile(host, model, compileOptions),
    observe: (graph, batches, requests, observeOptions = {}) =>
      observeGraph(host, graph, batches, requests, observeOptions),
    profile: (model, feeds, { warmup, iterations, threads = 1, optimization = "all", ...control }) =>
      host.profile(model, { feeds, warmup, iterations, options: { threads, optimization } }, control),
    dispose: () => link.close(),
  };
}

let warned = false;

/** Once per process, however many executors there are. */
function warn(notice: string): void {
  if (warned) return;
  warned = true;
  process.emitWarning(notice, { code: "TERSOR_RUNTIME" });
}

async function compile(host: HostClient, model: Runnable, options: CompileOptions): Promise<Executable> {
  const { tap = [], threads = 1, optimization = "all", ...control } = options;
  const session = await host.open(await tapped(model, tap), { threads, optimization }, control);
  rejectOtherTaps(session, tap);
  return executableOf(session);
}

async function tapped(model: Runnable, tap: readonly string[]): Promise<Runnable> {
  if (tap.length === 0) return model;
  const graph = "file" in model ? await readModel(model.file) : model;
  placesOf(graph, graph.path ?? graph.name, tap);
  return withOutputs(graph, tap);
}

function rejectOtherTaps({ signature, model }: OpenSession, tap: readonly string[]): void {
  for (const { name, type } of signature.outputs) {
    if (type.kind !== "tensor" && tap.includes(name))
      throw outputNotTensor({ model, output: name, type: "sequence or map" });
  }
}

/** Sequences and maps among the outputs are listed, and left out of what a run gives. */
function executableOf(session: OpenSession): Executable {
  const { inputs, outputs } = session.signature;
  const tensors = outputs.filter(({ type }) => type.kind === "tensor").map(({ name }) => name);
  const check = (feeds: Feeds): void => checkFeeds(feeds, inputs, `the feeds of ${session.model}`, { allowNaN: true });
  return {
    inputs,
    outputs,
    run: async (feeds, control: RunOptions = {}) => {
      check(feeds);
      return session.call("run", { feeds, outputs: tensors }, control);
    },
    time: async (feeds, { warmup, iterations, ...control }) => {
      check(feeds);
      return session.call("time", { feeds, outputs: tensors, warmup, iterations }, control);
    },
    dispose: () => session.release(),
  };
}
