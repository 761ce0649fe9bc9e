// Gemm: Y = alpha * A' * B' + beta * C (https://onnx.ai/onnx/operators/onnx__Gemm.html).

import { defineOp, flag, float } from "./define.ts";
import { countOf, sizeOf } from "./macs.ts";

export const gemm = defineOp({
  type: "Gemm",
  since: [1, 6, 7, 9, 11, 13],
  attributes: { alpha: float(1), beta: float(1), transA: flag(), transB: flag() },
  shape: ([a, b], { transA, transB }) => {
    const rows = a!.shape[transA ? 1 : 0];
    const columns = b!.shape[transB ? 0 : 1];
    return [rows !== undefined && columns !== undefined ? [rows, columns] : undefined];
  },
  quantization: { kind: "weighted", activation: 0, weight: 1, bias: 2, channelAxis: ({ transB }) => (transB ? 0 : 1) },
  cost: ([a], { transA }, [y]) => countOf(y?.shape) * sizeOf(a, transA ? 0 : 1),
});
