// Slices: Slice, and StridedSlice with its masks, as a Slice, a Squeeze and an Unsqueeze of ONNX.
// https://www.tensorflow.org/api_docs/python/tf/strided_slice

import { type Dim, type GraphBuilder } from "@tersor/core";
import { END, intOf, squeeze, unsqueeze, upTo } from "../building.ts";
import { defineRule, type RuleContext, type TensorFlowRule } from "../rule.ts";
import { asInt64, wide } from "../wide.ts";
import { where } from "./comparison.ts";
import { pick } from "./join.ts";

const slice = defineRule({
  ops: ["Slice"],
  convert: wide((context) => {
    const { to, inputs } = context;
    const [x, begin, size] = inputs as readonly [string, string, string];
    const axes = to.int64s(upTo(entryCount(context, 1)));
    return [to.add("Slice", [x, asInt64(to, begin), endsOf(context, begin, size), axes])];
  }),
});

/** begin + size, and the end of the axis where the size is -1. */
function endsOf(context: RuleContext, begin: string, size: string): string {
  const { to } = context;
  const [begins, sizes] = [elements(to, begin), elements(to, size)];
  const ends = sizes?.map((extent, i) => (extent === -1 ? END : sum(begins?.[i], extent)));
  if (ends?.every((end) => end !== undefined)) return to.int64s(ends);
  const extent = asInt64(to, size);
  const end = to.add("Add", [asInt64(to, begin), extent]);
  if (sizes?.every((known) => known !== null && known !== -1)) return end;
  const isOpen = to.add("Equal", [extent, to.constant("int64", [], [-1])]);
  return where(to, isOpen, to.constant("int64", [], [END]), end);
}

function sum(a: Dim | null | undefined, b: Dim | null): number | undefined {
  return typeof a === "number" && typeof b === "number" ? a + b : undefined;
}

/** One entry of the specification of a StridedSlice that takes from an axis. */
interface Taking {
  /** Its place among the entries. */
  readonly entry: number;
  readonly axis: number;
  readonly stride: number;
  readonly openBegin: boolean;
  readonly openEnd: boolean;
  readonly shrinks: boolean;
}

const stridedSlice = defineRule({
  ops: ["StridedSlice"],
  convert: wide((context) => {
    const { to } = context;
    const x = context.inputs[0]!;
    const { takings, newAxes } = specification(context);
    const effective = takings.filter((taking) => taking.shrinks || !isWhole(taking));
    const single = singlePick(context, effective);
    const shrunk = effective.filter(({ shrinks }) => shrinks).map(({ axis }) => axis);
    const rest = single ?? squeeze(to, taken(context, x, effective), shrunk);
    return [unsqueeze(to, rest, newAxes)];
  }),
});

function isWhole({ stride, openBegin, openEnd }: Taking): boolean {
  return stride === 1 && openBegin && openEnd;
}

/** What the masks make of each entry, and the new axes counted in the result. */
function specification(context: RuleContext): { takings: readonly Taking[]; newAxes: readonly number[] } {
  const has = (mask: string, entry: number): boolean => ((intOf(context, mask, 0) >> entry) & 1) === 1;
  const count = entryCount(context, 1);
  const strides = context.numbers(3);
  const ellipsis = upTo(count).find((entry) => has("ellipsis_mask", entry));
  const isNew = (entry: number): boolean => entry !== ellipsis && has("new_axis_mask", entry);
  const takings: Taking[] = [];
  const newAxes: number[] = [];
  let axis = 0;
  let outAxis = 0;
  for (const entry of upTo(count)) {
    if (entry === ellipsis) {
      const others = upTo(count).filter((other) => other !== ellipsis && !isNew(other)).length;
      const skipped = entry === count - 1 ? 0 : context.rank(0) - others;
      axis += skipped;
      outAxis += skipped;
    } else if (isNew(entry)) {
      newAxes.push(outAxis++);
    } else {
      const shrinks = has("shrink_axis_mask", entry);
      const [openBegin, openEnd] = [!shrinks && has("begin_mask", entry), !shrinks && has("end_mask", entry)];
      takings.push({ entry, axis: axis++, stride: strides[entry] ?? 1, openBegin, openEnd, shrinks });
      if (!shrinks) outAxis++;
    }
  }
  return { takings, newAxes };
}

/** A single index into one axis and everything of the others: a Gather does it in one node. */
function singlePick(context: RuleContext, takings: readonly Taking[]): string | undefined {
  const [only, ...others] = takings;
  if (only === undefined || others.length > 0 || !only.shrinks) return undefined;
  const index = elements(context.to, context.inputs[1]!)?.[only.entry];
  return typeof index === "number" ? pick(context.to, context.inputs[0]!, index, only.axis) : undefined;
}

function taken(context: RuleContext, x: string, takings: readonly Taking[]): string {
  if (takings.length === 0) return x;
  const { to } = context;
  const strides = takings.map(({ stride }) => stride);
  const steps = strides.every((stride) => stride === 1) ? [] : [to.int64s(strides)];
  const axes = to.int64s(takings.map(({ axis }) => axis));
  return to.add("Slice", [x, starts(context, takings), ends(context, takings), axes, ...steps]);
}

function starts(context: RuleContext, takings: readonly Taking[]): string {
  const known = elements(context.to, context.inputs[1]!);
  const fixed = takings.map(({ entry, stride, openBegin }) =>
    openBegin ? (stride > 0 ? 0 : END) : numberOf(known?.[entry]),
  );
  return mixed(context, takings, fixed, asInt64(context.to, context.inputs[1]!));
}

/** Where an axis shrinks, the end is one behind the begin, also for the last element, whose index is -1. */
function ends(context: RuleContext, takings: readonly Taking[]): string {
  const { to, inputs } = context;
  const [begins, known] = [elements(to, inputs[1]!), elements(to, inputs[2]!)];
  const fixed = takings.map(({ entry, stride, openEnd, shrinks }) => {
    if (openEnd) return stride > 0 ? END : -END;
    const begin = numberOf(begins?.[entry]);
    if (shrinks) return begin === undefined ? undefined : begin === -1 ? END : begin + 1;
    return numberOf(known?.[entry]);
  });
  if (fixed.every((end) => end !== undefined)) return to.int64s(fixed);
  return mixed(context, takings, fixed, computedEnds(context, takings));
}

function computedEnds({ to, inputs }: RuleContext, takings: readonly Taking[]): string {
  const end = asInt64(to, inputs[2]!);
  if (!takings.some(({ shrinks }) => shrinks)) return end;
  const begin = asInt64(to, inputs[1]!);
  const isLast = to.add("Equal", [begin, to.int64s([-1])]);
  const next = where(to, isLast, to.int64s([END]), to.add("Add", [begin, to.int64s([1])]));
  const count = 1 + Math.max(...takings.map(({ entry }) => entry));
  const shrinking = upTo(count).map((entry) => takings.some((taking) => taking.entry === entry && taking.shrinks));
  const isWholeVector = to.shape(end)?.[0] === count;
  const of = (value: string): string => (isWholeVector ? value : entries(to, value, upTo(count)));
  return where(to, to.constant("bool", [count], shrinking.map(Number)), of(next), of(end));
}

/** The entries of a vector for the axes that are taken from: constants where they are known, else as computed. */
function mixed(
  { to }: RuleContext,
  takings: readonly Taking[],
  fixed: readonly (number | undefined)[],
  computed: string,
): string {
  if (fixed.every((number) => number !== undefined)) return to.int64s(fixed);
  const own = takings.map(({ entry }) => entry);
  const isInOrder = to.shape(computed)?.[0] === own.length;
  const values = isInOrder ? computed : entries(to, computed, own);
  if (fixed.every((number) => number === undefined)) return values;
  const isFixed = to.constant(
    "bool",
    [fixed.length],
    fixed.map((number) => Number(number !== undefined)),
  );
  return where(to, isFixed, to.int64s(fixed.map((number) => number ?? 0)), values);
}

function entries(to: GraphBuilder, vector: string, own: readonly number[]): string {
  return to.add("Gather", [vector, to.int64s(own)]);
}

function numberOf(element: Dim | null | undefined): number | undefined {
  return typeof element === "number" ? element : undefined;
}

function elements(to: GraphBuilder, value: string): readonly (Dim | null)[] | undefined {
  const known = to.fact(value)?.value;
  return known && Array.from(known.data);
}

function entryCount(context: RuleContext, input: number): number {
  const count = context.shape(input)?.[0];
  return typeof count === "number"
    ? count
    : context.refuse(`the number of entries of its input ${input} can't be told`);
}

export const slices: readonly TensorFlowRule[] = [slice, stridedSlice];
