// Identity: the value itself, of any kind (https://onnx.ai/onnx/operators/onnx__Identity.html).

import { defineOp } from "./define.ts";

export const identity = defineOp({
  type: "Identity",
  since: [1, 13, 14, 16, 19, 21, 23],
  partial: true,
  shape: (_, __, { fact }) => [fact(0)],
  quantization: { kind: "transparent", data: 0 },
});
