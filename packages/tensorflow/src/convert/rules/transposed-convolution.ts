// Convolutions run backwards, which are transposed convolutions: the size of the result is an input.
// Where that size is known, pads and output_padding say it; else the largest result is computed and cut.
// https://www.tensorflow.org/api_docs/python/tf/raw_ops/Conv2DBackpropInput

import { addDims, attribute, mulDims, subDims, type Attribute, type Dim } from "@tersor/core";
import { concat, textOf, transpose, upTo } from "../building.ts";
import { channelsBack, channelsFirst, layoutOf, spatialOf, type Layout } from "../layout.ts";
import { explicitPads, reachOf, splitPads, type Window } from "../padding.ts";
import { defineRule, type RuleContext, type TensorFlowRule } from "../rule.ts";
import { asInt64 } from "../wide.ts";
import { depthwiseWeight, outFirst, windowAttributes, windowOf } from "./convolution.ts";

const transposed = defineRule({
  ops: ["Conv2DBackpropInput", "Conv3DBackpropInputV2"],
  convert: (context) => {
    const layout = layoutOf(context, context.node.op === "Conv2DBackpropInput" ? 2 : 3);
    const weight = transpose(context.to, context.inputs[1]!, outFirst(layout.spatialRank));
    return [channelsBack(context.to, layout, transposedBy(context, layout, weight, 1))];
  },
});

const depthwise = defineRule({
  ops: ["DepthwiseConv2dNativeBackpropInput"],
  convert: (context) => {
    const layout = layoutOf(context, 2);
    const channels = context.shape(1)?.[2];
    const groups = typeof channels === "number" ? channels : context.refuse("the shape of its filter can't be told");
    const weight = depthwiseWeight(context, context.inputs[1]!);
    return [channelsBack(context.to, layout, transposedBy(context, layout, weight, groups))];
  },
});

function transposedBy(context: RuleContext, layout: Layout, weight: string, groups: number): string {
  const { to, inputs } = context;
  const window = windowOf(context, layout, inputs[1]!);
  const x = channelsFirst(to, layout, inputs[2]!);
  const shared = {
    kernel_shape: attribute.ints(window.kernel),
    ...windowAttributes(window),
    ...(groups === 1 ? {} : { group: attribute.int(groups) }),
  };
  const excess = excessOf(context, layout, window);
  const pads = excess && padsFor(context, layout, excess);
  if (pads) return to.add("ConvTranspose", [x, weight], { ...shared, ...padsAttributes(pads) });
  return cut(context, layout, window, to.add("ConvTranspose", [x, weight], { ...shared, ...largest(window) }));
}

interface Pads {
  readonly pads: readonly number[];
  readonly output: readonly number[];
}

/** How much larger than asked the result is without pads, by axis; undefined where that is not one number. */
function excessOf(context: RuleContext, layout: Layout, window: Window): readonly number[] | undefined {
  const wanted = context.to.fact(context.inputs[0]!)?.value?.data;
  const given = context.shape(2);
  if (wanted === undefined || given === undefined) return undefined;
  // The size may be stated for the spatial axes alone.
  const spatial: readonly (Dim | null)[] =
    wanted.length === layout.spatialRank ? Array.from(wanted) : spatialOf(layout, Array.from(wanted));
  const excess = spatialOf(layout, given).map((size, axis) => {
    const full = addDims(mulDims(subDims(size, 1), window.strides[axis]!), reachOf(window, axis));
    const goal = spatial[axis];
    return goal === null || goal === undefined ? undefined : subDims(full, goal);
  });
  return excess.every((number) => typeof number === "number") ? excess : undefined;
}

/** What is cut from the begin is what the forward convolution pads there; a result too small is padded at its end. */
function padsFor(context: RuleContext, layout: Layout, excess: readonly number[]): Pads {
  const padding = textOf(context, "padding", "VALID");
  const pads = padding === "EXPLICIT" ? explicitPads(context, layout) : forwardPads(padding, excess);
  const rank = layout.spatialRank;
  return { pads, output: excess.map((size, axis) => pads[axis]! + pads[axis + rank]! - size) };
}

function forwardPads(padding: string, excess: readonly number[]): readonly number[] {
  return splitPads(excess.map((size) => (padding === "SAME" ? Math.max(0, size) : 0)));
}

function padsAttributes({ pads, output }: Pads): Readonly<Record<string, Attribute>> {
  return {
    ...(pads.every((pad) => pad === 0) ? {} : { pads: attribute.ints(pads) }),
    ...(output.every((pad) => pad === 0) ? {} : { output_padding: attribute.ints(output) }),
  };
}

function largest({ strides }: Window): Readonly<Record<string, Attribute>> {
  return { output_padding: attribute.ints(strides.map((stride) => stride - 1)) };
}

/** Cuts the largest result to the wanted size: SAME takes half of the excess from the begin, VALID nothing. */
function cut(context: RuleContext, layout: Layout, window: Window, full: string): string {
  const { to, inputs } = context;
  if (textOf(context, "padding", "VALID") === "EXPLICIT")
    context.refuse("its size has to be known for explicit padding");
  const rank = layout.spatialRank;
  const places = upTo(rank).map((axis) => axis + (layout.channelsLast ? 1 : 2));
  const isSpatialOnly = context.shape(0)?.[0] === rank;
  const wanted = to.add("Gather", [asInt64(to, inputs[0]!), to.int64s(isSpatialOnly ? upTo(rank) : places)]);
  const begins =
    textOf(context, "padding", "VALID") === "SAME"
      ? halfExcess(context, full, wanted, window)
      : to.int64s(upTo(rank).map(() => 0));
  const ends = to.add("Add", [begins, wanted]);
  return to.add("Slice", [full, begins, ends, to.int64s(upTo(rank).map((axis) => axis + 2))]);
}

function halfExcess({ to }: RuleContext, full: string, wanted: string, { strides }: Window): string {
  const parts = strides.map((_, axis) =>
    to.add("Shape", [full], { start: attribute.int(axis + 2), end: attribute.int(axis + 3) }),
  );
  const real = to.add("Sub", [concat(to, parts, 0), to.int64s(strides.map((stride) => stride - 1))]);
  const excess = to.add("Max", [to.add("Sub", [real, wanted]), to.int64s([0])]);
  return to.add("Div", [excess, to.int64s([2])]);
}

export const transposedConvolutions: readonly TensorFlowRule[] = [depthwise, transposed];
