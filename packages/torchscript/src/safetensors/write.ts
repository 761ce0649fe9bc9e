// Writing safetensors: header first, then the elements of one tensor after the other, wide types first so that each
// lies on a multiple of its size.

import { dataTypes, type TensorSource, type WrittenFile } from "@tersor/core";
import { tensorTypeUnwritable } from "../errors.ts";
import { writeTogether, type OutputFile, type WriteTogetherOptions } from "../file/write.ts";
import { nameOfType } from "./dtypes.ts";

/**
 * Writes tensors as one `.safetensors` file; `metadata` goes into its header.
 * The file appears whole or not at all.
 * @throws TORCH_TENSOR_TYPE_UNWRITABLE, TORCH_OUTPUT_EXISTS, TORCH_OUTPUT_IS_INPUT, TORCH_OUTPUT_NOT_WRITABLE
 */
export async function writeSafetensors(
  tensors: ReadonlyMap<string, TensorSource>,
  path: string,
  metadata: ReadonlyMap<string, string> = new Map(),
  options: WriteTogetherOptions = {},
): Promise<readonly WrittenFile[]> {
  return writeTogether([safetensorsFile(tensors, path, metadata)], options);
}

/** A safetensors file to be written. */
export function safetensorsFile(
  tensors: ReadonlyMap<string, TensorSource>,
  path: string,
  metadata: ReadonlyMap<string, string>,
): OutputFile {
  const sorted = [...tensors].sort(([a, x], [b, y]) => bitsOf(y) - bitsOf(x) || (a < b ? -1 : 1));
  const header = headerOf(sorted, metadata);
  return {
    path,
    *pieces() {
      yield header;
      for (const [, source] of sorted) yield source.bytes();
    },
  };
}

function bitsOf({ dtype }: TensorSource): number {
  return dataTypes[dtype].bits;
}

function headerOf(
  tensors: readonly (readonly [string, TensorSource])[],
  metadata: ReadonlyMap<string, string>,
): Uint8Array {
  let at = 0;
  const entries: [string, unknown][] = metadata.size === 0 ? [] : [["__metadata__", Object.fromEntries(metadata)]];
  for (const [name, { dtype, shape, sizeBytes }] of tensors) {
    const typeName = nameOfType(dtype);
    if (typeName === undefined) throw tensorTypeUnwritable({ tensor: name, dtype, format: "safetensors" });
    entries.push([name, { dtype: typeName, shape, data_offsets: [at, (at += sizeBytes)] }]);
  }
  // Not Object.fromEntries: a tensor may be named like a number or "__proto__".
  const json = `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(",")}}`;
  const text = new TextEncoder().encode(json);
  const padded = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + padded).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.set(text, 8);
  return bytes;
}
