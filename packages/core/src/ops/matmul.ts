// MatMul: matrix product with numpy's rules (https://onnx.ai/onnx/operators/onnx__MatMul.html).

import { defineOp } from "./define.ts";
import { matMulMacs } from "./macs.ts";
import { matMulShape } from "./matmul-shape.ts";

export const matMul = defineOp({
  type: "MatMul",
  since: [1, 9, 13],
  shape: ([a, b]) => [matMulShape(a!.shape, b!.shape)],
  quantization: { kind: "weighted", activation: 0, weight: 1, channelAxis: (_, rank) => Math.max(0, rank - 1) },
  cost: ([a], _, [y]) => matMulMacs(a, y),
});
