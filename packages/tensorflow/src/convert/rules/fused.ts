// What Grappler and the converter of TensorFlow.js make of a convolution or a product and the bias, normalisation and
// activation behind it. https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/grappler/optimizers/remapper.cc
// https://github.com/tensorflow/tfjs/tree/master/tfjs-converter/python/tensorflowjs/converters (fuse_*.py)

import { attribute, type GraphBuilder } from "@tersor/core";
import { channelsBack, layoutOf } from "../layout.ts";
import { floatOf, reshape, transpose } from "../building.ts";
import { defineRule, type RuleContext, type TensorFlowRule } from "../rule.ts";
import { relu6 } from "./activation.ts";
import { convolved, depthwiseConvolved } from "./convolution.ts";
import { matrixProduct } from "./matmul.ts";

/** One fused step behind the operation: the values so far and its arguments. */
type Step = (context: RuleContext, value: string, arguments_: string[]) => string;

const steps: Readonly<Record<string, Step>> = {
  BiasAdd: ({ to }, value, rest) => to.add("Add", [value, alongChannels(to, value, rest.shift()!)]),
  Elu: ({ to }, value) => to.add("Elu", [value]),
  FusedBatchNorm: (context, value, rest) =>
    context.to.add("BatchNormalization", [value, ...rest.splice(0, 4)], {
      epsilon: attribute.float(floatOf(context, "epsilon", 1e-4)),
    }),
  LeakyRelu: (context, value) =>
    context.to.add("LeakyRelu", [value], { alpha: attribute.float(floatOf(context, "leakyrelu_alpha", 0.2)) }),
  Prelu: ({ to }, value, rest) => to.add("PRelu", [value, slopesFor(to, value, rest.shift()!)]),
  Relu: ({ to }, value) => to.add("Relu", [value]),
  Relu6: ({ to }, value) => relu6(to, value),
  Sigmoid: ({ to }, value) => to.add("Sigmoid", [value]),
  Tanh: ({ to }, value) => to.add("Tanh", [value]),
};

/** A bias for values whose channels are the second of four axes, or the last of two. */
function alongChannels(to: GraphBuilder, value: string, bias: string): string {
  const rank = to.shape(value)?.length ?? 2;
  return rank > 2 ? reshape(to, bias, [-1, ...Array<number>(rank - 2).fill(1)]) : bias;
}

/** Slopes for values as {@link alongChannels} has them: theirs are [channels], or [height, width, channels] with ones. */
function slopesFor(to: GraphBuilder, value: string, slopes: string): string {
  const isOfImage = to.shape(value)?.length === 4 && to.shape(slopes)?.length === 3;
  return isOfImage ? transpose(to, slopes, [2, 0, 1]) : alongChannels(to, value, slopes);
}

function applied(context: RuleContext, value: string): string {
  const rest = context.inputs.slice(2);
  const names = context.attribute("fused_ops", "strings") ?? [];
  return names.reduce((result, name) => {
    const step = steps[name] ?? context.refuse(`it fuses ${name}, which is not known`);
    if (name === "BiasAdd" && rest.length < 1) context.refuse("it lacks a bias");
    if (name === "Prelu" && rest.length < 1) context.refuse("it lacks the slopes of its PReLU");
    if (name === "FusedBatchNorm" && rest.length < 4) context.refuse("it lacks parameters of its normalisation");
    return step(context, result, rest);
  }, value);
}

const fusedConvolution = defineRule({
  ops: ["FusedDepthwiseConv2dNative", "_FusedConv2D", "_FusedDepthwiseConv2dNative"],
  convert: (context) => {
    const layout = layoutOf(context, 2);
    const [x, filter] = context.inputs as readonly [string, string];
    const convolve = context.node.op === "_FusedConv2D" ? convolved : depthwiseConvolved;
    return [channelsBack(context.to, layout, applied(context, convolve(context, layout, { x, filter })))];
  },
});

const fusedMatMul = defineRule({
  ops: ["_FusedMatMul"],
  convert: (context) => [applied(context, matrixProduct(context))],
});

export const fused: readonly TensorFlowRule[] = [fusedConvolution, fusedMatMul];
