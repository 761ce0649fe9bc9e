// From symbolic to concrete: the shapes of a batch say what the names of dimensions stand for.

import { inputShapeMismatch } from "../errors.ts";
import { evaluateDim, nameOfDim, namesOfDim, subDims, substituteDim, type Dim } from "../graph/dim.ts";
import type { Inference } from "./infer.ts";

/** What the names of dimensions stand for, and the shapes that follow. */
export interface BoundShapes {
  readonly bindings: ReadonlyMap<string, number>;
  /** The shape of a value; undefined where it is not known or depends on more than the given shapes. */
  shapeOf(value: string): readonly number[] | undefined;
}

/** Anything that has the symbolic shapes of values by name. */
type Shapes = Pick<Inference, "types">;

/**
 * Binds the names in the shapes of inputs to the numbers of a batch.
 * @throws CORE_INPUT_SHAPE_MISMATCH when a rank or a dimension does not fit, or one name would stand for two numbers.
 */
export function bindShapes(inference: Shapes, inputs: Readonly<Record<string, readonly number[]>>): BoundShapes {
  const bindings = new Map<string, number>();
  const pairs = Object.entries(inputs).flatMap(([input, given]) => pairsOf(inference, input, given));
  for (const pair of pairs)
    if (nameOfDim(pair.dim) !== undefined) bind(pair, nameOfDim(pair.dim)!, pair.size, bindings);
  for (const pair of pairs) solve(pair, bindings);
  return { bindings, shapeOf: (value) => evaluateShape(shapeOf(inference, value), bindings) };
}

/** The shape under the bindings; undefined where a dimension has no value. */
export function evaluateShape(
  shape: readonly Dim[] | undefined,
  bindings: ReadonlyMap<string, number>,
): readonly number[] | undefined {
  const dims = shape?.map((dim) => evaluateDim(dim, bindings));
  return dims?.every((dim) => dim !== undefined) ? dims : undefined;
}

interface Pair {
  readonly input: string;
  readonly declared: readonly Dim[];
  readonly given: readonly number[];
  readonly dim: Dim;
  readonly size: number;
}

function pairsOf(inference: Shapes, input: string, given: readonly number[]): readonly Pair[] {
  const declared = shapeOf(inference, input);
  if (declared === undefined) return [];
  if (declared.length !== given.length) throw inputShapeMismatch(input, declared, given, "the rank differs");
  return declared.map((dim, axis) => ({ input, declared, given, dim, size: given[axis]! }));
}

function shapeOf(inference: Shapes, value: string): readonly Dim[] | undefined {
  const fact = inference.types.get(value);
  return fact?.kind === "tensor" ? fact.shape : undefined;
}

function bind({ input, declared, given }: Pair, name: string, size: number, bindings: Map<string, number>): void {
  const before = bindings.get(name);
  if (before !== undefined && before !== size) {
    throw inputShapeMismatch(input, declared, given, `"${name}" would be ${before} and ${size}`);
  }
  bindings.set(name, size);
}

/** An expression either agrees with the bindings, or gives the value of the one name that has none yet. */
function solve(pair: Pair, bindings: Map<string, number>): void {
  const { input, declared, given, dim, size } = pair;
  const value = evaluateDim(dim, bindings);
  if (value === size) return;
  if (value !== undefined) throw inputShapeMismatch(input, declared, given, `${dim} is ${value}, not ${size}`);
  const open = namesOfDim(dim).filter((name) => !bindings.has(name));
  const [name] = open;
  if (name !== undefined && open.length === 1) solveFor(pair, name, bindings);
}

/** Solves dim = size for a name in which dim is linear with a coefficient of 1, such as "past+seq". */
function solveFor(pair: Pair, name: string, bindings: Map<string, number>): void {
  const rest = substituteDim(pair.dim, new Map(bindings));
  const shift = evaluateDim(subDims(rest, name), new Map());
  if (shift !== undefined) bind(pair, name, pair.size - shift, bindings);
}
