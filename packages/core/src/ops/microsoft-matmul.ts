// Matrix products and fused layers of onnxruntime, domain com.microsoft.
// https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md

import { mulDims, type Dim } from "../graph/dim.ts";
import { convMacs } from "./conv.ts";
import { convAttributes, convShape } from "./conv-shape.ts";
import { defineOp, flag, float, floats, int, string, type ShapedInput } from "./define.ts";
import { axisOf, dtypeIn } from "./known.ts";
import { countOf, matMulMacs, sizeOf } from "./macs.ts";
import { matMulShape } from "./matmul-shape.ts";
import { lstmAttributes, recurrentMacs, recurrentShapes } from "./recurrent.ts";

const domain = "com.microsoft";
const since = [1];
const quantized = { kind: "quantized" } as const;

/** Inputs: A, B, b_scale, b_zero_point, bias. A is float and is quantized on the way. */
const dynamicQuantizeMatMul = defineOp({
  type: "DynamicQuantizeMatMul",
  domain,
  since,
  shape: ([a, b]) => [a && b && matMulShape(a.shape, b.shape)],
  quantization: quantized,
  cost: ([a], _, [y]) => matMulMacs(a, y),
});

/** Inputs: A, B, a_scale, b_scale, a_zero_point, b_zero_point, bias. */
const matMulIntegerToFloat = defineOp({
  type: "MatMulIntegerToFloat",
  domain,
  since,
  types: (inputs) => [dtypeIn(inputs[2])],
  shape: ([a, b]) => [a && b && matMulShape(a.shape, b.shape)],
  quantization: quantized,
  cost: ([a], _, [y]) => matMulMacs(a, y),
});

const transposes = { alpha: float(1), transA: flag(), transB: flag() } as const;

/** transBatchX moves the first axis of X behind its batch axes; transX swaps its last two. */
const fusedMatMul = defineOp({
  type: "FusedMatMul",
  domain,
  since,
  attributes: { ...transposes, transBatchA: flag(), transBatchB: flag() },
  shape: ([a, b], { transA, transB, transBatchA, transBatchB }) =>
    a && b ? [matMulShape(arranged(a.shape, transBatchA, transA), arranged(b.shape, transBatchB, transB))] : [],
  quantization: {
    kind: "weighted",
    activation: 0,
    weight: 1,
    channelAxis: ({ transB }, rank) => (transB ? rank - 2 : rank - 1),
  },
  cost: ([a], { transA, transBatchA }, [y]) =>
    matMulMacs(a && { ...a, shape: arranged(a.shape, transBatchA, transA) }, y),
});

/** The shape as the product sees it; vectors are not transposed. */
function arranged(shape: readonly Dim[], batch: boolean, swap: boolean): readonly Dim[] {
  const rank = shape.length;
  const moved = batch && rank > 2 ? [...shape.slice(1, -1), shape[0]!, shape.at(-1)!] : shape;
  return swap && rank > 1 ? [...moved.slice(0, -2), moved[rank - 1]!, moved[rank - 2]!] : moved;
}

function gemmShape(a: ShapedInput, b: ShapedInput, transA: boolean, transB: boolean): readonly Dim[] | undefined {
  return a.shape.length === 2 && b.shape.length === 2
    ? [a.shape[transA ? 1 : 0]!, b.shape[transB ? 0 : 1]!]
    : undefined;
}

const fusedGemm = defineOp({
  type: "FusedGemm",
  domain,
  since,
  attributes: {
    ...transposes,
    activation: string(undefined),
    activation_alpha: float(undefined),
    activation_beta: float(undefined),
    activation_gamma: float(undefined),
    beta: float(1),
  },
  shape: ([a, b], { transA, transB }) => (a && b ? [gemmShape(a, b, transA, transB)] : []),
  quantization: { kind: "weighted", activation: 0, weight: 1, bias: 2, channelAxis: ({ transB }) => (transB ? 0 : 1) },
  cost: ([a], { transA }, [y]) => countOf(y?.shape) * sizeOf(a, transA ? 0 : 1),
});

/** Inputs: A, a_scale, a_zero_point, B, b_scale, b_zero_point, C, y_scale, y_zero_point; float without the last. */
const qGemm = defineOp({
  type: "QGemm",
  domain,
  since,
  attributes: transposes,
  types: (inputs, _, { node }) => [node.inputs[8] ? dtypeIn(inputs[8]) : "float32"],
  shape: ([a, , , b], { transA, transB }) => (a && b ? [gemmShape(a, b, transA, transB)] : []),
  quantization: quantized,
  cost: ([a], { transA }, [y]) => countOf(y?.shape) * sizeOf(a, transA ? 0 : 1),
});

/** Inputs: X, W, B, Z; Z is added before the activation. */
const fusedConv = defineOp({
  type: "FusedConv",
  domain,
  since,
  attributes: { ...convAttributes, activation: string(undefined), activation_params: floats() },
  shape: ([x, w], attributes) => (x && w ? [convShape(x.shape, w.shape, attributes)] : []),
  quantization: { kind: "weighted", activation: 0, weight: 1, bias: 2, channelAxis: () => 0 },
  cost: ([, w], _, [y]) => convMacs(w, y),
});

/** Inputs: A [..., K], B (packed, N rows of K), scales, zero_points, g_idx, bias. */
const matMulNBits = defineOp({
  type: "MatMulNBits",
  domain,
  since,
  attributes: {
    K: int(undefined),
    N: int(undefined),
    accuracy_level: int(0),
    bits: int(4),
    block_size: int(undefined),
    weight_prepacked: int(0),
  },
  shape: ([a], { N }) => [a && N !== undefined && a.shape.length > 0 ? a.shape.with(-1, N) : undefined],
  quantization: quantized,
  cost: ([a], { K }, [y]) => countOf(y?.shape) * (K ?? sizeOf(a, -1)),
});

/** Inputs: data, indices, scales, zero_points. Elements of fewer than 8 bits lie packed along the last axis of uint8 data. */
const gatherBlockQuantized = defineOp({
  type: "GatherBlockQuantized",
  domain,
  since,
  attributes: { bits: int(4), block_size: int(128), gather_axis: int(0), quantize_axis: int(1) },
  types: (inputs) => [dtypeIn(inputs[2])],
  shape: ([data, indices], { bits, gather_axis }) => {
    if (!data || !indices) return [];
    const at = axisOf(gather_axis, data.shape.length);
    if (at === undefined) return [];
    const perByte = data.dtype === "uint8" ? Math.floor(8 / Math.max(1, bits)) : 1;
    const unpacked = data.shape.with(-1, mulDims(data.shape.at(-1)!, perByte));
    return [[...unpacked.slice(0, at), ...indices.shape, ...unpacked.slice(at + 1)]];
  },
  quantization: quantized,
});

/** LSTM with weights of 8 bits, transposed: W [directions, in, 4*hidden], R [directions, hidden, 4*hidden]. */
const dynamicQuantizeLstm = defineOp({
  type: "DynamicQuantizeLSTM",
  domain,
  since,
  attributes: lstmAttributes,
  shape: ([x, , r], attributes) => recurrentShapes(x, r?.shape[1], { ...attributes, layout: 0 }, 2),
  quantization: quantized,
  cost: recurrentMacs,
});

export const microsoftMatMulOps = [
  dynamicQuantizeLstm,
  dynamicQuantizeMatMul,
  fusedConv,
  fusedGemm,
  fusedMatMul,
  gatherBlockQuantized,
  matMulIntegerToFloat,
  matMulNBits,
  qGemm,
];
