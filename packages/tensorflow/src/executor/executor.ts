// What TensorFlow's executors have in common: a model in a process of its own, started again where it was ended.

import {
  checkFeeds,
  type CompileOptions,
  type Executable,
  type Executor,
  type Feeds,
  type Runnable,
  type RunOptions,
} from "@tersor/core";
import type { TensorFlowGraph } from "../graphdef/graph.ts";
import { RuntimeFailure, startChild, type Child } from "./child.ts";
import {
  graphNotRunnable,
  modelDisposed,
  modelRejected,
  observeUnsupported,
  operationMissing,
  runFailed,
  tapUnsupported,
} from "./errors.ts";
import { signatureOf } from "./ports.ts";
import type { CallName, Calls, HostModel } from "./protocol.ts";

/** An executor that runs TensorFlow's models in TensorFlow's own runtimes. */
export interface TensorFlowExecutor extends Executor {
  /** Makes a frozen graph in memory ready to run. */
  compileGraph(graph: TensorFlowGraph, options?: CompileOptions): Promise<Executable>;
}

/** A model as a runtime takes it. */
export interface Prepared {
  readonly model: HostModel;
  /** Removes what was written for it; called once it is loaded. */
  discard(): Promise<void>;
}

/** How a runtime is served. */
export interface RuntimeSupport {
  /** The name in messages. */
  readonly runtime: string;
  /** Folders beside which the runtime's packages are looked for. */
  readonly folders: readonly string[];
  /** Variables of the environment that the runtime is started with, unless the caller's own has them. */
  environmentOf?(graph: TensorFlowGraph): Readonly<Record<string, string>>;
  /** Reads a file. */
  read(file: string): TensorFlowGraph;
  /** Prepares a graph; `file` is there when it was read from one. */
  prepare(graph: TensorFlowGraph, file: string | undefined): Promise<Prepared>;
}

/** An executor over a runtime. */
export function executorOf(support: RuntimeSupport): TensorFlowExecutor {
  const open = new Set<Executable>();
  const compiled = async (graph: TensorFlowGraph, file: string | undefined, options: CompileOptions) => {
    const executable = await openModel(support, graph, file, options, () => open.delete(executable));
    open.add(executable);
    return executable;
  };
  return {
    name: support.runtime,
    compile: async (model: Runnable, options = {}) => {
      if (!("file" in model)) throw graphNotRunnable({ model: quoted(model.name), runtime: support.runtime });
      return compiled(support.read(model.file), model.file, options);
    },
    compileGraph: (graph, options = {}) => compiled(graph, undefined, options),
    observe: () => Promise.reject(observeUnsupported({ runtime: support.runtime })),
    dispose: async () => {
      await Promise.all([...open].map((executable) => executable.dispose()));
    },
  };
}

function quoted(name: string): string {
  return name === "" ? "the model" : `"${name}"`;
}

async function openModel(
  support: RuntimeSupport,
  graph: TensorFlowGraph,
  file: string | undefined,
  { tap = [], ...control }: CompileOptions,
  closed: () => void,
): Promise<Executable> {
  const model = quoted(file ?? graph.name);
  if (tap.length > 0) throw tapUnsupported({ model, runtime: support.runtime });
  const place: Place = { support, graph, file, model };
  let child: Promise<Child> | undefined = load(place, control);
  let disposed = false;
  await child;
  const call = async <K extends CallName>(
    name: K,
    ask: Calls[K]["ask"],
    run: RunOptions,
  ): Promise<Calls[K]["answer"]> => {
    if (disposed) throw modelDisposed({ model });
    if (child === undefined || !(await child).alive) child = retried(load(place, run));
    return worded(place, runFailed, (await child).call(name, ask, run));
  };
  /** A load that failed is tried again by the next call. */
  const retried = (loading: Promise<Child>): Promise<Child> => {
    loading.catch(() => (child = undefined));
    return loading;
  };
  const ports = signatureOf(graph);
  const check = (feeds: Feeds): void => checkFeeds(feeds, ports.inputs, `the feeds of ${model}`, { allowNaN: true });
  return {
    ...ports,
    run: async (feeds, run = {}) => {
      check(feeds);
      return call("run", { feeds }, run);
    },
    time: async (feeds, { warmup, iterations, ...run }) => {
      check(feeds);
      return call("time", { feeds, warmup, iterations }, run);
    },
    dispose: async () => {
      disposed = true;
      closed();
      await (await child?.catch(() => undefined))?.end();
    },
  };
}

interface Place {
  readonly support: RuntimeSupport;
  readonly graph: TensorFlowGraph;
  readonly file: string | undefined;
  /** The model as errors name it. */
  readonly model: string;
}

/** @throws TENSORFLOW_MODEL_REJECTED, TENSORFLOW_OPERATION_MISSING, and what the host throws. */
async function load(place: Place, control: RunOptions): Promise<Child> {
  const { support, graph, file, model } = place;
  const { runtime, folders } = support;
  const child = startChild(model, support.environmentOf?.(graph));
  try {
    const prepared = await support.prepare(graph, file);
    try {
      const loading = child.call("load", { model: prepared.model, folders }, control);
      const operations = await worded(place, modelRejected, loading);
      if (operations.length > 0) throw operationMissing({ model, runtime, operations });
    } finally {
      await prepared.discard();
    }
    return child;
  } catch (error) {
    await child.end();
    throw error;
  }
}

/** What TensorFlow.js says when it comes to a kernel that it does not have. */
const missingKernel =
  /(?:Kernel|Unknown op|Node type) '?([\w]+)'? ?(?:not registered|is not implemented|\. File an issue)/;

async function worded<T>(
  { model, support: { runtime } }: Place,
  error: typeof runFailed,
  answer: Promise<T>,
): Promise<T> {
  try {
    return await answer;
  } catch (failure) {
    if (!(failure instanceof RuntimeFailure)) throw failure;
    const op = missingKernel.exec(failure.message)?.[1];
    if (op === undefined) throw error({ model, runtime, reason: failure.message });
    throw operationMissing({ model, runtime, operations: [{ node: op, op, why: "there is no kernel for it" }] });
  }
}
