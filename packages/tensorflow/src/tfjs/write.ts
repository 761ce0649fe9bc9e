// A frozen graph as a TensorFlow.js graph model: model.json, and weights in files of 4 MB, which browsers can cache.

import { join } from "node:path";
import {
  elementCount,
  numbersOf,
  sourceOf,
  tensorFromNumbers,
  type TensorSource,
  type WrittenFile,
} from "@tersor/core";
import type { TensorFlowGraph } from "../graphdef/graph.ts";
import { tensorflow } from "../wire/messages.generated.js";
import { unwritableTensor } from "../write/errors.ts";
import { writeTogether, type OutputFile, type WriteTogetherOptions } from "../write/files.ts";
import { constantOf, graphDefOf, tensorHeadOf } from "../write/graph-def.ts";
import { signatureOf } from "../write/saved-model.ts";
import { isQuantizable, quantizedWeight, type StoredAs, type WeightType } from "./quantization.ts";

/** How weights are stored, and what may be overwritten. */
export interface TfjsWriteOptions extends WriteTogetherOptions {
  /** The type of stored weights. Default: as they are. */
  readonly quantization?: WeightType;
}

const SHARD_BYTES = 4 * 1024 * 1024;
/** Small constants are axes, shapes and scales: not worth a byte, and worth being exact. */
const LEAST_QUANTIZED_ELEMENTS = 16;

/**
 * Writes a folder with model.json and its weights.
 * @throws TENSORFLOW_TYPE_UNWRITABLE, TENSORFLOW_FUNCTION_UNWRITABLE, and those of `writeTogether`
 */
export async function writeTfjsGraphModel(
  graph: TensorFlowGraph,
  folder: string,
  { quantization, ...options }: TfjsWriteOptions = {},
): Promise<readonly WrittenFile[]> {
  const weights = graph.nodes.flatMap((node) => {
    const source = constantOf(node);
    return source ? [{ name: node.name, source: tfjsSource(source, node.name) }] : [];
  });
  const { manifest, files } = weightFiles(weights, folder, quantization);
  const model = {
    format: "graph-model",
    generatedBy: "Tersor",
    convertedBy: "Tersor",
    signature: messageJson(tensorflow.SignatureDef, signatureOf(graph)),
    modelTopology: messageJson(tensorflow.GraphDef, graphDefOf(graph, tensorHeadOf)),
    weightsManifest: manifest,
  };
  const json = new TextEncoder().encode(JSON.stringify(model));
  return writeTogether([...files, { path: join(folder, "model.json"), pieces: () => [json] }], options);
}

/** A message in protobuf's own form of JSON. */
function messageJson<T>(
  type: { fromObject(object: { [key: string]: unknown }): T; toObject(message: T, options: object): unknown },
  data: object,
): unknown {
  return type.toObject(type.fromObject({ ...data }), { longs: String, enums: String, bytes: String });
}

/** A weight by name. */
export interface NamedWeight {
  readonly name: string;
  readonly source: TensorSource;
}

/** A group of a manifest, and the files it is in. */
export interface WeightFiles {
  readonly manifest: readonly unknown[];
  readonly files: readonly OutputFile[];
}

interface StoredWeight {
  readonly entry: unknown;
  readonly sizeBytes: number;
  bytes(): Uint8Array;
}

/**
 * Weights as files of at most 4 MB in `folder`, and the manifest that says what is where. Types other than those of
 * TensorFlow.js must have been converted before.
 */
export function weightFiles(weights: readonly NamedWeight[], folder: string, quantization?: WeightType): WeightFiles {
  const stored = weights.map((weight) => storedWeight(weight, quantization));
  const sizeBytes = stored.reduce((sum, weight) => sum + weight.sizeBytes, 0);
  const count = Math.ceil(sizeBytes / SHARD_BYTES);
  const paths = Array.from({ length: count }, (_, i) => `group1-shard${i + 1}of${count}.bin`);
  const files = paths.map((path, i) => ({
    path: join(folder, path),
    pieces: () => stretchOf(stored, i * SHARD_BYTES, Math.min(sizeBytes, (i + 1) * SHARD_BYTES)),
  }));
  return { manifest: [{ paths, weights: stored.map(({ entry }) => entry) }], files };
}

/** The bytes from `start` to `end` of the weights laid end to end. */
function* stretchOf(weights: readonly StoredWeight[], start: number, end: number): Iterable<Uint8Array> {
  let at = 0;
  for (const weight of weights) {
    const from = Math.max(start, at);
    const to = Math.min(end, at + weight.sizeBytes);
    if (to > from) yield weight.bytes().subarray(from - at, to - at);
    at += weight.sizeBytes;
  }
}

function storedWeight({ name, source }: NamedWeight, quantization: WeightType | undefined): StoredWeight {
  const { dtype, shape } = source;
  const entry = { name, shape, dtype };
  if (dtype === "string") {
    const bytes = stringBytes(source.tensor().data as readonly string[]);
    return { entry, sizeBytes: bytes.length, bytes: () => bytes };
  }
  const isWorthIt = isQuantizable(source) && elementCount(shape) >= LEAST_QUANTIZED_ELEMENTS;
  const quantized = quantization && isWorthIt ? quantizedWeight(source.tensor(), quantization) : undefined;
  if (quantized === undefined) return { entry, sizeBytes: source.sizeBytes, bytes: () => source.bytes() };
  const content = sourceOf(quantized.codes);
  return {
    entry: { ...entry, quantization: quantizationEntry(quantized.stored, dtype) },
    sizeBytes: content.sizeBytes,
    bytes: () => content.bytes(),
  };
}

/** How a manifest says that a weight is quantized. */
export function quantizationEntry(stored: StoredAs, dtype: string): unknown {
  if (stored.kind !== "affine") return { dtype: stored.dtype, original_dtype: dtype };
  return { dtype: stored.dtype, scale: stored.scale, min: stored.min, original_dtype: dtype };
}

/** Each string: its length in four bytes, and UTF-8. */
function stringBytes(strings: readonly string[]): Uint8Array {
  const encoder = new TextEncoder();
  const parts = strings.map((text) => encoder.encode(text));
  const out = new Uint8Array(parts.reduce((sum, part) => sum + 4 + part.length, 0));
  const view = new DataView(out.buffer);
  let at = 0;
  for (const part of parts) {
    view.setUint32(at, part.length, true);
    out.set(part, at + 4);
    at += 4 + part.length;
  }
  return out;
}

const inOtherTypes: Readonly<Record<string, "float32" | "int32">> = {
  float16: "float32",
  bfloat16: "float32",
  float64: "float32",
  int64: "int32",
  uint32: "int32",
  int16: "int32",
  uint16: "int32",
  int8: "int32",
  uint8: "int32",
};

/** TensorFlow.js has float32, int32, bool and text; 64-bit integers saturate, which is what ends of slices mean. */
function tfjsSource(source: TensorSource, tensor: string): TensorSource {
  if (["float32", "int32", "bool", "string", "complex64"].includes(source.dtype)) return source;
  const dtype = inOtherTypes[source.dtype];
  if (dtype === undefined) throw unwritableTensor({ tensor, dtype: source.dtype });
  return sourceOf(tensorFromNumbers(dtype, source.shape, numbersOf(source.tensor())));
}
