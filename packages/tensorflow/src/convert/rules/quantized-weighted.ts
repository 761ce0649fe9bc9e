// Quantized convolutions and products with all that is fused behind them: bias, sum, activation, and the way back to
// 8 bits or to floats, as they stand in the operation's name.
// https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/kernels/mkl/mkl_quantized_conv_ops.h

import { isFloat, type DataType } from "@tersor/core";
import { flagOf, reshape, textOf, transpose, typeAttribute } from "../building.ts";
import { channelsBack, layoutOf, type Layout } from "../layout.ts";
import { dequantized, gridOf, quantized, type RangeGrid } from "../quantized-values.ts";
import { defineRule, type RuleContext, type TensorFlowRule } from "../rule.ts";
import { convolvedWith, depthwiseWeight, outFirst } from "./convolution.ts";
import { carried, symmetricGrid } from "./quantized.ts";

/** What an operation does behind its sum, read from its name. */
interface Tail {
  readonly bias: boolean;
  readonly sum: boolean;
  readonly relu: boolean;
  readonly requantize: boolean;
  readonly dequantize: boolean;
}

const convolutions = ["QuantizedConv2D", "QuantizedDepthwiseConv2D"].flatMap((name) =>
  [
    "",
    "PerChannel",
    "WithBias",
    "WithBiasAndRelu",
    "AndRelu",
    "AndRequantize",
    "AndReluAndRequantize",
    "WithBiasAndRequantize",
    "WithBiasAndReluAndRequantize",
  ].map((tail) => `${name}${tail}`),
);

const sums = [
  "QuantizedConv2DWithBiasSumAndRelu",
  "QuantizedConv2DWithBiasSumAndReluAndRequantize",
  "QuantizedConv2DWithBiasSignedSumAndReluAndRequantize",
];

const products = [
  "",
  "WithBias",
  "WithBiasAndRelu",
  "WithBiasAndRequantize",
  "WithBiasAndReluAndRequantize",
  "WithBiasAndDequantize",
].map((tail) => `QuantizedMatMul${tail}`);

function tailOf(op: string): Tail {
  const has = (part: string): boolean => op.includes(part);
  return {
    bias: has("WithBias"),
    sum: has("Sum"),
    relu: has("AndRelu"),
    requantize: has("AndRequantize"),
    dequantize: has("AndDequantize"),
  };
}

const convolution = defineRule({
  ops: [...convolutions, ...sums],
  convert: (context) => {
    const layout = layoutOf(context, 2);
    const [x, filter] = context.inputs as readonly [string, string];
    const tail = tailOf(context.node.op);
    const first = tail.bias ? 3 : 2;
    const grids = gridsOf(context, first);
    const weight = weightOf(context, layout, grids.weight);
    const real = dequantized(context.to, x, grids.activation);
    const summed = convolvedWith(context, layout, { x: real, filter, weight }, groupsOf(context));
    return behind(context, tail, grids, first, (value) => channelsBack(context.to, layout, value), summed, 2);
  },
});

/** A depthwise filter has one group for each channel. */
function groupsOf(context: RuleContext): number {
  const channels = context.node.op.includes("Depthwise") ? context.shape(1)?.[2] : 1;
  return typeof channels === "number" ? channels : context.refuse("the shape of its filter can't be told");
}

/** Transposed while it is still integers, so that it can stay so. */
function weightOf(context: RuleContext, layout: Layout, grid: RangeGrid): string {
  const { node, to, inputs } = context;
  const isDepthwise = node.op.includes("Depthwise");
  const moved = isDepthwise
    ? depthwiseWeight(context, inputs[1]!)
    : transpose(to, inputs[1]!, outFirst(layout.spatialRank));
  return dequantized(to, moved, grid, 0);
}

const product = defineRule({
  ops: products,
  convert: (context) => {
    const { to, inputs } = context;
    const tail = tailOf(context.node.op);
    const first = tail.bias ? 3 : 2;
    const grids = gridsOf(context, first);
    const isTurned = flagOf(context, "transpose_b");
    const b = dequantized(to, inputs[1]!, grids.weight, isTurned ? 0 : 1);
    const a = dequantized(to, inputs[0]!, grids.activation);
    const left = flagOf(context, "transpose_a") ? transpose(to, a, [1, 0]) : a;
    const summed = to.add("MatMul", [left, isTurned ? transpose(to, b, [1, 0]) : b]);
    return behind(context, tail, grids, first, (value) => value, summed, 0);
  },
});

interface Grids {
  readonly activation: RangeGrid;
  readonly weight: RangeGrid;
}

/** Signed weights mean ranges around zero for both, save that a product may take its activations from the least on. */
function gridsOf(context: RuleContext, first: number): Grids {
  const { node, to, inputs } = context;
  const [x, w] = [to.dtype(inputs[0]!) ?? "uint8", to.dtype(inputs[1]!) ?? "int8"];
  const range = (offset: number) => [context.numbers(first + offset), context.numbers(first + offset + 1)] as const;
  const isMinFirst = node.op.includes("MatMul") && textOf(context, "input_quant_mode", "MIN_FIRST") === "MIN_FIRST";
  const isPlain = w === "uint8" || (isMinFirst && x === "uint8");
  const activation = isPlain ? gridOf(context, x, "MIN_FIRST", ...range(0)) : symmetricGrid(context, x, ...range(0));
  const weight = w === "uint8" ? gridOf(context, w, "MIN_FIRST", ...range(2)) : symmetricGrid(context, w, ...range(2));
  return {
    activation: isMinFirst && hasShiftedBias(context, first) ? { ...activation, zeroPoint: 0 } : activation,
    weight,
  };
}

/** A qint32 bias of a product holds what its activations' zero point makes: the products are of the bare integers. */
function hasShiftedBias({ to, inputs }: RuleContext, first: number): boolean {
  return first === 3 && to.dtype(inputs[2]!) === "int32";
}

/** Bias, the other summand, the activation, and the type of the result. */
function behind(
  context: RuleContext,
  tail: Tail,
  grids: Grids,
  first: number,
  back: (value: string) => string,
  summed: string,
  spatialRank: number,
): readonly string[] {
  const { to } = context;
  const biased = tail.bias ? to.add("Add", [summed, biasOf(context, grids, spatialRank)]) : summed;
  const whole = tail.sum ? to.add("Add", [back(biased), summandOf(context, first, tail)]) : back(biased);
  const active = tail.relu ? to.add("Relu", [whole]) : whole;
  if (!tail.requantize) return carried(active);
  return requantized(context, active, first + 4);
}

/** A qint32 bias counts in steps of the product of both scales. */
function biasOf(context: RuleContext, { activation, weight }: Grids, spatialRank: number): string {
  const { to, inputs } = context;
  const bias = inputs[2]!;
  const scales = weight.scales.map((scale) => scale * activation.scales[0]!);
  const real = isFloat(to.dtype(bias) ?? "float32") ? bias : dequantized(to, bias, { scales, zeroPoint: 0 }, 0);
  return spatialRank === 0 ? real : reshape(to, real, [-1, ...Array<number>(spatialRank).fill(1)]);
}

/** Behind the range of the result where there is one: the values, and their own range if they are integers. */
function summandOf(context: RuleContext, first: number, { requantize }: Tail): string {
  const { to, inputs } = context;
  const place = first + 4 + (requantize ? 2 : 0);
  const summand = inputs[place]!;
  const dtype = to.dtype(summand) ?? "float32";
  if (isFloat(dtype)) return summand;
  return dequantized(
    to,
    summand,
    symmetricGrid(context, dtype, context.numbers(place + 1), context.numbers(place + 2)),
  );
}

function requantized(context: RuleContext, real: string, range: number): readonly string[] {
  const { to, inputs, node } = context;
  const name = node.op.includes("MatMul") ? "Toutput" : "out_type";
  const dtype: DataType = typeAttribute(context, name, node.op.includes("Relu") ? "uint8" : "int8");
  if (isFloat(dtype)) return [real];
  const grid = symmetricGrid(context, dtype, context.numbers(range), context.numbers(range + 1));
  return [quantized(to, real, grid, dtype), inputs[range]!, inputs[range + 1]!];
}

export const quantizedWeighted: readonly TensorFlowRule[] = [convolution, product];
