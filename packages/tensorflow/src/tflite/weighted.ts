// Operators with weights. TensorFlow Lite wants the output channels of filters first (OHWI), except those of depthwise
// convolution ([1, H, W, C]), and of matrices too ([N, K]). On codes the bias is int32 in units of s_x s_w[channel].

import {
  numbersOf,
  reshapedSource,
  tensorFromNumbers,
  transposedSource,
  type Tensor,
  type TensorSource,
} from "@tersor/core";
import { refuse } from "../lower/refusal.ts";
import type { ConstantCodes } from "../lower/emitter.ts";
import { attributeOf, type LiteContext } from "./context.ts";
import { nameOf, type Quantized, type Scale } from "./draft.ts";
import type { LiteOptions } from "./model.ts";
import { activations, type OperatorName } from "./schema.ts";
import { addByRow } from "./operator.ts";
import { liteRows, windowValues } from "./table.ts";

/** How one operator takes its weights. */
interface Weighted {
  readonly op: OperatorName;
  readonly versions: readonly [number, number];
  readonly input: string;
  readonly weights: string;
  /** Brings the weights into TensorFlow Lite's order. */
  readonly arrange: (source: TensorSource) => TensorSource;
  /** The axis of the output channels, before and after. */
  readonly axis: number;
  readonly dimension: number;
  readonly options: LiteOptions;
}

/** Conv2D. */
export function addConv(context: LiteContext): void {
  const [input, weights] = context.inputs as [string, string];
  addWeighted(context, {
    op: "CONV_2D",
    versions: [1, 3],
    input,
    weights,
    arrange: (source) => transposedSource(source, [3, 0, 1, 2]),
    axis: 3,
    dimension: 0,
    options: { table: "Conv2D", values: { ...windowValues(context), ...dilationValues(context) } },
  });
}

/** DepthwiseConv2dNative, [H, W, C, M]: the filters of a channel lie next to one another in both forms. */
export function addDepthwise(context: LiteContext): void {
  const [input, weights] = context.inputs as [string, string];
  const [height = 1, width = 1, channels = 1, multiplier = 1] = context.draft.shape(weights);
  const values = { ...windowValues(context), ...dilationValues(context), depthMultiplier: multiplier };
  addWeighted(context, {
    op: "DEPTHWISE_CONV_2D",
    versions: [1, 3],
    input,
    weights,
    arrange: (source) => reshapedSource(source, [1, height, width, channels * multiplier]),
    axis: 2,
    dimension: 3,
    options: { table: "DepthwiseConv2D", values },
  });
}

function dilationValues(context: LiteContext): LiteOptions["values"] {
  const [, dilationH = 1, dilationW = 1] = attributeOf(context, "dilations", "ints") ?? [];
  return { dilationH, dilationW };
}

/** A product with a constant matrix is FULLY_CONNECTED, any other BATCH_MATMUL. */
export function addMatMul(context: LiteContext): void {
  const [input, weights] = context.inputs as [string, string];
  const isMatMul = context.node.op === "MatMul";
  const flag = (plain: string, batched: string) => attributeOf(context, isMatMul ? plain : batched, "bool") ?? false;
  const [swapsInput, swapsWeights] = [flag("transpose_a", "adj_x"), flag("transpose_b", "adj_y")];
  const isMatrix = context.draft.source(weights) !== undefined && context.draft.shape(weights).length === 2;
  if (!isMatrix || swapsInput) return addBatchMatMul(context, swapsInput, swapsWeights);
  const keepNumDims = context.draft.shape(input).length > 2;
  addWeighted(context, {
    op: "FULLY_CONNECTED",
    versions: keepNumDims ? [5, 5] : [1, 4],
    input,
    weights,
    arrange: (source) => (swapsWeights ? source : transposedSource(source, [1, 0])),
    axis: swapsWeights ? 0 : 1,
    dimension: 0,
    options: { table: "FullyConnected", values: { activation: activations[context.activation], keepNumDims } },
  });
}

function addBatchMatMul(context: LiteContext, swapsLeft: boolean, swapsRight: boolean): void {
  const attributes = {
    adj_x: { kind: "bool", value: swapsLeft },
    adj_y: { kind: "bool", value: swapsRight },
  } as const;
  addByRow(liteRows["BatchMatMulV2"]!, { ...context, node: { ...context.node, attributes } });
}

/** Conv2DBackpropInput: sizes, filter [H, W, M, C], input. */
export function addTransposeConv(context: LiteContext): void {
  const [sizes, weights, input] = context.inputs as [string, string, string];
  const { draft, outputs } = context;
  const source = draft.source(weights) ?? refuse("transposed convolution needs constant weights");
  const filter = draft.constant(nameOf(weights), transposedSource(source, [2, 0, 1, 3]).tensor());
  const bias = context.bias === undefined ? [] : [draft.plain(context.bias)];
  const options: LiteOptions = { table: "TransposeConv", values: windowValues(context) };
  const version = context.activation === "NONE" ? (bias.length > 0 ? 3 : 1) : 4;
  const indices = [draft.plain(sizes), filter, draft.plain(input), ...bias];
  draft.addOperator("TRANSPOSE_CONV", version, indices, [draft.addPlain(outputs[0]!)], options);
}

function addWeighted(context: LiteContext, weighted: Weighted): void {
  const { draft, wanted } = context;
  const input = draft.quantized(weighted.input);
  const codes = draft.constantCodes(weighted.weights);
  const bias = input && codes && isSymmetric(codes, weighted.axis) ? integerBias(context, input, codes) : undefined;
  if (input && codes && bias && wanted) addOnCodes(context, weighted, { input, codes, bias, wanted });
  else addOnFloats(context, weighted);
}

/** Integers around zero, with scales along the output channels only. */
function isSymmetric({ codes, zeroPoints, scales, axis }: ConstantCodes, channels: number): boolean {
  const zero = codes.dtype === "int8" ? 0 : codes.dtype === "uint8" ? 128 : undefined;
  const zeros = codes.dtype === "uint8" && zeroPoints.length === 0 ? [0] : zeroPoints;
  return zeros.every((one) => one === zero) && (scales.length === 1 || axis === channels);
}

/** What an operator on codes is made of. */
interface OnCodes {
  readonly input: Quantized;
  readonly codes: ConstantCodes;
  readonly bias: Bias;
  readonly wanted: Scale;
}

interface Bias {
  readonly data: Tensor;
  readonly scale: readonly number[];
}

/** The bias, or zeros; undefined where it does not fit into int32. */
function integerBias({ draft, bias, outputs }: LiteContext, input: Quantized, codes: ConstantCodes): Bias | undefined {
  const channels = draft.shape(outputs[0]!).at(-1)!;
  const source = bias === undefined ? undefined : draft.source(bias);
  if (bias !== undefined && source === undefined) return undefined;
  const values = source ? numbersOf(source.tensor()) : new Float32Array(channels);
  const scale = codes.scales.map((one) => one * input.codes.scale);
  const data = Array.from(values, (value, i) => Math.round(value / (scale[i] ?? scale[0]!)));
  if (!data.every((value) => Math.abs(value) < 2 ** 31)) return undefined;
  return { data: tensorFromNumbers("int32", [channels], data), scale };
}

function addOnCodes(context: LiteContext, weighted: Weighted, { input, codes, bias, wanted }: OnCodes): void {
  const { draft, node, outputs } = context;
  const elements = weighted.arrange(codes.codes).tensor();
  const weights = draft.codesConstant(weighted.weights, codes, elements, weighted.dimension);
  const zeroPoint = bias.scale.map(() => 0);
  const shift = draft.constant(context.bias === undefined ? `${node.name}/bias` : nameOf(context.bias), bias.data, {
    scale: bias.scale,
    zeroPoint,
    dimension: 0,
  });
  const made = draft.addQuantized(outputs[0]!, wanted);
  draft.addOperator(weighted.op, weighted.versions[1], [input.index, weights, shift], [made], weighted.options);
}

function addOnFloats(context: LiteContext, weighted: Weighted): void {
  const { draft, outputs, bias } = context;
  const weights = floatWeights(context, weighted);
  const shift = bias === undefined ? noBias(context, weighted) : draft.plain(bias);
  const indices = [draft.plain(weighted.input), weights, shift];
  draft.addOperator(weighted.op, weighted.versions[0], indices, [draft.addPlain(outputs[0]!)], weighted.options);
}

/** Convolution wants a bias in any case. */
function noBias({ draft, node, outputs }: LiteContext, { op }: Weighted): number {
  if (op === "FULLY_CONNECTED") return -1;
  const channels = draft.shape(outputs[0]!).at(-1)!;
  return draft.constant(`${node.name}/bias`, tensorFromNumbers("float32", [channels], new Float32Array(channels)));
}

/** Weights that were quantized are stored as their integers, and dequantized when the model is loaded. */
function floatWeights({ draft }: LiteContext, { weights, arrange, axis, dimension }: Weighted): number {
  const source = draft.source(weights) ?? refuse("it needs constant weights");
  const codes = draft.constantCodes(weights);
  if (!codes || !isSymmetric(codes, axis)) return draft.constant(nameOf(weights), arrange(source).tensor());
  const elements = arrange(codes.codes).tensor();
  const stored = draft.codesConstant(weights, codes, elements, dimension);
  const made = draft.addTensor(`${nameOf(weights)}/float`, "float32", elements.shape);
  // Version 5 reads scales along an axis.
  const version = codes.scales.length > 1 ? 5 : 2;
  draft.addOperator("DEQUANTIZE", version, [stored], [made], { table: "Dequantize", values: {} });
  return made;
}
