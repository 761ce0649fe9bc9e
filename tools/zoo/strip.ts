// A model without its weights: large float initializers become inputs of the graph, and a record in its metadata says
// how each was distributed, so that a seed gives weights of the same kind again (packages/cli/src/suite/skeleton.ts).

import { gzipSync } from "node:zlib";
import { bytesOf, float32Of, type Graph, type Tensor, type Value, type Weight } from "@tersor/core";
import type { InputSketch, SkeletonRecord, WeightSketch } from "tersor";

/** Fewer elements than this cost less than their record. */
const FEW_ELEMENTS = 24;
/** What gzip makes this much smaller has a structure, such as anchors, sinusoids and masks, and is kept. */
const STRUCTURED = 0.6;
/** A channel that is so much stronger than the typical one is an outlier, which quantizers have to cope with. */
const OUTLIER = 3;

/** The graph with large weights as inputs, and the record in its metadata. */
export function stripped(graph: Graph, name: string, inputs: readonly InputSketch[]): Graph {
  const large = [...graph.weights].filter(([, weight]) => isNoise(weight));
  const sketches = large.map(([weight, { source }]) => [weight, sketchOf(source.tensor())] as const);
  const record: SkeletonRecord = { version: 1, name, inputs, weights: Object.fromEntries(sketches) };
  const names = new Set(large.map(([weight]) => weight));
  return {
    ...graph,
    inputs: [...graph.inputs.filter((input) => !names.has(input.name)), ...large.map(valueOf)],
    weights: new Map([...graph.weights].filter(([weight]) => !names.has(weight))),
    metadata: new Map([["tersor.skeleton", JSON.stringify(record)]]),
  };
}

function valueOf([name, { source }]: readonly [string, Weight]): Value {
  return { name, type: { kind: "tensor", dtype: source.dtype, shape: source.shape } };
}

/** Random numbers do not compress; of a sparse tensor the numbers that are not zero are looked at. */
function isNoise({ source }: Weight): boolean {
  if (source.dtype !== "float32" || source.sizeBytes < 4 * FEW_ELEMENTS) return false;
  const numbers = float32Of(source.tensor()).filter((value) => value !== 0);
  if (numbers.length < FEW_ELEMENTS / 2) return false;
  const bytes = bytesOf({ dtype: "float32", shape: [numbers.length], data: numbers });
  return gzipSync(bytes).length > STRUCTURED * bytes.length;
}

function sketchOf(tensor: Tensor): WeightSketch {
  const all = float32Of(tensor);
  const zeros = 1 - all.filter((value) => value !== 0).length / all.length;
  const sparse = zeros > 0.05;
  const outliers = outliersOf(tensor);
  const numbers = withoutOutliers(tensor, outliers).filter((value) => !sparse || value !== 0);
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  const variance = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / numbers.length;
  return {
    mean: rounded(mean),
    std: rounded(Math.sqrt(variance)),
    min: rounded(numbers.reduce((low, value) => Math.min(low, value), Infinity)),
    max: rounded(numbers.reduce((high, value) => Math.max(high, value), -Infinity)),
    ...(sparse && { zeros: rounded(zeros) }),
    ...(outliers.length > 0 && { outliers }),
  };
}

type Outlier = NonNullable<WeightSketch["outliers"]>[number];

/** Channels of the first and last axis whose mean square stands out. */
function outliersOf(tensor: Tensor): readonly Outlier[] {
  const axes = tensor.shape.length < 2 ? [] : [0, tensor.shape.length - 1];
  return axes.flatMap((axis) => {
    const strengths = strengthsOf(tensor, axis);
    const typical = strengths.toSorted((a, b) => a - b)[Math.floor(strengths.length / 2)]!;
    return strengths.flatMap((strength, index): Outlier[] =>
      typical > 0 && strength > OUTLIER * typical ? [[axis, index, rounded(strength / typical)]] : [],
    );
  });
}

function strengthsOf({ shape, data }: Tensor, axis: number): readonly number[] {
  const sums = new Array<number>(shape[axis]!).fill(0);
  const numbers = data as Float32Array;
  for (let i = 0; i < numbers.length; i++) sums[channelOf(i, shape, axis)]! += numbers[i]! ** 2;
  return sums.map((sum) => Math.sqrt((sum * shape[axis]!) / numbers.length));
}

function withoutOutliers({ shape, data }: Tensor, outliers: readonly Outlier[]): Float32Array {
  const isOutlier = (at: number) => outliers.some(([axis, index]) => channelOf(at, shape, axis) === index);
  return (data as Float32Array).filter((_, at) => !isOutlier(at));
}

function channelOf(at: number, shape: readonly number[], axis: number): number {
  const stride = shape.slice(axis + 1).reduce((product, dim) => product * dim, 1);
  return Math.floor(at / stride) % shape[axis]!;
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
