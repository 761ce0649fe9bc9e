// The weights of a TensorFlow.js model: a manifest of groups, each a list of weights that lie one behind the other.
// Quantized ones (uint8 and uint16 with scale and minimum, float16) are put back into what they stand for when read.
// https://github.com/tensorflow/tfjs/blob/master/tfjs-core/src/io/types.ts

import { byteLengthOf, elementCount, lazySource, sourceOf, type DataType, type TensorSource } from "@tersor/core";
import { shardSize } from "../read/errors.ts";
import { malformed } from "../wire/errors.ts";
import type { ByteSource } from "../wire/bytes.ts";
import { dequantized, type StoredAs } from "./quantization.ts";
import { shardsSource } from "./shards.ts";

/** A weight of a manifest, and where its stored bytes are. */
export interface ManifestWeight {
  readonly name: string;
  /** Its elements, quantized ones put back. */
  readonly source: TensorSource;
  /** Which group it is in, and its stretch of that. */
  readonly group: number;
  readonly start: number;
  readonly end: number;
  readonly stored: StoredAs;
}

/** The weights of a model and the files they are in. */
export interface Manifest {
  readonly weights: readonly ManifestWeight[];
  /** Paths of the files of each group, relative to the folder, as the manifest has them. */
  readonly groups: readonly (readonly string[])[];
}

const MOST_WEIGHTS = 1_000_000;

/**
 * Reads `weightsManifest`; the files are in `folder`, and `file` is what messages call the model.
 * @throws TENSORFLOW_MALFORMED, TENSORFLOW_SHARD_PATH, TENSORFLOW_SHARD_SIZE, TENSORFLOW_FILE_UNREADABLE
 */
export function readManifest(manifest: unknown, folder: string, file: string): Manifest {
  const groups = listIn(manifest, file, "weightsManifest").map((group, i) => {
    const where = `weightsManifest[${i}]`;
    const { paths, weights } = recordIn(group, file, where);
    return {
      paths: listIn(paths, file, `${where}.paths`).map((path) => textIn(path, file, `${where}.paths`)),
      weights: listIn(weights, file, `${where}.weights`),
    };
  });
  if (groups.reduce((sum, { weights }) => sum + weights.length, 0) > MOST_WEIGHTS)
    throw malformed({ file, where: "weightsManifest", why: `it lists more than ${MOST_WEIGHTS} weights` });
  const weights = groups.flatMap(({ paths, weights: entries }, group) =>
    readGroup(entries, shardsSource(folder, paths, file), group, file),
  );
  return { weights, groups: groups.map(({ paths }) => paths) };
}

function readGroup(
  entries: readonly unknown[],
  bytes: ByteSource,
  group: number,
  file: string,
): readonly ManifestWeight[] {
  let start = 0;
  return entries.map((entry, i) => {
    const spec = specIn(entry, file, `weightsManifest[${group}].weights[${i}]`);
    const sizeBytes = spec.dtype === "string" ? stringsSize(bytes, start, spec, file) : storedSize(spec);
    const end = start + sizeBytes;
    if (end > bytes.sizeBytes) throw shardSize({ file, weight: spec.name, needsBytes: end, hasBytes: bytes.sizeBytes });
    const weight = {
      name: spec.name,
      source: sourceAt(bytes, start, sizeBytes, spec),
      group,
      start,
      end,
      stored: spec.stored,
    };
    start = end;
    return weight;
  });
}

/** What a manifest says of a weight. */
interface WeightSpec {
  readonly name: string;
  readonly dtype: DataType;
  readonly shape: readonly number[];
  readonly stored: StoredAs;
}

function storedSize({ stored, shape }: WeightSpec): number {
  return byteLengthOf(stored.dtype, elementCount(shape));
}

function sourceAt(bytes: ByteSource, start: number, sizeBytes: number, spec: WeightSpec): TensorSource {
  const { dtype, shape, stored } = spec;
  if (dtype === "string") return sourceOf({ dtype, shape, data: stringsAt(bytes.read(start, sizeBytes), shape) });
  const raw = lazySource(stored.dtype, shape, (offset, length) => bytes.read(start + offset, length));
  return stored.kind === "plain" ? raw : dequantized(raw, dtype, stored);
}

/** Strings are their length in four bytes and UTF-8. */
function stringsSize(bytes: ByteSource, start: number, { name, shape }: WeightSpec, file: string): number {
  let at = start;
  for (let i = elementCount(shape); i > 0; i--) {
    if (at + 4 > bytes.sizeBytes)
      throw shardSize({ file, weight: name, needsBytes: at + 4, hasBytes: bytes.sizeBytes });
    at += 4 + uint32At(bytes.read(at, 4), 0);
  }
  return at - start;
}

function stringsAt(bytes: Uint8Array, shape: readonly number[]): readonly string[] {
  const decoder = new TextDecoder();
  let at = 0;
  return Array.from({ length: elementCount(shape) }, () => {
    const start = at + 4;
    at = start + uint32At(bytes, at);
    return decoder.decode(bytes.subarray(start, at));
  });
}

function uint32At(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, true);
}

const plainTypes = ["float32", "int32", "bool", "uint8", "complex64", "string", "float16"] as const;

function specIn(entry: unknown, file: string, where: string): WeightSpec {
  const { name, dtype, shape, quantization } = recordIn(entry, file, where);
  const weight = textIn(name, file, `${where}.name`);
  const type = plainTypes.find((known) => known === dtype);
  if (type === undefined)
    throw malformed({ file, where: `${where}.dtype`, why: `${JSON.stringify(dtype)} is no type of a weight` });
  const sizes = listIn(shape, file, `${where}.shape`);
  if (!sizes.every((size) => typeof size === "number" && Number.isSafeInteger(size) && size >= 0))
    throw malformed({ file, where: `${where}.shape`, why: `${JSON.stringify(sizes)} is no shape` });
  const dims = sizes as readonly number[];
  if (!(elementCount(dims) <= MOST_ELEMENTS))
    throw malformed({ file, where: `${where}.shape`, why: "it is larger than any file" });
  return {
    name: weight,
    dtype: type,
    shape: dims,
    stored: storedIn(quantization, type, file, `${where}.quantization`),
  };
}

const MOST_ELEMENTS = 2 ** 40;

function storedIn(quantization: unknown, dtype: DataType, file: string, where: string): StoredAs {
  if (quantization === undefined || quantization === null) return { kind: "plain", dtype };
  const { dtype: stored, scale, min } = recordIn(quantization, file, where);
  if (stored === "float16") return { kind: "float16", dtype: "float16" };
  if ((stored === "uint8" || stored === "uint16") && isFiniteNumber(scale) && isFiniteNumber(min))
    return { kind: "affine", dtype: stored, scale, min };
  throw malformed({ file, where, why: `${JSON.stringify(quantization)} is not one that is known` });
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

/** A JSON object. @throws TENSORFLOW_MALFORMED */
export function recordIn(value: unknown, file: string, where: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw malformed({ file, where, why: "there is no object" });
}

function listIn(value: unknown, file: string, where: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw malformed({ file, where, why: "there is no list" });
}

function textIn(value: unknown, file: string, where: string): string {
  if (typeof value === "string") return value;
  throw malformed({ file, where, why: "there is no text" });
}
