// Pooling. What SAME pads takes no part in an average, and is below everything for a maximum: as in ONNX.
// https://www.tensorflow.org/api_docs/python/tf/raw_ops/MaxPool

import { attribute, mulDims, type Attribute } from "@tersor/core";
import { countTo, flagOf, isKnown, reshape, sizeOf, typeAttribute } from "../building.ts";
import { channelsBack, channelsFirst, layoutOf, spatialAttribute, spatialOf, type Layout } from "../layout.ts";
import { paddingOf, type Window } from "../padding.ts";
import { defineRule, type RuleContext, type TensorFlowRule } from "../rule.ts";
import { narrowed } from "../wide.ts";
import { windowAttributes } from "./convolution.ts";

const operators: Readonly<Record<string, string>> = {
  AvgPool: "AveragePool",
  AvgPool3D: "AveragePool",
  MaxPool: "MaxPool",
  MaxPool3D: "MaxPool",
};

const pool = defineRule({
  ops: Object.keys(operators),
  convert: (context) => [pooled(context, context.node.op, context.inputs[0]!)],
});

/** A pooling of these values with the attributes of the operation. */
export function pooled(context: RuleContext, op: string, value: string): string {
  const { to } = context;
  const layout = layoutOf(context, op.endsWith("3D") ? 3 : 2);
  const attributes = poolAttributes(context, layout, windowOf(context, layout));
  return channelsBack(to, layout, to.add(operators[op]!, [channelsFirst(to, layout, value)], attributes));
}

/** Kernel and strides are inputs here. */
const maxPoolV2 = defineRule({
  ops: ["MaxPoolV2"],
  convert: (context) => {
    const { to, inputs } = context;
    const layout = layoutOf(context, 2);
    const [kernel, strides] = [spatialOf(layout, context.numbers(1)), spatialOf(layout, context.numbers(2))];
    const attributes = poolAttributes(context, layout, { kernel, strides, dilations: [1, 1] });
    return [channelsBack(to, layout, to.add("MaxPool", [channelsFirst(to, layout, inputs[0]!)], attributes))];
  },
});

/** ONNX counts places channels first, TensorFlow channels last; the pooling that nobody asks for places has none. */
const maxPoolWithArgmax = defineRule({
  ops: ["MaxPoolWithArgmax"],
  convert: (context) => {
    const { to, inputs } = context;
    const layout = layoutOf(context, 2);
    const attributes = poolAttributes(context, layout, windowOf(context, layout));
    const x = channelsFirst(to, layout, inputs[0]!);
    const values = channelsBack(to, layout, to.add("MaxPool", [x], attributes));
    const shape = context.shape(0)?.slice(1);
    if (!context.isRead(1)) return [values];
    if (!isKnown(shape)) return context.refuse("its places are asked for, and the size of its input can't be told");
    const [, places] = to.addMany("MaxPool", [x], attributes, { outputs: 2 });
    const counted = channelsLastPlaces(context, channelsBack(to, layout, places!), shape);
    return [values, narrowed(to, counted, typeAttribute(context, "Targmax", "int64"))];
  },
});

/** From ((n * C + c) * H + y) * W + x to (y * W + x) * C + c, plus n * H * W * C where the batch counts. */
function channelsLastPlaces(context: RuleContext, places: string, shape: readonly number[]): string {
  const { to, inputs } = context;
  const [height, width, channels] = shape as readonly [number, number, number];
  const scalar = (number: number): string => to.constant("int64", [], [number]);
  const area = to.add("Mod", [places, scalar(mulDims(height, width) as number)]);
  const all = to.add("Add", [to.add("Mul", [area, scalar(channels)]), countTo(to, scalar(channels))]);
  if (!flagOf(context, "include_batch_in_index")) return all;
  const batch = reshape(to, countTo(to, sizeOf(to, inputs[0]!, 0)), [-1, 1, 1, 1]);
  return to.add("Add", [all, to.add("Mul", [batch, scalar(height * width * channels)])]);
}

function windowOf(context: RuleContext, layout: Layout): Window {
  const kernel = spatialAttribute(context, layout, "ksize");
  return { kernel, strides: spatialAttribute(context, layout, "strides"), dilations: kernel.map(() => 1) };
}

function poolAttributes(context: RuleContext, layout: Layout, window: Window): Readonly<Record<string, Attribute>> {
  const shape = context.shape(0);
  return {
    kernel_shape: attribute.ints(window.kernel),
    ...windowAttributes(window),
    ...paddingOf(context, layout, window, shape && spatialOf(layout, shape)),
  };
}

export const pooling: readonly TensorFlowRule[] = [maxPoolV2, maxPoolWithArgmax, pool];
