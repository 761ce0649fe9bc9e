// Operators that give the same elements another shape. Transposing emits nothing: it is another layout of the same
// tensor. Reshaping keeps the layout where it splits and joins neighbours only, as shuffles of channels do.
// https://onnx.ai/onnx/operators/onnx__Reshape.html, onnx__Transpose.html

import { sameDim, type Dim } from "@tersor/core";
import { attr } from "../emitter.ts";
import { layoutOfReshape, plainLayout, storedShape, type Layout } from "../layout.ts";
import { defineLowering, type LowerContext, type LoweringRule, type Stored } from "../rule.ts";

/** The rules of this family. */
export const reshapeRules: readonly LoweringRule[] = [
  defineLowering({
    ops: ["Flatten", "Reshape", "Squeeze", "Unsqueeze"],
    lower: (context) => [lowerReshape(context)],
  }),
  defineLowering({ ops: ["Transpose"], lower: (context) => [lowerTranspose(context)] }),
];

function lowerTranspose(context: LowerContext): Stored {
  const { tensor, layout } = context.stored(0);
  const permutation = context.ints("perm") ?? plainLayout(layout.length).toReversed();
  return { tensor, layout: layout.map((axis) => permutation.indexOf(axis)) };
}

function lowerReshape(context: LowerContext): Stored {
  const { tensor, layout } = context.stored(0);
  const from = context.type(0).shape;
  const to = context.outputType().shape;
  const units = layoutOfReshape(from, to);
  if (units) return { tensor, layout: layout.map((axis) => units[axis]!) };
  const target = layoutAfter(from, to, layout);
  if (target === undefined) return reshaped(context, context.in(0), plainLayout(to.length));
  return reshaped(context, tensor, target);
}

function reshaped(context: LowerContext, tensor: string, layout: Layout): Stored {
  const { dtype, shape } = context.outputType();
  return context.emit("Reshape", [tensor, context.sizes(storedShape(shape, layout))], { T: attr.type(dtype) }, layout);
}

/** Axes of the old shape that hold the same elements as axes of the new one. */
interface Segment {
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** The layout in which the tensor, reshaped as it lies, holds the new shape; undefined where it can't. */
function layoutAfter(from: readonly Dim[], to: readonly Dim[], layout: Layout): Layout | undefined {
  const segments = segmentsOf(from, to);
  if (segments === undefined) return undefined;
  const order: number[] = [];
  const stored = layout.filter((axis) => from[axis] !== 1);
  for (let place = 0; place < stored.length;) {
    const segment = segments.find((one) => one.from[0] === stored[place]);
    if (!segment?.from.every((axis, i) => axis === stored[place + i])) return undefined;
    order.push(...segment.to);
    place += segment.from.length;
  }
  return withUnits(order, to);
}

/** Puts the axes of size 1 in front of the axis that follows them in ONNX's order. */
function withUnits(order: readonly number[], shape: readonly Dim[]): Layout {
  const unitsBefore = (axis: number): number[] => {
    const units: number[] = [];
    for (let unit = axis - 1; unit >= 0 && shape[unit] === 1; unit--) units.unshift(unit);
    return units;
  };
  return [...order.flatMap((axis) => [...unitsBefore(axis), axis]), ...unitsBefore(shape.length)];
}

/** Splits both shapes, without their axes of size 1, where the products of what came before are equal. */
function segmentsOf(from: readonly Dim[], to: readonly Dim[]): readonly Segment[] | undefined {
  const left = plainLayout(from.length).filter((axis) => from[axis] !== 1);
  const right = plainLayout(to.length).filter((axis) => to[axis] !== 1);
  const segments: Segment[] = [];
  while (left.length > 0 && right.length > 0) {
    const segment = nextSegment(left, right, from, to);
    if (segment === undefined) return undefined;
    segments.push(segment);
  }
  return left.length === 0 && right.length === 0 ? segments : undefined;
}

/** Takes the shortest runs of equal product off the front of both lists; a size that is no number stands alone. */
function nextSegment(left: number[], right: number[], from: readonly Dim[], to: readonly Dim[]): Segment | undefined {
  const a = [left.shift()!];
  const b = [right.shift()!];
  if (sameDim(from[a[0]!]!, to[b[0]!]!)) return { from: a, to: b };
  let [p, q] = [from[a[0]!], to[b[0]!]];
  while (p !== q) {
    if (typeof p !== "number" || typeof q !== "number" || p === 0 || q === 0) return undefined;
    const next = p < q ? left.shift() : right.shift();
    if (next === undefined) return undefined;
    const size = p < q ? from[next] : to[next];
    if (typeof size !== "number") return undefined;
    if (p < q) {
      a.push(next);
      p *= size;
    } else {
      b.push(next);
      q *= size;
    }
  }
  return { from: a, to: b };
}
