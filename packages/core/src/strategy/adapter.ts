// A door: reads a framework's format into the graph and writes the graph back.

import type { Graph } from "../graph/graph.ts";

/** A file that was written. */
export interface WrittenFile {
  readonly path: string;
  readonly sizeBytes: number;
}

/** What every adapter's `write` takes. */
export interface WriteOptions {
  /** Overwrite files that exist. */
  readonly force?: boolean;
}

/** A framework's door. */
export interface Adapter<Read = unknown, Write extends WriteOptions = WriteOptions> {
  readonly name: string;
  /** File endings and folder kinds it reads, such as ".onnx". */
  readonly formats: readonly string[];
  /** Whether a path looks like one of its models; cheap, by name and first bytes. */
  accepts(path: string): boolean | Promise<boolean>;
  read(path: string, options?: Read): Promise<Graph>;
  write(graph: Graph, path: string, options?: Write): Promise<readonly WrittenFile[]>;
}

/** Defines an adapter; an identity function whose job is inference. */
export function defineAdapter<Read, Write extends WriteOptions>(adapter: Adapter<Read, Write>): Adapter<Read, Write> {
  return adapter;
}
