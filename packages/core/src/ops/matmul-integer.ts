// MatMulInteger, QLinearMatMul: matrix products of quantized tensors
// (https://onnx.ai/onnx/operators/onnx__MatMulInteger.html).

import { defineOp } from "./define.ts";
import { dtypeIn } from "./known.ts";
import { matMulMacs } from "./macs.ts";
import { matMulShape } from "./matmul-shape.ts";

export const matMulInteger = defineOp({
  type: "MatMulInteger",
  since: [10],
  types: () => ["int32"],
  shape: ([a, b]) => [matMulShape(a!.shape, b!.shape)],
  quantization: { kind: "quantized" },
  cost: ([a], _, [y]) => matMulMacs(a, y),
});

/** Inputs: a, its scale and zero point, b, its scale and zero point, those of the output. */
export const qLinearMatMul = defineOp({
  type: "QLinearMatMul",
  since: [10, 21],
  types: (inputs) => [dtypeIn(inputs[7])],
  shape: ([a, , , b]) => [matMulShape(a!.shape, b!.shape)],
  quantization: { kind: "quantized" },
  cost: ([a], _, [y]) => matMulMacs(a, y),
});
