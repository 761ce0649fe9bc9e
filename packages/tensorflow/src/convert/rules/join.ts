// Tensors put together and taken apart along an axis.
// https://www.tensorflow.org/api_docs/python/tf/raw_ops/Pack

import { attribute, type GraphBuilder } from "@tersor/core";
import { axisFromZero, concat, intOf, squeeze, unsqueeze } from "../building.ts";
import { defineRule, type RuleContext, type TensorFlowRule } from "../rule.ts";
import { asInt64, wide } from "../wide.ts";

const pack = defineRule({
  ops: ["Pack"],
  convert: wide((context) => {
    const { to, inputs } = context;
    const stated = intOf(context, "axis", 0);
    const rank = context.shape(0)?.length;
    if (rank === undefined && stated < 0) context.rank(0);
    const axis = rank === undefined ? stated : axisFromZero(context, stated, rank + 1);
    return [
      concat(
        to,
        inputs.map((value) => unsqueeze(to, value, [axis])),
        axis,
      ),
    ];
  }),
});

/** Each part by its index: parts that nobody reads fall away. */
const unpack = defineRule({
  ops: ["Unpack"],
  convert: wide((context) => {
    const { to, inputs } = context;
    const axis = axisFromZero(context, intOf(context, "axis", 0), context.rank(0));
    const count = intOf(context, "num", 0);
    if (count === 1) return [squeeze(to, inputs[0]!, [axis])];
    return Array.from({ length: count }, (_, i) => pick(to, inputs[0]!, i, axis));
  }),
});

/** One slice of an axis, without that axis. */
export function pick(to: GraphBuilder, value: string, index: number, axis: number): string {
  return to.add("Gather", [value, to.constant("int64", [], [index])], { axis: attribute.int(axis) });
}

const concatenate = defineRule({
  ops: ["Concat", "ConcatV2"],
  convert: wide((context) => {
    const { node, to, inputs } = context;
    const last = inputs.length - 1;
    const values = node.op === "Concat" ? inputs.slice(1) : inputs.slice(0, last);
    const stated = context.numbers(node.op === "Concat" ? 0 : last)[0] ?? 0;
    const rank = values.map((value) => to.shape(value)?.length).find((known) => known !== undefined);
    return [concat(to, values, rank === undefined ? stated : axisFromZero(context, stated, rank))];
  }),
});

const split = defineRule({
  ops: ["Split"],
  convert: wide((context) => {
    const axis = axisOf(context, 0, 1);
    return splitInto(context, context.inputs[1]!, axis, intOf(context, "num_split", 1), []);
  }),
});

/** Sizes as a constant, of which -1 is what is left, or computed. */
const splitV = defineRule({
  ops: ["SplitV"],
  convert: wide((context) => {
    const { to, inputs } = context;
    const axis = axisOf(context, 2, 0);
    const count = intOf(context, "num_split", context.known(1)?.shape[0] ?? 1);
    return splitInto(context, inputs[0]!, axis, count, [splitSizes(context, axis) ?? asInt64(to, inputs[1]!)]);
  }),
});

function axisOf(context: RuleContext, axisInput: number, valueInput: number): number {
  const stated = context.numbers(axisInput)[0] ?? 0;
  const rank = context.shape(valueInput)?.length;
  return rank === undefined ? stated : axisFromZero(context, stated, rank);
}

function splitSizes(context: RuleContext, axis: number): string | undefined {
  if (context.known(1) === undefined) return undefined;
  const sizes = context.numbers(1);
  if (!sizes.includes(-1)) return context.to.int64s(sizes);
  const whole = context.shape(0)?.[axis];
  if (typeof whole !== "number") return context.refuse("one of its sizes is left open, and so is the axis");
  const rest = whole - sizes.reduce((sum, size) => sum + Math.max(0, size), 0);
  return context.to.int64s(sizes.map((size) => (size === -1 ? rest : size)));
}

function splitInto(
  { to }: RuleContext,
  value: string,
  axis: number,
  count: number,
  sizes: readonly string[],
): readonly string[] {
  if (count === 1) return [value];
  return to.addMany("Split", [value, ...sizes], { axis: attribute.int(axis) }, { outputs: count });
}

export const join: readonly TensorFlowRule[] = [concatenate, pack, split, splitV, unpack];
