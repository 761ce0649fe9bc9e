// Random samples, for trying a model out when there is no data. Ranges found on noise say nothing about real inputs:
// never use it to calibrate a model whose accuracy matters, and never to measure accuracy.

import {
  datasetOf,
  elementCount,
  evaluateDim,
  namesOfDim,
  seededRandom,
  tensorFromNumbers,
  tensorOf,
  type Dataset,
  type Feeds,
  type ModelInput,
  type Sample,
  type Tensor,
} from "@tersor/core";
import { badOption, requireCount } from "./errors.ts";

/** How many samples, of which inputs, from which seed. */
export interface RandomOptions {
  /** The model's inputs. */
  readonly inputs: readonly ModelInput[];
  /** Default 10. */
  readonly samples?: number;
  /** The same seed gives the same samples. Default 0. */
  readonly seed?: number;
  /** Sizes of named dimensions. Default: 1 on the first axis, 224 for height and width of images, 16 elsewhere. */
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
  const sizes = bindingsOf(inputs, dims);
  const shapes = inputs.map((input) => shapeOf(input, sizes));
  const walk = function* (): Generator<Sample> {
    const next = seededRandom(seed);
    for (let i = 0; i < samples; i++) {
      const feeds: Feeds = Object.fromEntries(inputs.map((input, k) => [input.name, fill(input, shapes[k]!, next)]));
      yield { feeds, id: `random sample ${i}` };
    }
  };
  return datasetOf("random", walk, samples);
}

/** Sizes of all named dimensions: as given, else 1 for a batch axis, 224 for height and width of images, 16. */
function bindingsOf(
  inputs: readonly ModelInput[],
  dims: Readonly<Record<string, number>>,
): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const { type } of inputs) {
    const shape = type.kind === "tensor" ? (type.shape ?? []) : [];
    const image = shape.length === 4 && typeof shape[2] === "string" && typeof shape[3] === "string";
    for (const [axis, dim] of shape.entries()) {
      const size = axis === 0 ? 1 : image ? 224 : 16;
      for (const name of namesOfDim(dim)) sizes.set(name, Math.min(size, sizes.get(name) ?? size));
    }
  }
  for (const [name, size] of Object.entries(dims)) {
    if (!sizes.has(name)) throw unknownDim(name, [...sizes.keys()]);
    sizes.set(name, size);
  }
  return sizes;
}

function unknownDim(name: string, known: readonly string[]): Error {
  const list = known.length === 0 ? "none" : known.map((dim) => `"${dim}"`).join(", ");
  return badOption("dims", `names "${name}", but the named dimensions of the model's inputs are ${list}`, {
    name,
    known,
  });
}

function shapeOf({ name, type }: ModelInput, sizes: ReadonlyMap<string, number>): readonly number[] {
  if (type.kind !== "tensor" || type.shape === undefined) {
    throw badOption("random", `can't fill the input "${name}", whose shape is not known; give real data`, {
      input: name,
    });
  }
  const shape = type.shape.map((dim) => evaluateDim(dim, sizes) ?? NaN);
  const fits = shape.every((size) => Number.isSafeInteger(size) && size >= 0) && elementCount(shape) <= MOST_ELEMENTS;
  if (fits) return shape;
  throw badOption("dims", `make [${shape.join(", ")}] of the input "${name}", which is no shape to fill`, {
    input: name,
    shape,
  });
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
