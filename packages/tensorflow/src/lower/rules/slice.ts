// Slice: StridedSlice over all axes as they lie.
// https://onnx.ai/onnx/operators/onnx__Slice.html

import type { Dim } from "@tersor/core";
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
  readonly begin: number | undefined;
  readonly end: number | undefined;
  readonly step: number;
}

const everything: Range = { begin: undefined, end: undefined, step: 1 };

function lowerSlice(context: LowerContext): Stored {
  const { tensor, layout } = context.stored(0);
  const { dtype, shape } = context.type(0);
  const ranges = storedShape(rangesOf(context, shape), layout);
  const mask = (field: "begin" | "end") =>
    ranges.reduce((bits, range, i) => bits | (range[field] === undefined ? 1 << i : 0), 0);
  const operands = [
    context.to.ints(ranges.map(({ begin }) => begin ?? 0)),
    context.to.ints(ranges.map(({ end }) => end ?? 0)),
    context.to.ints(ranges.map(({ step }) => step)),
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
  const list = (input: number, name: string) => (fromInputs ? context.numbers(input) : context.ints(name));
  const starts = list(1, "starts") ?? context.refuse("starts are missing");
  const ends = list(2, "ends") ?? context.refuse("ends are missing");
  const axes = list(3, "axes") ?? starts.map((_, i) => i);
  const steps = (fromInputs ? context.numbers(4) : undefined) ?? starts.map(() => 1);
  const ranges = shape.map(() => everything);
  axes.forEach((stated, i) => {
    const axis = axisOf(context, stated, shape.length);
    ranges[axis] = rangeOf(starts[i]!, ends[i]!, steps[i]!, shape[axis]!);
  });
  return ranges;
}

/** Bounds beyond the axis are the axis' own; int32 holds the others. */
function rangeOf(start: number, end: number, step: number, size: Dim): Range {
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
