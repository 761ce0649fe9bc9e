// Slice: a range along each axis, with steps (https://onnx.ai/onnx/operators/onnx__Slice.html).
// Bounds were attributes before 10. Negative bounds count from the end, and all are clamped to the axis.

import { BEYOND } from "../graph/dim-bounds.ts";
import { addDims, boundsOfDim, ceilDivDims, maxDims, minDims, subDims, type Dim } from "../graph/dim.ts";
import { defineOp, ints, type Elements, type RuleContext, type ShapedInput } from "./define.ts";
import { isNumeric, moved } from "./elements.ts";
import { axesOf } from "./known.ts";

type Bound = Dim | null;

/** What is cut of one axis. */
interface Range {
  readonly start: Bound;
  readonly end: Bound;
  readonly step: Bound;
}

export const slice = defineOp({
  type: "Slice",
  since: [1, 10, 11, 13],
  attributes: { starts: ints(), ends: ints(), axes: ints() },
  shape: ([x, starts, ends, axes, steps], attributes, context) => {
    const ranges = rangesOf(x!.shape.length, [starts, ends, axes, steps], attributes, context);
    return [
      x!.shape.map((dim, axis) => (ranges ? lengthOf(dim, ranges[axis], axis, context) : context.unknownDim(0, axis))),
    ];
  },
  fold: ([x, starts, ends, axes, steps], attributes, context) => {
    const inputs = [starts, ends, axes, steps].map(
      (value) => value && { dtype: value.dtype, shape: value.shape, value },
    );
    const ranges = x && rangesOf(x.shape.length, inputs, attributes, context);
    return ranges && sliceElements(x, ranges, context);
  },
  quantization: { kind: "transparent", data: 0 },
});

/** The range of each axis, undefined for one that stays whole; undefined as a whole when the axes are not known. */
function rangesOf(
  rank: number,
  [starts, ends, axes, steps]: readonly (ShapedInput | undefined)[],
  attributes: {
    readonly starts?: readonly number[] | undefined;
    readonly ends?: readonly number[] | undefined;
    readonly axes?: readonly number[] | undefined;
  },
  { node }: RuleContext,
): readonly (Range | undefined)[] | undefined {
  const from = attributes.starts ?? boundsIn(starts);
  const to = attributes.ends ?? boundsIn(ends);
  const named = attributes.axes ?? (node.inputs[3] ? boundsIn(axes) : undefined);
  const count = (named ?? from ?? to)?.length;
  if (count === undefined || [from, to].some((bounds) => bounds && bounds.length !== count)) return undefined;
  const by = node.inputs[4] ? boundsIn(steps) : Array<number>(count).fill(1);
  const given = node.inputs[3] ? named : (named ?? Array.from({ length: count }, (_, i) => i));
  const counted = given?.every((axis) => typeof axis === "number") ? axesOf(given, rank) : undefined;
  if (counted === undefined) return undefined;
  const ranges = Array<Range | undefined>(rank).fill(undefined);
  counted.forEach(
    (axis, i) => (ranges[axis] = { start: from?.[i] ?? null, end: to?.[i] ?? null, step: by?.[i] ?? null }),
  );
  return ranges;
}

/** The elements, or as many unknown ones as the shape says. */
function boundsIn(input: ShapedInput | undefined): readonly Bound[] | undefined {
  if (input?.value) return Array.from(input.value.data);
  const [count] = input?.shape ?? [];
  return typeof count === "number" && count <= 64 ? Array<null>(count).fill(null) : undefined;
}

function lengthOf(dim: Dim, range: Range | undefined, axis: number, context: RuleContext): Dim {
  if (range === undefined) return dim;
  const placed = place(dim, range);
  return placed === undefined ? context.unknownDim(0, axis) : placed.length;
}

interface Placed {
  readonly start: Dim;
  readonly step: number;
  readonly length: Dim;
}

/** The range with its bounds counted from 0 and clamped. */
function place(dim: Dim, { start, end, step }: Range): Placed | undefined {
  if (start === null || end === null || typeof step !== "number" || step === 0) return undefined;
  const [low, high] = step > 0 ? [0, dim] : [-1, subDims(dim, 1)];
  const from = clamped(start, dim, 0, high);
  const to = clamped(end, dim, low, high);
  if (from === undefined || to === undefined) return undefined;
  const span = step > 0 ? subDims(to, from) : subDims(from, to);
  return { start: from, step, length: maxDims(0, ceilDivDims(span, Math.abs(step))) };
}

function clamped(bound: Dim, dim: Dim, low: Dim, high: Dim): Dim | undefined {
  if (typeof bound === "number" && bound >= BEYOND) return high;
  if (typeof bound === "number" && bound <= -BEYOND) return low;
  const counted = fromStart(bound, dim);
  return counted === undefined ? undefined : minDims(maxDims(counted, low), high);
}

/** The bound counted from 0; undefined where its sign is not certain. */
function fromStart(bound: Dim, dim: Dim): Dim | undefined {
  const [low, high] = boundsOfDim(bound);
  if (low >= 0) return bound;
  return high < 0 ? addDims(bound, dim) : undefined;
}

function sliceElements(
  x: Elements,
  ranges: readonly (Range | undefined)[],
  context: RuleContext,
): readonly Elements[] | undefined {
  const placed = ranges.map((range, axis) => (range ? place(x.shape[axis]!, range) : whole(x.shape[axis]!)));
  const shape = placed.map((part, axis) => part?.length ?? context.unknownDim(0, axis));
  const starts = placed.map((part) => part?.start ?? "unknown");
  if (!isNumeric(shape) || !isNumeric(starts)) return undefined;
  return [moved(x, shape, (index) => index.map((at, axis) => starts[axis]! + at * placed[axis]!.step))];
}

function whole(length: number): Placed {
  return { start: 0, step: 1, length };
}
