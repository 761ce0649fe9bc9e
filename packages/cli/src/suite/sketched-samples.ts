// Typical inputs for a skeleton, from a seed: token ids, masks of padded rows, boxes with corners in order, floats.

import {
  datasetOf,
  elementCount,
  seededRandom,
  tensorFromNumbers,
  type Dataset,
  type Feeds,
  type ModelInput,
  type Tensor,
} from "@tersor/core";
import type { InputSketch } from "./skeleton.ts";

/** What samples are made of. */
export interface SketchedOptions {
  readonly inputs: readonly ModelInput[];
  readonly sketches: readonly InputSketch[];
  readonly samples: number;
  readonly seed?: number;
  /** Sizes of named axes; default one sample of a dozen tokens. */
  readonly dims?: Readonly<Record<string, number>>;
}

/** Sizes of the axes that exporters name. Lengths of a decoder's mask count what went before. */
const usualDims: Readonly<Record<string, number>> = {
  batch: 1,
  seq: 12,
  enc_seq: 12,
  dec_seq: 7,
  past: 5,
  total: 17,
  h: 64,
  w: 64,
};

/** Samples that fit the inputs of a skeleton, the same on every walk. */
export function sketchedSamples(options: SketchedOptions): Dataset {
  const walk = () => sketchedTensors(options).map((feeds, i) => ({ feeds, id: `sample ${i}` }));
  return datasetOf("made-up inputs", walk, options.samples);
}

/** The tensors of each sample. */
export function sketchedTensors({ inputs, sketches, samples, seed = 0, dims = {} }: SketchedOptions): readonly Feeds[] {
  const sizes = { ...usualDims, ...dims };
  const random = seededRandom(seed);
  return Array.from({ length: samples }, () => {
    const feeds = sketches.map((sketch) => [sketch.name, tensorFor(sketch, inputs, sizes, random)] as const);
    return Object.fromEntries(feeds);
  });
}

function tensorFor(
  { name, shape, values }: InputSketch,
  inputs: readonly ModelInput[],
  sizes: Readonly<Record<string, number>>,
  random: () => number,
): Tensor {
  const dims = shape.map((dim) => (typeof dim === "number" ? dim : (sizes[dim] ?? 1)));
  const type = inputs.find((input) => input.name === name)?.type;
  const dtype = (type?.kind === "tensor" ? type.dtype : undefined) ?? "float32";
  return tensorFromNumbers(dtype, dims, numbersFor(values, dims, random));
}

function numbersFor(values: InputSketch["values"], dims: readonly number[], random: () => number): readonly number[] {
  const count = elementCount(dims);
  const length = dims.at(-1) ?? 1;
  switch (values.kind) {
    case "floats":
      return Array.from({ length: count }, () => values.mean + values.std * normal(random));
    case "integers":
      return Array.from({ length: count }, () => integer(values.low, values.high, random));
    case "indices":
      return Array.from({ length: count }, (_, i) => integer(0, indexLimit(values.highs, dims, i), random));
    case "mask":
      return Array.from({ length: count / length }, () => maskRow(length, random)).flat();
    case "boxes":
      return Array.from({ length: count / 4 }, () => box(values.high, random)).flat();
  }
}

function indexLimit(highs: readonly number[], dims: readonly number[], at: number): number {
  return highs[Math.floor(at / elementCount(dims.slice(2))) % highs.length] ?? 0;
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function integer(low: number, high: number, random: () => number): number {
  return low + Math.floor(random() * (high - low + 1));
}

/** Ones for the tokens that are there, at least half of them, then zeros. */
function maskRow(length: number, random: () => number): readonly number[] {
  const there = integer(Math.ceil(length / 2), length, random);
  return Array.from({ length }, (_, i) => (i < there ? 1 : 0));
}

/** Left, top, right, bottom. */
function box(most: number, random: () => number): readonly number[] {
  const [left = 0, right = 0] = [integer(0, most, random), integer(0, most, random)].sort((a, b) => a - b);
  const [top = 0, bottom = 0] = [integer(0, most, random), integer(0, most, random)].sort((a, b) => a - b);
  return [left, top, right, bottom];
}
