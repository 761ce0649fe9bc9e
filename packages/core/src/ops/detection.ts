// NonMaxSuppression: picks boxes by score, so the count is known only when it ran
// (https://onnx.ai/onnx/operators/onnx__NonMaxSuppression.html, since 10; 11 makes inputs optional).

import { defineOp, int } from "./define.ts";

/** Output: [selected, 3] of batch, class and box indices. */
export const nonMaxSuppression = defineOp({
  type: "NonMaxSuppression",
  since: [10, 11],
  attributes: { center_point_box: int(0) },
  types: () => ["int64"],
  partial: true,
  shape: (_, __, context) => [[context.unknownDim(0, "selected"), 3]],
  quantization: { kind: "float", why: "its result is a list of indices, and boxes need more than 8 bits" },
});
