// The way back to PyTorch: the weights of a compressed graph under their parameters' names, in the file format that
// PyTorch users keep.

import type { Graph, TensorSource, WrittenFile } from "@tersor/core";
import { replacedArchive } from "../archive/replace.ts";
import { writeStateDict } from "../archive/write.ts";
import { targetUnknown } from "../errors.ts";
import { writeTogether, type WriteTogetherOptions } from "../file/write.ts";
import type { Pairing } from "../pair/pairing.ts";
import { replaced, replacedSafetensors } from "../safetensors/replace.ts";
import { writeSafetensors } from "../safetensors/write.ts";
import type { TensorFile } from "../tensor-file.ts";
import { returnedParameters } from "./returned.ts";

/** What was written back. */
export interface WrittenBack {
  readonly files: readonly WrittenFile[];
  /** Parameters with new values. */
  readonly changed: readonly string[];
  /** Tensors that were not there before: `<name>.scale`, `.zero_point`, `.quantized`, `.mask`. */
  readonly added: readonly string[];
  /** Parameters that stayed as they were, and why no new values came for them. */
  readonly kept: ReadonlyMap<string, string>;
}

/**
 * Writes the weights of a graph back into a copy of the file that the parameters came from: safetensors, its shards,
 * or a `.pt` archive, as the ending of `path` says. Quantized weights come back as the floats they stand for, with
 *   `<name>.quantized` (integers), `<name>.scale`, `<name>.zero_point`: parameter = (quantized - zero_point) * scale,
 * broadcast, where an axis of fewer scales than elements shares each among equally many neighbours;
 * and pruned ones with `<name>.mask` (true where an element stayed).
 * TorchScript archives hold no further tensors: there only the parameters are written, unless `extras` asks for an error.
 * All else in the file stays: names, order, metadata, other parts of a checkpoint.
 * @throws TORCH_TARGET_UNKNOWN, TORCH_NO_PLACE_FOR_EXTRAS and what reading and writing throw.
 */
export async function writeBack(
  graph: Graph,
  pairing: Pairing,
  source: TensorFile,
  path: string,
  options: WriteTogetherOptions & { readonly extras?: boolean } = {},
): Promise<WrittenBack> {
  const back = returnedParameters(graph, pairing, source.tensors);
  const changed = new Map(Array.from(back, ([name, { value }]) => [name, value] as const));
  const { extras: wantsExtras = canHoldExtras(source, path) } = options;
  const extras = new Map(
    !wantsExtras
      ? []
      : [...back].flatMap(([name, one]) => Array.from(one.extras, ([end, tensor]) => [name + end, tensor] as const)),
  );
  const files = await write(source, changed, extras, path, { ...options, inputs: source.files });
  return { files, changed: [...changed.keys()], added: [...extras.keys()], kept: keptOf(pairing, changed) };
}

/** A TorchScript archive has a fixed set of tensors. */
function canHoldExtras({ format }: TensorFile, path: string): boolean {
  return format !== "torchscript" || /\.safetensors$/i.test(path);
}

async function write(
  source: TensorFile,
  changed: ReadonlyMap<string, TensorSource>,
  extras: ReadonlyMap<string, TensorSource>,
  path: string,
  options: WriteTogetherOptions,
): Promise<readonly WrittenFile[]> {
  const isArchive = /\.(pt|pth|bin)$/i.test(path);
  if (!isArchive && !/\.safetensors(\.index\.json)?$/i.test(path)) throw targetUnknown({ path });
  if (isArchive !== (source.format === "safetensors")) {
    const files = isArchive
      ? [replacedArchive(source.path, changed, extras, path)]
      : replacedSafetensors(source.path, changed, extras, path);
    return writeTogether(files, options);
  }
  const all = replaced(source.tensors, changed, extras);
  return isArchive ? writeStateDict(all, path, options) : writeSafetensors(all, path, source.metadata, options);
}

function keptOf(pairing: Pairing, changed: ReadonlyMap<string, TensorSource>): ReadonlyMap<string, string> {
  const kept = [...pairing].filter(([name]) => !changed.has(name));
  return new Map(kept.map(([name, pair]) => [name, pair.kind === "unpaired" ? pair.why : "its weight did not change"]));
}
