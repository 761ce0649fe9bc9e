// Convolutions over two and three spatial axes. TensorFlow's filters are [...kernel, in, out], ONNX's [out, in, ...kernel].
// https://www.tensorflow.org/api_docs/python/tf/raw_ops/Conv2D

import { attribute, type Attribute } from "@tersor/core";
import { isKnown, reshape, transpose, upTo } from "../building.ts";
import {
  channelAxis,
  channelsBack,
  channelsFirst,
  layoutOf,
  spatialAttribute,
  spatialOf,
  type Layout,
} from "../layout.ts";
import { paddingOf, type Window } from "../padding.ts";
import { defineRule, type RuleContext, type TensorFlowRule } from "../rule.ts";

/** The inputs of a convolution, which fused kinds have among others. */
export interface ConvolutionInputs {
  readonly x: string;
  readonly filter: string;
}

const convolution = defineRule({
  ops: ["Conv2D", "Conv3D"],
  convert: (context) => {
    const layout = layoutOf(context, context.node.op === "Conv3D" ? 3 : 2);
    const [x, filter] = context.inputs as readonly [string, string];
    return [channelsBack(context.to, layout, convolved(context, layout, { x, filter }))];
  },
});

/** The Conv, channels first. As many groups as the filter's channels go into the input's. */
export function convolved(context: RuleContext, layout: Layout, { x, filter }: ConvolutionInputs): string {
  const { to } = context;
  const channels = to.shape(x)?.[channelAxis(layout)];
  const perGroup = to.shape(filter)?.[layout.spatialRank];
  const groups = typeof channels === "number" && typeof perGroup === "number" ? channels / perGroup : 1;
  if (!Number.isInteger(groups)) context.refuse(`its ${channels} channels are no multiple of the filter's ${perGroup}`);
  const weight = transpose(to, filter, outFirst(layout.spatialRank));
  return convolvedWith(context, layout, { x, filter, weight }, groups);
}

/** The Conv with a weight that has ONNX's order of axes already; the filter tells the size of the kernel. */
export function convolvedWith(
  context: RuleContext,
  layout: Layout,
  { x, filter, weight }: ConvolutionInputs & { readonly weight: string },
  groups: number,
): string {
  const attributes = convAttributes(context, layout, windowOf(context, layout, filter), x, groups);
  return context.to.add("Conv", [channelsFirst(context.to, layout, x), weight], attributes);
}

/** A depthwise filter is [...kernel, channels, multiplier]: output c * multiplier + m has channel c alone. */
const depthwise = defineRule({
  ops: ["DepthwiseConv2dNative"],
  convert: (context) => {
    const layout = layoutOf(context, 2);
    const [x, filter] = context.inputs as readonly [string, string];
    return [channelsBack(context.to, layout, depthwiseConvolved(context, layout, { x, filter }))];
  },
});

/** The Conv with a group for each channel, channels first. */
export function depthwiseConvolved(context: RuleContext, layout: Layout, { x, filter }: ConvolutionInputs): string {
  const weight = depthwiseWeight(context, filter);
  return convolvedWith(context, layout, { x, filter, weight }, depthwiseSizes(context, filter)[2]!);
}

/** A depthwise filter as the weight [channels * multiplier, 1, height, width] of a grouped Conv. */
export function depthwiseWeight(context: RuleContext, filter: string): string {
  const [height, width, channels, multiplier] = depthwiseSizes(context, filter) as [number, number, number, number];
  const moved = transpose(context.to, filter, [2, 3, 0, 1]);
  return multiplier === 1 ? moved : reshape(context.to, moved, [channels * multiplier, 1, height, width]);
}

function depthwiseSizes(context: RuleContext, filter: string): readonly number[] {
  const shape = context.to.shape(filter);
  return isKnown(shape) && shape.length === 4 ? shape : context.refuse("the shape of its filter can't be told");
}

/** Kernel, strides and dilations; the kernel is read from the filter. */
export function windowOf(context: RuleContext, layout: Layout, filter: string): Window {
  const kernel = context.to.shape(filter)?.slice(0, layout.spatialRank);
  if (!isKnown(kernel) || kernel.length < layout.spatialRank) context.refuse("the size of its filter can't be told");
  return {
    kernel: kernel as readonly number[],
    strides: spatialAttribute(context, layout, "strides"),
    dilations: spatialAttribute(context, layout, "dilations"),
  };
}

function convAttributes(
  context: RuleContext,
  layout: Layout,
  window: Window,
  x: string,
  groups: number,
): Readonly<Record<string, Attribute>> {
  const shape = context.to.shape(x);
  return {
    kernel_shape: attribute.ints(window.kernel),
    ...windowAttributes(window),
    ...(groups === 1 ? {} : { group: attribute.int(groups) }),
    ...paddingOf(context, layout, window, shape && spatialOf(layout, shape)),
  };
}

/** Strides and dilations where they are not 1. */
export function windowAttributes({ strides, dilations }: Window): Readonly<Record<string, Attribute>> {
  const isOne = (list: readonly number[]): boolean => list.every((entry) => entry === 1);
  return {
    ...(isOne(strides) ? {} : { strides: attribute.ints(strides) }),
    ...(isOne(dilations) ? {} : { dilations: attribute.ints(dilations) }),
  };
}

/** The permutation of a filter to [last, last but one, ...kernel]. */
export function outFirst(spatialRank: number): readonly number[] {
  return [spatialRank + 1, spatialRank, ...upTo(spatialRank)];
}

export const convolutions: readonly TensorFlowRule[] = [convolution, depthwise];
