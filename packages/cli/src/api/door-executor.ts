// Runs model files of every format: an ONNX file goes to the runtime as it is, what a door reads goes there as the
// graph it becomes, and what can only be run (TensorFlow Lite) goes to the runtime of its own framework.

import { extname } from "node:path";
import type { Adapter, Executor, Runnable } from "@tersor/core";
import { onnxAdapter } from "@tersor/onnx";
import { runnerMissing } from "../errors.ts";
import { doorAdapters } from "./doors.ts";

/** An executor whose files may be of any format that an adapter knows; `dispose` ends what it started, not `inner`. */
export function doorExecutor(inner: Executor, adapters: readonly Adapter[]): Executor {
  const runners = new Set<Executor>();
  const place = async (model: Runnable): Promise<readonly [Executor, Runnable]> => {
    if (!("file" in model) || (await onnxAdapter.accepts(model.file))) return [inner, model];
    const adapter = await adapterFor(model.file, adapters);
    if (adapter === undefined) return [inner, model];
    if (!adapter.runOnly) return [inner, await adapter.read(model.file)];
    const runner = await adapter.runner?.(model.file);
    if (runner === undefined) throw runnerMissing(model.file);
    runners.add(runner);
    return [runner, model];
  };
  const profile = inner.profile?.bind(inner);
  return withTheRest(inner, {
    name: inner.name,
    compile: async (model, options) => {
      const [executor, runnable] = await place(model);
      return executor.compile(runnable, options);
    },
    observe: (graph, batches, requests, options) => inner.observe(graph, batches, requests, options),
    ...(profile && {
      profile: async (model, feeds, options) => {
        const [executor, runnable] = await place(model);
        return executor === inner ? profile(runnable, feeds, options) : executor.profile?.(runnable, feeds, options);
      },
    }),
    dispose: async () => {
      for (const runner of runners) await runner.dispose();
      runners.clear();
    },
  });
}

/** With what else the inner executor has, such as the version of its runtime. */
function withTheRest(inner: Executor, own: Executor): Executor {
  const others = Object.entries(Object.getOwnPropertyDescriptors(inner)).filter(([key]) => !(key in own));
  return Object.defineProperties(own, Object.fromEntries(others));
}

/**
 * The adapter that takes a path for one of its models. Those of plugins are asked first, so that they can stand before
 * the house's own, then those that read files of its ending.
 */
export async function adapterFor(path: string, adapters: readonly Adapter[]): Promise<Adapter | undefined> {
  const ending = extname(path).toLowerCase();
  const house = [onnxAdapter, ...doorAdapters].map(({ name }) => name);
  const plugins = adapters.filter(({ name }) => !house.includes(name));
  const likely = adapters.filter(({ formats }) => formats.includes(ending));
  for (const adapter of new Set([...plugins, ...likely, ...adapters])) if (await adapter.accepts(path)) return adapter;
  return undefined;
}
