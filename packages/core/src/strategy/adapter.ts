// A door: reads a framework's format into the graph and writes the graph back.

import type { Executor } from "../execute/executor.ts";
import type { Graph } from "../graph/graph.ts";

/** A file that was written. */
export interface WrittenFile {
  readonly path: string;
  readonly sizeBytes: number;
}

/** A format that an adapter writes. */
export interface WriteFormat {
  /** Such as "onnx", "tflite", "saved-model", "tfjs". */
  readonly name: string;
  /** Ending of its paths, such as ".onnx"; "/" where the path is a folder. */
  readonly ending: string;
}

/** What every adapter's `write` takes. */
export interface WriteOptions {
  /** Overwrite files that exist. */
  readonly force?: boolean;
  /** Name of one of the adapter's formats. Default: the first that the path's ending fits. */
  readonly format?: string;
  /** Type in which weights are stored, where the format has a choice (TensorFlow.js). Default as they are. */
  readonly weightType?: "uint8" | "uint16" | "float16";
}

/** A framework's door. */
export interface Adapter<Read = unknown, Write extends WriteOptions = WriteOptions> {
  readonly name: string;
  /** File endings and folder kinds it reads, such as ".onnx". */
  readonly formats: readonly string[];
  /** Its models can be written and run, but not read into a graph: `read` throws. Default false. */
  readonly runOnly?: boolean;
  /** Formats it writes. Default none. */
  readonly writes?: readonly WriteFormat[];
  /** Whether a path looks like one of its models; cheap, by name and first bytes. */
  accepts(path: string): boolean | Promise<boolean>;
  read(path: string, options?: Read): Promise<Graph>;
  /** Writes a graph, in the format that the options or the path's ending say. Nothing is left behind when it throws. */
  write(graph: Graph, path: string, options?: Write): Promise<readonly WrittenFile[]>;
  /** All files that a model at this path is made of. Default the path, and the files its weights say they are in. */
  files?(path: string): Promise<readonly string[]>;
  /**
   * Runs models at paths of these formats in their own framework, to prove what was read or written. An executor's
   * `compile` takes `{ file }`. Undefined where the runtime is not installed, or has no way to run this path.
   */
  runner?(path: string): Promise<Executor | undefined>;
}

/** Defines an adapter; an identity function whose job is inference. */
export function defineAdapter<Read, Write extends WriteOptions>(adapter: Adapter<Read, Write>): Adapter<Read, Write> {
  return adapter;
}
