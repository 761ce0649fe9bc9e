// Weightless models: the graph as it was exported, with large weights as inputs and, in its metadata, how each was
// distributed. A seed fills them again, the same on every machine, so that an architecture travels in a few kilobytes.

import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import {
  elementCount,
  originOf,
  seededRandom,
  sourceOf,
  tensorFromNumbers,
  type Graph,
  type Shape,
  type Tensor,
  type Value,
} from "@tersor/core";
import { readModelBytes } from "@tersor/onnx";
import { skeletonInvalid } from "../errors.ts";

/** How the numbers of a weight were distributed: normal, cut at both ends. */
export interface WeightSketch {
  /** Sizes, where the model without weights does not say them. */
  readonly shape?: Shape;
  readonly mean: number;
  readonly std: number;
  readonly min: number;
  readonly max: number;
  /** Share of zeros, where the weight is sparse; the rest tells of the others. */
  readonly zeros?: number;
  /** Channels that are stronger than the others: axis, index, factor. */
  readonly outliers?: readonly (readonly [axis: number, index: number, factor: number])[];
}

/** What an input takes. */
export interface InputSketch {
  readonly name: string;
  /** Sizes; a name stands for one that may vary. */
  readonly shape: readonly (number | string)[];
  readonly values:
    /** From `low` to `high`. */
    | { readonly kind: "integers"; readonly low: number; readonly high: number }
    /** Indices into one table for each place of the second axis. */
    | { readonly kind: "indices"; readonly highs: readonly number[] }
    | { readonly kind: "floats"; readonly mean: number; readonly std: number }
    /** Rows of ones, then zeros. */
    | { readonly kind: "mask" }
    /** Corners from 0 to `high`: left, top, right, bottom. */
    | { readonly kind: "boxes"; readonly high: number };
}

/** What the metadata of a skeleton says under "tersor.skeleton". */
export interface SkeletonRecord {
  readonly version: 1;
  readonly name: string;
  readonly inputs: readonly InputSketch[];
  readonly weights: Readonly<Record<string, WeightSketch>>;
}

/** A model whose weights came from a seed. */
export interface Skeleton {
  readonly name: string;
  readonly graph: Graph;
  readonly inputs: readonly InputSketch[];
}

const KEY = "tersor.skeleton";
const MOST_BYTES = 2 ** 26;

/**
 * Reads a skeleton (`.onnx.gz`) and fills its weights from a seed.
 * @throws TERSOR_SKELETON when the file is none, and what reading a model throws.
 */
export function loadSkeleton(file: string, seed = 0): Skeleton {
  const graph = readModelBytes(unpacked(file));
  const { name, inputs, weights } = recordOf(file, graph);
  const isWeight = (value: Value) => Object.hasOwn(weights, value.name);
  const filled = graph.inputs.filter(isWeight).map((value) => {
    const source = sourceOf(seededTensor(file, value, weights[value.name]!, seedOf(`${name}/${value.name}`, seed)));
    return [value.name, { source, origin: originOf(value.name) }] as const;
  });
  const metadata = new Map([...graph.metadata].filter(([key]) => key !== KEY));
  return {
    name,
    inputs,
    graph: {
      ...graph,
      inputs: graph.inputs.filter((value) => !isWeight(value)),
      weights: new Map([...graph.weights, ...filled]),
      metadata,
    },
  };
}

function unpacked(file: string): Uint8Array {
  try {
    return gunzipSync(readFileSync(file), { maxOutputLength: MOST_BYTES });
  } catch (error) {
    throw skeletonInvalid(file, error instanceof Error ? error.message : String(error), error);
  }
}

function recordOf(file: string, graph: Graph): SkeletonRecord {
  const text = graph.metadata.get(KEY);
  if (text === undefined) throw skeletonInvalid(file, `its metadata has no "${KEY}"`);
  const record = JSON.parse(text) as SkeletonRecord;
  if (record.version !== 1) throw skeletonInvalid(file, `its record has the version ${String(record.version)}, not 1`);
  return record;
}

/** FNV-1a of the text, mixed with the seed. */
function seedOf(text: string, seed: number): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** A weight from a seed: the same on every machine for the same name. float32. */
export function seededWeight(name: string, shape: Shape, sketch: WeightSketch, seed: number): Tensor {
  return tensorFromNumbers("float32", shape, seededNumbers(shape, sketch, seedOf(name, seed)));
}

function seededTensor(file: string, { name, type }: Value, sketch: WeightSketch, seed: number): Tensor {
  const shape = type.kind === "tensor" ? type.shape?.filter((dim) => typeof dim === "number") : undefined;
  if (type.kind !== "tensor" || type.dtype === undefined || shape?.length !== type.shape?.length || shape === undefined)
    throw skeletonInvalid(file, `the weight "${name}" has no type and shape`);
  if (elementCount(shape) > MOST_BYTES / 4) throw skeletonInvalid(file, `the weight "${name}" is too large`);
  return tensorFromNumbers(type.dtype, shape, seededNumbers(shape, sketch, seed));
}

function seededNumbers(shape: Shape, sketch: WeightSketch, seed: number): Float32Array {
  const numbers = normalNumbers(elementCount(shape), sketch, seededRandom(seed));
  for (const [axis, index, factor] of sketch.outliers ?? []) scaleChannel(numbers, shape, axis, index, factor);
  return numbers;
}

/** Box and Muller's normal numbers, two at a time, cut at the ends of the sketch. */
function normalNumbers(count: number, { mean, std, min, max, zeros = 0 }: WeightSketch, random: () => number) {
  const numbers = new Float32Array(count);
  for (let i = 0; i < count; i += 2) {
    const radius = std * Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    numbers[i] = Math.min(max, Math.max(min, mean + radius * Math.cos(angle)));
    if (i + 1 < count) numbers[i + 1] = Math.min(max, Math.max(min, mean + radius * Math.sin(angle)));
  }
  if (zeros > 0) for (let i = 0; i < count; i++) if (random() < zeros) numbers[i] = 0;
  return numbers;
}

function scaleChannel(numbers: Float32Array, shape: readonly number[], axis: number, index: number, factor: number) {
  const stride = shape.slice(axis + 1).reduce((product, dim) => product * dim, 1);
  const size = shape[axis] ?? 1;
  for (let i = 0; i < numbers.length; i++) if (Math.floor(i / stride) % size === index) numbers[i]! *= factor;
}
