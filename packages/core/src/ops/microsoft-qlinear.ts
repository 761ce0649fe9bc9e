// The integer operators of onnxruntime that its quantizers write, domain com.microsoft.
// https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md. Each input and output has its scale and zero point.

import { broadcastDims, sumOfDims, type Dim } from "../graph/dim.ts";
import { convMacs } from "./conv.ts";
import { convAttributes, convShape, windowAttributes } from "./conv-shape.ts";
import { defineOp, flag, float, int, type ShapedInput } from "./define.ts";
import { axisOf, dtypeIn } from "./known.ts";
import { globalPoolShape, poolShape } from "./pool-shape.ts";

const domain = "com.microsoft";
const since = [1];
const quantized = { kind: "quantized" } as const;

/** [N, spatial..., C] as [N, C, spatial...]. */
function channelsFirst(shape: readonly Dim[]): readonly Dim[] {
  return shape.length < 3 ? shape : [shape[0]!, shape.at(-1)!, ...shape.slice(1, -1)];
}

function channelsLast(shape: readonly Dim[] | undefined): readonly Dim[] | undefined {
  return shape && shape.length >= 3 ? [shape[0]!, ...shape.slice(2), shape[1]!] : shape;
}

/** Runs a rule for [N, C, spatial...] on either layout. */
function inLayout(
  last: boolean,
  shape: readonly Dim[],
  rule: (shape: readonly Dim[]) => readonly Dim[] | undefined,
): readonly Dim[] | undefined {
  return last ? channelsLast(rule(channelsFirst(shape))) : rule(shape);
}

const elementwise = ["QLinearSigmoid", "QLinearLeakyRelu"].map((type) =>
  defineOp({
    type,
    domain,
    since,
    attributes: { alpha: float(0.01) },
    shape: ([x]) => [x?.shape],
    quantization: quantized,
  }),
);

const qLinearSoftmax = defineOp({
  type: "QLinearSoftmax",
  domain,
  since,
  attributes: { axis: int(-1), opset: int(undefined) },
  shape: ([x]) => [x?.shape],
  quantization: quantized,
});

function broadcast(type: string, operands: readonly number[], dtypeFrom: number) {
  return defineOp({
    type,
    domain,
    since,
    types: (inputs) => [dtypeIn(inputs[dtypeFrom])],
    shape: (inputs) => [broadcastAll(operands.map((operand) => inputs[operand]?.shape))],
    quantization: quantized,
  });
}

function broadcastAll(shapes: readonly (readonly Dim[] | undefined)[]): readonly Dim[] | undefined {
  return shapes.reduce((all, shape) => (all && shape ? broadcastDims(all, shape) : undefined));
}

/** Inputs: A, A_scale, A_zero_point, B, ...; QLinearWhere: condition, X, x_scale, x_zero_point, Y, ... */
const broadcasts = [
  broadcast("QLinearAdd", [0, 3], 0),
  broadcast("QLinearMul", [0, 3], 0),
  broadcast("QLinearWhere", [0, 1, 4], 1),
];

const qLinearAveragePool = defineOp({
  type: "QLinearAveragePool",
  domain,
  since,
  attributes: { ...windowAttributes, ceil_mode: flag(), channels_last: flag(), count_include_pad: flag() },
  shape: ([x], attributes) => [
    x && inLayout(attributes.channels_last, x.shape, (shape) => poolShape(shape, attributes)),
  ],
  quantization: quantized,
});

const qLinearGlobalAveragePool = defineOp({
  type: "QLinearGlobalAveragePool",
  domain,
  since,
  attributes: { channels_last: flag() },
  shape: ([x], { channels_last }) => [x && inLayout(channels_last, x.shape, globalPoolShape)],
  quantization: quantized,
});

const nhwcMaxPool = defineOp({
  type: "NhwcMaxPool",
  domain,
  since,
  attributes: { ...windowAttributes, ceil_mode: flag() },
  shape: ([x], attributes) => [x && inLayout(true, x.shape, (shape) => poolShape(shape, attributes))],
  quantization: quantized,
});

/** QLinearConv with channels last, which onnxruntime's layout optimizer writes. The weight stays [M, C/group, kernel...]. */
const qLinearConv = defineOp({
  type: "QLinearConv",
  domain,
  since,
  attributes: { ...convAttributes, channels_last: flag() },
  types: (inputs) => [dtypeIn(inputs[7])],
  shape: ([x, , , w], attributes) => [
    x && w && inLayout(attributes.channels_last, x.shape, (shape) => convShape(shape, w.shape, attributes)),
  ],
  quantization: quantized,
  cost: ([, , , w], _, [y]) => convMacs(w, y),
});

/** Inputs: Y_scale, Y_zero_point, then tensor, scale and zero point of each part. */
const qLinearConcat = defineOp({
  type: "QLinearConcat",
  domain,
  since,
  attributes: { axis: int(0) },
  types: (inputs) => [dtypeIn(inputs[1]) ?? dtypeIn(inputs[2])],
  shape: (inputs, { axis }) => [
    concatenated(
      inputs.filter((_, i) => i >= 2 && (i - 2) % 3 === 0),
      axis,
    ),
  ],
  quantization: quantized,
});

function concatenated(parts: readonly (ShapedInput | undefined)[], axis: number): readonly Dim[] | undefined {
  const shapes = parts.map((part) => part?.shape);
  const [first] = shapes;
  const at = first && axisOf(axis, first.length);
  if (at === undefined || !shapes.every((shape) => shape?.length === first!.length)) return undefined;
  return first!.with(at, sumOfDims(shapes.map((shape) => shape![at]!)));
}

/** Inputs: x, y_scale, y_zero_point. */
const quantizeLinear = defineOp({
  type: "QuantizeLinear",
  domain,
  since,
  attributes: { axis: int(undefined) },
  types: (inputs, _, { node }) => [node.inputs[2] ? dtypeIn(inputs[2]) : "uint8"],
  shape: ([x]) => [x?.shape],
  quantization: quantized,
});

/** Inputs: x, x_scale, x_zero_point; the scale has the type of the result. */
const dequantizeLinear = defineOp({
  type: "DequantizeLinear",
  domain,
  since,
  attributes: { axis: int(undefined) },
  types: (inputs) => [dtypeIn(inputs[1])],
  shape: ([x]) => [x?.shape],
  quantization: quantized,
});

export const microsoftQLinearOps = [
  ...elementwise,
  ...broadcasts,
  dequantizeLinear,
  nhwcMaxPool,
  qLinearAveragePool,
  qLinearConcat,
  qLinearConv,
  qLinearGlobalAveragePool,
  qLinearSoftmax,
  quantizeLinear,
];
