// Slice: StridedSlice over all axes as they lie.
// https://onnx.ai/onnx/operators/onnx__Slice.html

import { sameDim, type Dim } from "@tersor/core";
import { attr } from "../emitter.ts";
import { storedShape } from "../layout.ts";
import { defineLowering, type LowerContext, type LoweringRule, type Stored } from "../rule.ts";
import { axisOf } from "./move.ts";

/** The rules of this family. */
export const sliceRules: readonly LoweringRule[] = [
  defineLowering({ ops: ["Slice"], lower: (context) => [lowerSlice(context)] }),
];

/** One axis: undefined begins at the first element of the direction, or goes on to the last one. */
interface Range {
  readonly begin: Dim | undefined;
  readonly end: Dim | undefined;
  readonly step: Dim;
}

const everything: Range = { begin: undefined, end: undefined, step: 1 };

function lowerSlice(context: LowerContext): Stored {
  const { tensor, layout } = context.stored(0);
  const { dtype, shape } = context.type(0);
  const ranges = storedShape(rangesOf(context, shape), layout);
  const mask = (field: "begin" | "end") =>
    ranges.reduce((bits, range, i) => bits | (range[field] === undefined ? 1 << i : 0), 0);
  const operands = [
    context.exactSizes(ranges.map(({ begin }) => begin ?? 0)),
    context.exactSizes(ranges.map(({ end }) => end ?? 0)),
    context.exactSizes(ranges.map(({ step }) => step)),
  ];
  const attributes = {
    T: attr.type(dtype),
    Index: attr.type("int32"),
    begin_mask: attr.int(mask("begin")),
    end_mask: attr.int(mask("end")),
  };
  return context.emit("StridedSlice", [tensor, ...operands], attributes, layout);
}

function rangesOf(context: LowerContext, shape: readonly Dim[]): readonly Range[] {
  const fromInputs = context.opset >= 10;
  const list = (input: number, name: string): readonly Dim[] | undefined =>
    fromInputs ? context.elements(input) : context.ints(name);
  const starts = list(1, "starts") ?? context.refuse("its starts are only known when the graph runs");
  const ends = list(2, "ends") ?? context.refuse("its ends are only known when the graph runs");
  const axes = (fromInputs ? context.numbers(3) : context.ints("axes")) ?? starts.map((_, i) => i);
  const steps = (fromInputs ? context.numbers(4) : undefined) ?? starts.map(() => 1);
  const ranges = shape.map(() => everything);
  axes.forEach((stated, i) => {
    const axis = axisOf(context, stated, shape.length);
    ranges[axis] = rangeOf(starts[i]!, ends[i]!, steps[i]!, shape[axis]!);
  });
  return ranges;
}

/** A bound that is a size of an input is one that TensorFlow cuts off itself. */
function rangeOf(start: Dim, end: Dim, step: number, size: Dim): Range {
  if (typeof start === "number" && typeof end === "number") return numberRange(start, end, step, size);
  if (sameDim(end, size) && step > 0) return { begin: start, end: undefined, step };
  const largest = 2 ** 31 - 1;
  const whole = (bound: Dim): Dim => (typeof bound === "number" ? Math.max(-largest, Math.min(largest, bound)) : bound);
  return { begin: whole(start), end: whole(end), step };
}

/** Bounds beyond the axis are the axis' own; int32 holds the others. */
function numberRange(start: number, end: number, step: number, size: Dim): Range {
  const far = typeof size === "number" ? size : 2 ** 31 - 1;
  const isBefore = (at: number) => at < -far;
  const isBehind = (at: number) => at >= far;
  if (step > 0)
    return {
      begin: start === 0 || isBefore(start) ? undefined : Math.min(start, far),
      end: isBehind(end) ? undefined : Math.max(end, -far),
      step,
    };
  return {
    begin: isBehind(start) || start === -1 ? undefined : Math.max(start, -far - 1),
    end: isBefore(end) ? undefined : Math.min(end, far),
    step,
  };
}
