// Counting multiply-accumulates: products of dimensions, NaN as soon as one is not a number.

import type { Dim } from "../graph/dim.ts";
import type { ShapedInput } from "./define.ts";

/** Number of elements of a shape, NaN when it is absent or has a symbolic dimension. */
export function countOf(dims: readonly Dim[] | undefined): number {
  if (dims === undefined) return NaN;
  return dims.reduce<number>((product, dim) => product * (typeof dim === "number" ? dim : NaN), 1);
}

/** A dimension as a number, counted from the end when `axis` is negative; NaN when it is not known. */
export function sizeOf(input: ShapedInput | undefined, axis: number): number {
  const dim = input?.shape.at(axis);
  return typeof dim === "number" ? dim : NaN;
}

/** MACs of a matrix product with `output` elements that each sum over the last axis of `a`. */
export function matMulMacs(a: ShapedInput | undefined, output: ShapedInput | undefined): number {
  return countOf(output?.shape) * sizeOf(a, -1);
}
