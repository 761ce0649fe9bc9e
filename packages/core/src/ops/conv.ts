// Conv: sliding dot product over N spatial axes (https://onnx.ai/onnx/operators/onnx__Conv.html).
// Since 11 strides and dilations default to 1; 22 adds bfloat16. ConvInteger and QLinearConv: since 10.

import { convAttributes, convShape } from "./conv-shape.ts";
import { defineOp, type ShapedInput } from "./define.ts";
import { dtypeIn } from "./known.ts";
import { countOf } from "./macs.ts";

/** MACs of a convolution: each output element sums over one filter [M, C/group, kernel...]. */
export function convMacs(weight: ShapedInput | undefined, output: ShapedInput | undefined): number {
  return countOf(output?.shape) * countOf(weight?.shape.slice(1));
}

export const conv = defineOp({
  type: "Conv",
  since: [1, 11, 22],
  attributes: convAttributes,
  shape: ([x, w], attributes) => (x && w ? [convShape(x.shape, w.shape, attributes)] : []),
  quantization: { kind: "weighted", activation: 0, weight: 1, bias: 2, channelAxis: () => 0 },
  cost: ([, w], _, [y]) => convMacs(w, y),
});

/** Inputs: x, w, x_zero_point, w_zero_point; the sum is int32. */
export const convInteger = defineOp({
  type: "ConvInteger",
  since: [10],
  attributes: convAttributes,
  types: () => ["int32"],
  shape: ([x, w], attributes) => (x && w ? [convShape(x.shape, w.shape, attributes)] : []),
  quantization: { kind: "quantized" },
  cost: ([, w], _, [y]) => convMacs(w, y),
});

/** Inputs: x, x_scale, x_zero_point, w, w_scale, w_zero_point, y_scale, y_zero_point, B. */
export const qLinearConv = defineOp({
  type: "QLinearConv",
  since: [10],
  attributes: convAttributes,
  types: (inputs) => [dtypeIn(inputs[7])],
  shape: ([x, , , w], attributes) => (x && w ? [convShape(x.shape, w.shape, attributes)] : []),
  quantization: { kind: "quantized" },
  cost: ([, , , w], _, [y]) => convMacs(w, y),
});
