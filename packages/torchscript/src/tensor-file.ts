// What every weight file is read into: tensors by name, with what else the file says.

import type { TensorSource } from "@tersor/core";

/** The tensors of a weight file, or of several that belong together. Elements stay in the file until asked for. */
export interface TensorFile {
  readonly format: "safetensors" | "torch" | "torchscript";
  /** The path that was asked for: a file, or the index of a sharded model. */
  readonly path: string;
  /** Tensors by parameter name, in the order of the file. Tied parameters share one source. */
  readonly tensors: ReadonlyMap<string, TensorSource>;
  /** Texts that safetensors headers carry besides tensors. */
  readonly metadata: ReadonlyMap<string, string>;
  /** All files that the tensors are in, the index of a sharded model included. */
  readonly files: readonly string[];
}
