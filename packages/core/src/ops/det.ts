// Det: determinant of square matrices (https://onnx.ai/onnx/operators/onnx__Det.html, since 11; 22 adds bfloat16).

import { defineOp } from "./define.ts";

export const det = defineOp({
  type: "Det",
  since: [11, 22],
  shape: ([x]) => [x && x.shape.length >= 2 ? x.shape.slice(0, -2) : undefined],
  quantization: { kind: "float", why: "products of many elements need more than 8 bits" },
});
