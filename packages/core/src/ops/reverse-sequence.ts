// ReverseSequence: each sequence of a batch backwards (https://onnx.ai/onnx/operators/onnx__ReverseSequence.html).

import { defineOp, int } from "./define.ts";

export const reverseSequence = defineOp({
  type: "ReverseSequence",
  since: [10],
  attributes: { batch_axis: int(1), time_axis: int(0) },
  shape: ([x]) => [x!.shape],
  quantization: { kind: "transparent", data: 0 },
});
