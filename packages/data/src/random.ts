// Random samples, for trying a model out when there is no data. Ranges found on noise say nothing about real inputs:
// never use it to calibrate a model whose accuracy matters, and never to measure accuracy.

import {
  datasetOf,
  elementCount,
  tensorFromNumbers,
  tensorOf,
  type Dataset,
  type Dim,
  type Feeds,
  type ModelInput,
  type Sample,
  type Tensor,
} from "@tersor/core";
import { badOption, requireCount } from "./errors.ts";

export interface RandomOptions {
  /** The model's inputs. */
  readonly inputs: readonly ModelInput[];
  /** Default 10. */
  readonly samples?: number;
  /** The same seed gives the same samples. Default 0. */
  readonly seed?: number;
  /** Sizes of named dimensions. Default: 1 on the first axis, 16 elsewhere. */
  readonly dims?: Readonly<Record<string, number>>;
}

type Random = () => number;

const MOST_ELEMENTS = 2 ** 28;

/**
 * Random samples: floats normally distributed, masks ones, ids in [0, 100), token types 0, positions counted.
 * @throws DATA_OPTION when an input has no shape or type that can be filled
 */
export function random(options: RandomOptions): Dataset {
  const { inputs, samples = 10, seed = 0, dims = {} } = options;
  requireCount("samples", samples);
  const shapes = inputs.map((input) => shapeOf(input, dims));
  const walk = function* (): Generator<Sample> {
    const next = mulberry32(seed);
    for (let i = 0; i < samples; i++) {
      const feeds: Feeds = Object.fromEntries(inputs.map((input, k) => [input.name, fill(input, shapes[k]!, next)]));
      yield { feeds, id: `random sample ${i}` };
    }
  };
  return datasetOf("random", walk, samples);
}

function shapeOf({ name, type }: ModelInput, dims: Readonly<Record<string, number>>): readonly number[] {
  if (type.kind !== "tensor" || type.shape === undefined) {
    throw badOption("random", `can't fill the input "${name}", whose shape is not known; give real data`, {
      input: name,
    });
  }
  const shape = type.shape.map((dim, axis) => sizeOf(dim, axis, dims));
  const fits = shape.every((size) => Number.isSafeInteger(size) && size >= 0) && elementCount(shape) <= MOST_ELEMENTS;
  if (!fits)
    throw badOption("dims", `make [${shape.join(", ")}] of the input "${name}", which is no shape to fill`, {
      input: name,
      shape,
    });
  return shape;
}

function sizeOf(dim: Dim, axis: number, dims: Readonly<Record<string, number>>): number {
  if (typeof dim === "number") return dim;
  return Object.hasOwn(dims, dim) ? dims[dim]! : axis === 0 ? 1 : 16;
}

function fill({ name, type }: ModelInput, shape: readonly number[], next: Random): Tensor {
  const dtype = type.kind === "tensor" ? (type.dtype ?? "float32") : "float32";
  const count = elementCount(shape);
  if (dtype === "string") return tensorOf("string", shape, new Array<string>(count).fill("text"));
  const float = dtype.startsWith("float") || dtype === "bfloat16";
  const value = float && !/mask/i.test(name) ? () => normal(next) : wholeNumber(name, shape, next);
  try {
    return tensorFromNumbers(
      dtype,
      shape,
      Array.from({ length: count }, (_, i) => value(i)),
    );
  } catch {
    throw badOption("random", `can't fill the input "${name}" of the type ${dtype}; give real data`, {
      input: name,
      dtype,
    });
  }
}

/** What an integer input means is told by its name, as exporters write it. */
function wholeNumber(name: string, shape: readonly number[], next: Random): (index: number) => number {
  if (/mask/i.test(name)) return () => 1;
  if (/token_type|segment/i.test(name)) return () => 0;
  if (/position/i.test(name)) return (index) => index % (shape.at(-1) ?? 1);
  return () => Math.floor(next() * 100);
}

/** Box-Muller. */
function normal(next: Random): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

/** Tommy Ettinger's mulberry32: 32 bits of state, uniform in [0, 1). */
function mulberry32(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32;
  };
}
