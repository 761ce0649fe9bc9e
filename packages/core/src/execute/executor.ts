// Running a graph is somebody else's work: calibration, checks and evaluation see only this.

import type { OpProfile } from "../diagnosis.ts";
import type { Feeds, Graph, ValueType } from "../graph/graph.ts";
import type { ObserverRequest, Summary } from "./observer.ts";

/** A model to run: a graph, or a model file that is already on disk. */
export type Runnable = Graph | { readonly file: string };

/** When a run is given up. */
export interface RunOptions {
  readonly signal?: AbortSignal;
  /** What takes longer is ended with a typed error. */
  readonly timeoutMs?: number;
}

/** How a model is made ready to run. */
export interface CompileOptions extends RunOptions {
  /** Threads within one operator; 0 lets the runtime decide. Default 1 for reproducible results. */
  readonly threads?: number;
  /** Graph optimisation of the runtime. Default "all"; "basic" where inner values are observed, which prevents most fusions. */
  readonly optimization?: "disabled" | "basic" | "extended" | "all";
  /** Names of inner values to give as outputs besides the model's own. */
  readonly tap?: readonly string[];
}

/** A model that is ready to run. */
export interface Executable {
  readonly inputs: readonly { readonly name: string; readonly type: ValueType }[];
  readonly outputs: readonly { readonly name: string; readonly type: ValueType }[];
  run(feeds: Feeds, options?: RunOptions): Promise<Feeds>;
  /** CPU and wall time of `iterations` runs after `warmup` ones, measured where the model runs. */
  time(
    feeds: Feeds,
    options: { readonly warmup: number; readonly iterations: number } & RunOptions,
  ): Promise<readonly Timing[]>;
  dispose(): Promise<void>;
}

/** What one run took, in milliseconds. */
export interface Timing {
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** `timeoutMs` is that of one batch. */
export interface ObserveOptions extends Omit<CompileOptions, "tap"> {
  /** Most bytes of tapped tensors alive at once; more tensors mean more than one walk over the batches. Default 64 MB. */
  readonly maxTapBytes?: number;
  /** Progress in batches; where several walks are needed, each counts for its share of the tensors. */
  readonly onBatch?: (done: number) => void;
}

/** A sequence of feeds that can be walked more than once. */
export interface Batches extends AsyncIterable<Feeds> {
  /** Number of feeds, where it is known beforehand. */
  readonly length?: number;
}

/** Runs graphs. The default lives in @tersor/onnx: onnxruntime in a child process. */
export interface Executor {
  readonly name: string;
  compile(model: Runnable, options?: CompileOptions): Promise<Executable>;
  /** Walks the batches and reduces the requested tensors where they are made; one summary per request, in order. */
  observe(
    graph: Graph,
    batches: Batches,
    requests: readonly ObserverRequest[],
    options?: ObserveOptions,
  ): Promise<readonly Summary[]>;
  /** Times the operators of a model as the runtime runs it; undefined where the runtime has no way to. */
  profile?(
    model: Runnable,
    feeds: Feeds,
    options: { readonly warmup: number; readonly iterations: number } & Omit<CompileOptions, "tap">,
  ): Promise<OpProfile | undefined>;
  /** Ends child processes; the executor can be used again afterwards. */
  dispose(): Promise<void>;
}
