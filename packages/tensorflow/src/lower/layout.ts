// Layouts: how the axes of an ONNX value lie in the TensorFlow tensor that holds it. `layout[i]` is the ONNX axis that
// the tensor's axis i is: [0, 2, 3, 1] is NHWC for a value that ONNX sees as NCHW.

import { sameDim, type Dim } from "@tersor/core";

/** Axis i of the stored tensor is axis `layout[i]` of the ONNX value. */
export type Layout = readonly number[];

/** ONNX's own order. */
export function plainLayout(rank: number): Layout {
  return Array.from({ length: rank }, (_, axis) => axis);
}

/** Batch first, channels (ONNX's axis 1) last. */
export function channelsLast(rank: number): Layout {
  return rank < 3 ? plainLayout(rank) : [0, ...plainLayout(rank).slice(2), 1];
}

/** The layout with one axis moved to the end. */
export function axisLast(layout: Layout, axis: number): Layout {
  return [...layout.filter((one) => one !== axis), axis];
}

export function isPlain(layout: Layout): boolean {
  return layout.every((axis, i) => axis === i);
}

export function sameLayout(a: Layout, b: Layout): boolean {
  return a.length === b.length && a.every((axis, i) => axis === b[i]);
}

/** The sizes as they are stored. */
export function storedShape<T>(shape: readonly T[], layout: Layout): readonly T[] {
  return layout.map((axis) => shape[axis]!);
}

/** The transposition that brings a tensor from one layout to another: axis i of the result is axis `[i]` of the tensor. */
export function permutationBetween(from: Layout, to: Layout): readonly number[] {
  return to.map((axis) => from.indexOf(axis));
}

/** Whether a transposition only moves axes of size 1, so that the elements stay where they are. */
export function movesUnitsOnly(shape: readonly Dim[], permutation: readonly number[]): boolean {
  const moved = permutation.filter((axis) => shape[axis] !== 1);
  return moved.every((axis, i) => i === 0 || axis > moved[i - 1]!);
}

/**
 * The layout under which a tensor of shape `from` is also a value of shape `to`: both differ only in where axes of
 * size 1 stand. Undefined where that is not so.
 */
export function layoutOfReshape(from: readonly Dim[], to: readonly Dim[]): Layout | undefined {
  if (from.length !== to.length) return undefined;
  const units = plainLayout(to.length).filter((axis) => to[axis] === 1);
  const others = plainLayout(to.length).filter((axis) => to[axis] !== 1);
  const layout: number[] = [];
  for (const dim of from) {
    const axis = dim === 1 ? units.shift() : others.shift();
    if (axis === undefined || !sameDim(to[axis]!, dim)) return undefined;
    layout.push(axis);
  }
  return layout;
}
