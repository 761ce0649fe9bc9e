// Normalizations: the output has the shape of the input. https://onnx.ai/onnx/operators/onnx__LayerNormalization.html
// BatchNormalization 7 and 9 have five outputs for training, 14 three with training_mode.

import { defineOp, flag, float, int, ints, type QuantizationTrait, type ShapedInput } from "./define.ts";
import { axisOf, dtypeIn, dtypeNamed } from "./known.ts";

const statistics: QuantizationTrait<unknown> = {
  kind: "float",
  why: "mean and variance need more than 8 bits, and runtimes have no INT8 kernel",
};

/** Inputs: X, scale, B, mean, variance. */
export const batchNormalization = defineOp({
  type: "BatchNormalization",
  since: [1, 6, 7, 9, 14, 15],
  // `spatial` was there up to 8.
  attributes: { epsilon: float(1e-5), momentum: float(0.9), spatial: flag(true), training_mode: flag() },
  types: (inputs, _, { node }) => {
    const running = dtypeIn(inputs[3]);
    return [dtypeIn(inputs[0]), running, running, ...node.outputs.slice(3).map(() => running)];
  },
  shape: ([x, , , mean], _, { node }) => [x?.shape, ...node.outputs.slice(1).map(() => mean?.shape)],
  quantization: { kind: "float", why: "it belongs folded into the convolution before it; alone it has no INT8 kernel" },
});

/** Inputs: input, scale, B. */
export const instanceNormalization = defineOp({
  type: "InstanceNormalization",
  since: [1, 6, 22],
  attributes: { epsilon: float(1e-5) },
  shape: ([x]) => [x?.shape],
  quantization: statistics,
});

/** Inputs: X, scale, B. Mean and inverse deviation keep the rank, with 1 from `axis` on. Before 17 it is onnxruntime's own. */
export const layerNormalization = defineOp({
  type: "LayerNormalization",
  since: [1, 17],
  attributes: { axis: int(-1), epsilon: float(1e-5), stash_type: int(1) },
  types: ([x], { stash_type }) => {
    const stash = dtypeNamed(stash_type, undefined);
    return [dtypeIn(x), stash, stash];
  },
  shape: ([x], { axis }) => {
    const reduced = x && statisticsShape(x, axis);
    return [x?.shape, reduced, reduced];
  },
  quantization: statistics,
});

export const groupNormalization = defineOp({
  type: "GroupNormalization",
  since: [18, 21],
  attributes: { epsilon: float(1e-5), num_groups: int(1), stash_type: int(1) },
  shape: ([x]) => [x?.shape],
  quantization: statistics,
});

export const rmsNormalization = defineOp({
  type: "RMSNormalization",
  since: [23],
  attributes: { axis: int(-1), epsilon: float(1e-5), stash_type: int(1) },
  // The scale decides the type: a mixed-precision file may scale a float32 input in float16.
  types: ([x, scale]) => [dtypeIn(scale) ?? dtypeIn(x)],
  shape: ([x]) => [x?.shape],
  quantization: statistics,
});

/** onnxruntime's operator in ONNX's own domain, from before RMSNormalization. Inputs: X, scale. */
export const simplifiedLayerNormalization = defineOp({
  type: "SimplifiedLayerNormalization",
  since: [1],
  attributes: { axis: int(-1), epsilon: float(1e-5), stash_type: int(1) },
  types: ([x, scale], { stash_type }) => [dtypeIn(scale) ?? dtypeIn(x), dtypeNamed(stash_type, undefined)],
  shape: ([x], { axis }) => [x?.shape, x && statisticsShape(x, axis)],
  quantization: statistics,
});

export const lpNormalization = defineOp({
  type: "LpNormalization",
  since: [1, 22],
  attributes: { axis: int(-1), p: int(2) },
  shape: ([x]) => [x?.shape],
  quantization: statistics,
});

export const lrn = defineOp({
  type: "LRN",
  since: [1, 13],
  attributes: { alpha: float(1e-4), beta: float(0.75), bias: float(1), size: int(1) },
  shape: ([x]) => [x?.shape],
  quantization: { kind: "float", why: "its power function has no INT8 kernel in runtimes" },
});

export const meanVarianceNormalization = defineOp({
  type: "MeanVarianceNormalization",
  since: [9, 13],
  attributes: { axes: ints() },
  shape: ([x]) => [x?.shape],
  quantization: statistics,
});

/** Shape of the mean of a layer normalization: 1 from `axis` on. */
function statisticsShape(x: ShapedInput, axis: number) {
  const first = axisOf(axis, x.shape.length);
  return first === undefined ? undefined : x.shape.map((dim, i) => (i < first ? dim : 1));
}
