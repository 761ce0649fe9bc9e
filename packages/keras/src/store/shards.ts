// Weights of TensorFlow.js in their files: found across the cuts between files, and codes turned back into floats.

import { closeSync, openSync, readSync } from "node:fs";
import {
  bytesOf,
  derivedSource,
  elementCount,
  float32FromFloat16,
  tensorFromBytes,
  type DataType,
  type TensorSource,
} from "@tersor/core";
import { tfjsBroken } from "../errors.ts";

/** A file with a part of the weights. */
export interface Shard {
  readonly path: string;
  readonly sizeBytes: number;
}

/** How a float is stored: as float16, or as a code whose value is min + scale * code. */
export interface Quantization {
  readonly dtype: "uint8" | "uint16" | "float16";
  readonly min: number;
  readonly scale: number;
}

/** A weight within the bytes of a row of files. */
export interface StoredWeight {
  readonly shards: readonly Shard[];
  readonly start: number;
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int32" | "bool";
  readonly quantization: Quantization | undefined;
}

/** Size of an element as it is stored. */
export function bytesPerElement(stored: string): number {
  return { uint8: 1, bool: 1, uint16: 2, float16: 2 }[stored] ?? 4;
}

/** The weight as a source that reads its files when it is asked. */
export function shardSource(weight: StoredWeight): TensorSource {
  const { shape, dtype, quantization, start } = weight;
  const count = elementCount(shape);
  const sizeBytes = count * bytesPerElement(quantization?.dtype ?? dtype);
  const raw = (): Uint8Array => readAcross(weight.shards, start, sizeBytes);
  return derivedSource([], dtype, shape, () =>
    quantization === undefined ? raw() : bytesOf(dequantized(raw(), shape, dtype, quantization)),
  );
}

function dequantized(
  bytes: Uint8Array,
  shape: readonly number[],
  dtype: DataType,
  { dtype: stored, min, scale }: Quantization,
): ReturnType<typeof tensorFromBytes> {
  const codes = tensorFromBytes(stored, shape, bytes).data as Uint8Array | Uint16Array;
  const value =
    stored === "float16" ? (code: number) => float32FromFloat16(code) : (code: number) => code * scale + min;
  // TensorFlow.js rounds integers that were stored as codes.
  const numbers =
    dtype === "int32" ? Int32Array.from(codes, (code) => Math.round(value(code))) : Float32Array.from(codes, value);
  return { dtype, shape, data: numbers };
}

function readAcross(shards: readonly Shard[], start: number, sizeBytes: number): Uint8Array {
  const out = new Uint8Array(sizeBytes);
  let at = 0;
  for (const { path, sizeBytes: length } of shards) {
    const from = Math.max(start, at);
    const end = Math.min(start + sizeBytes, at + length);
    if (from < end) readInto(path, from - at, out.subarray(from - start, end - start));
    at += length;
  }
  return out;
}

function readInto(path: string, position: number, out: Uint8Array): void {
  const file = openSync(path, "r");
  try {
    for (let done = 0; done < out.length;) {
      const count = readSync(file, out, done, out.length - done, position + done);
      if (count === 0) throw tfjsBroken({ file: path, why: "it was cut off since the model was opened" });
      done += count;
    }
  } finally {
    closeSync(file);
  }
}
