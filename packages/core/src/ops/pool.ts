// Pooling: MaxPool, AveragePool, LpPool, their global forms and MaxUnpool (https://onnx.ai/onnx/operators/onnx__MaxPool.html).
// ceil_mode came with 10 (LpPool: 18), dilations with MaxPool 10, LpPool 18 and AveragePool 19; 22 adds bfloat16.

import { axisWindows, transposedDim, windowAttributes } from "./conv-shape.ts";
import { defineOp, flag, int } from "./define.ts";
import { dtypeIn } from "./known.ts";
import { globalPoolShape, poolShape } from "./pool-shape.ts";
import { statedShape } from "./stated-shape.ts";

const noKernel = "runtimes have no INT8 kernel for it";

export const maxPool = defineOp({
  type: "MaxPool",
  since: [1, 8, 10, 11, 12, 22],
  attributes: { ...windowAttributes, ceil_mode: flag(), storage_order: int(0) },
  types: ([x]) => [dtypeIn(x), "int64"],
  shape: ([x], attributes) => {
    const shape = x && poolShape(x.shape, attributes);
    return [shape, shape];
  },
  quantization: { kind: "transparent", data: 0 },
});

export const averagePool = defineOp({
  type: "AveragePool",
  since: [1, 7, 10, 11, 19, 22],
  attributes: { ...windowAttributes, ceil_mode: flag(), count_include_pad: flag() },
  shape: ([x], attributes) => [x && poolShape(x.shape, attributes)],
  quantization: { kind: "activation", inputs: [0] },
});

export const lpPool = defineOp({
  type: "LpPool",
  since: [1, 2, 11, 18, 22],
  attributes: { ...windowAttributes, ceil_mode: flag(), p: int(2) },
  shape: ([x], attributes) => [x && poolShape(x.shape, attributes)],
  quantization: { kind: "float", why: noKernel },
});

export const globalAveragePool = defineOp({
  type: "GlobalAveragePool",
  since: [1, 22],
  shape: ([x]) => [x && globalPoolShape(x.shape)],
  quantization: { kind: "activation", inputs: [0] },
});

export const globalMaxPool = defineOp({
  type: "GlobalMaxPool",
  since: [1, 22],
  shape: ([x]) => [x && globalPoolShape(x.shape)],
  quantization: { kind: "float", why: noKernel },
});

export const globalLpPool = defineOp({
  type: "GlobalLpPool",
  since: [1, 2, 22],
  attributes: { p: int(2) },
  shape: ([x]) => [x && globalPoolShape(x.shape)],
  quantization: { kind: "float", why: noKernel },
});

/** Inputs: X, indices, output_shape; without the last the pooling is undone by its own formula. */
export const maxUnpool = defineOp({
  type: "MaxUnpool",
  since: [9, 11, 22],
  attributes: windowAttributes,
  shape: ([x, , outputShape], attributes, context) => {
    if (!x || x.shape.length < 3 || attributes.kernel_shape?.length !== x.shape.length - 2) return [];
    if (outputShape) return [statedShape(outputShape, context)];
    const windows = axisWindows(attributes, attributes.kernel_shape);
    return [[x.shape[0]!, x.shape[1]!, ...windows.map((window, axis) => transposedDim(x.shape[axis + 2]!, window, 0))]];
  },
  quantization: { kind: "float", why: noKernel },
});
