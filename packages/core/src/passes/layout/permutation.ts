// Orders of axes. A permutation says what Transpose says: axis `i` of the result is axis `permutation[i]` of the source.

import type { Dim } from "../../graph/dim.ts";

export type Permutation = readonly number[];

/** One transposition behind another one. */
export function composed(first: Permutation, second: Permutation): Permutation {
  return second.map((axis) => first[axis]!);
}

export function isIdentity(permutation: Permutation): boolean {
  return permutation.every((axis, index) => axis === index);
}

export function isSame(a: Permutation, b: Permutation): boolean {
  return a.length === b.length && a.every((axis, index) => axis === b[index]);
}

/** Whether these are all axes of a tensor, each once. */
export function isPermutation(axes: readonly number[]): boolean {
  return axes.every(
    (axis, index) => Number.isInteger(axis) && axis < axes.length && axes.indexOf(axis) === index && axis >= 0,
  );
}

/** Items by axis, in the new order. */
export function permuted<T>(items: readonly T[], permutation: Permutation): readonly T[] {
  return permutation.map((axis) => items[axis]!);
}

/** Where an axis of the source is found in the result; negative axes count from the end. */
export function movedAxis(axis: number, permutation: Permutation): number {
  return permutation.indexOf(axis < 0 ? axis + permutation.length : axis);
}

/** What is left of a permutation when some axes of the source are taken out. */
export function withoutAxes(permutation: Permutation, removed: readonly number[]): Permutation {
  const kept = permutation.filter((axis) => !removed.includes(axis));
  const order = kept.toSorted((a, b) => a - b);
  return kept.map((axis) => order.indexOf(axis));
}

/** Whether the order of the elements stays: only axes of one element have moved past others. */
export function keepsElements(shape: readonly Dim[], permutation: Permutation): boolean {
  return isIdentity(
    withoutAxes(
      permutation,
      [...shape.keys()].filter((axis) => shape[axis] === 1),
    ),
  );
}
