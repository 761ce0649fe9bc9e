// Positive factors per channel, as they travel through a graph: a small tensor that broadcasts against the value it
// divides, aligned at the last axis as in NumPy, so that it holds for values whose rank is not known.

import type { Dim } from "@tersor/core";

/** `values` in the row-major order of `shape`; axes that all elements share have size 1, leading ones are left out. */
export interface Factor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Factors of an axis that has `inner` further axes behind it. */
export function factorAlong(values: Float32Array, inner = 0): Factor {
  return { shape: [values.length, ...new Array<number>(inner).fill(1)], values };
}

/** 1 / f, element by element. */
export function reciprocal({ shape, values }: Factor): Factor {
  return { shape, values: values.map((value) => 1 / value) };
}

/** How many axes stand behind the one that the factors vary on; undefined where there is more than one. */
export function innerAxes({ shape }: Factor): number | undefined {
  const varying = shape.flatMap((size, axis) => (size === 1 ? [] : [axis]));
  if (varying.length > 1) return undefined;
  // Of a single channel, every axis is as good as the leading one.
  return shape.length - 1 - (varying[0] ?? 0);
}

/** The shape with leading axes of size 1 up to `rank`; undefined where it has more axes. */
export function paddedShape(shape: readonly number[], rank: number): readonly number[] | undefined {
  if (shape.length > rank) return undefined;
  return [...new Array<number>(rank - shape.length).fill(1), ...shape];
}

/** The factors of x, given those of its transpose: axis i of the transpose is axis `permutation[i]` of x. */
export function beforeTranspose(factor: Factor, permutation: readonly number[]): Factor | undefined {
  const shape = paddedShape(factor.shape, permutation.length);
  if (!shape) return undefined;
  const before = new Array<number>(shape.length);
  permutation.forEach((axis, i) => (before[axis] = shape[i]!));
  const order = before.flatMap((size, axis) => (size === 1 ? [] : [permutation.indexOf(axis)]));
  // Elements keep their order as long as the axes that vary do.
  return order.every((axis, i) => i === 0 || axis > order[i - 1]!)
    ? { shape: before, values: factor.values }
    : undefined;
}

/**
 * The factors of x, given those of its reshape to the shape `after`. The trailing axes from the first that varies must
 * be the same block of elements in both shapes.
 */
export function beforeReshape(factor: Factor, before: readonly Dim[], after: readonly Dim[]): Factor | undefined {
  const first = factor.shape.findIndex((size) => size !== 1);
  if (first < 0) return factor;
  const block = after.slice(after.length - (factor.shape.length - first));
  const size = countOf(block);
  if (size === undefined || block.length !== factor.shape.length - first) return undefined;
  const tail = trailing(before, size);
  if (!tail) return undefined;
  return compact({ shape: tail, values: expanded(factor, block as readonly number[]) });
}

/** The shortest run of trailing axes with `size` elements. */
function trailing(shape: readonly Dim[], size: number): readonly number[] | undefined {
  for (let start = shape.length; start >= 0; start--) {
    const count = countOf(shape.slice(start));
    if (count === undefined || count > size) return undefined;
    if (count === size) return shape.slice(start) as readonly number[];
  }
  return undefined;
}

function countOf(dims: readonly Dim[]): number | undefined {
  return dims.every((dim) => typeof dim === "number") ? dims.reduce((a, b) => a * b, 1) : undefined;
}

/** The factors written out for a block of which they cover the trailing axes. */
export function expanded({ shape, values }: Factor, block: readonly number[]): Float32Array {
  const sizes = paddedShape(shape.slice(-block.length), block.length)!;
  const out = new Float32Array(block.reduce((a, b) => a * b, 1));
  const index = new Array<number>(block.length).fill(0);
  for (let i = 0; i < out.length; i++) {
    let at = 0;
    for (let axis = 0; axis < block.length; axis++) at = at * sizes[axis]! + (sizes[axis] === 1 ? 0 : index[axis]!);
    out[i] = values[at]!;
    for (let axis = block.length - 1; axis >= 0 && ++index[axis]! === block[axis]; axis--) index[axis] = 0;
  }
  return out;
}

/** Axes along which all factors are equal, made size 1 again. */
function compact(factor: Factor): Factor {
  let { shape, values } = factor;
  for (let axis = 0; axis < shape.length; axis++) {
    const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
    const size = shape[axis]!;
    const block = size * inner;
    const same = values.every((value, i) => value === values[i - (i % block) + (i % inner)]);
    if (size === 1 || !same) continue;
    values = values.filter((_, i) => i % block < inner);
    shape = shape.with(axis, 1);
  }
  return { shape, values };
}
