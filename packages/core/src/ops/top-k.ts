// TopK: the k largest or smallest along an axis, and where they are (https://onnx.ai/onnx/operators/onnx__TopK.html).
// `k` moved from attribute to input at 10.

import { defineOp, flag, int } from "./define.ts";
import { axisOf, dimIn, dtypeIn } from "./known.ts";

export const topK = defineOp({
  type: "TopK",
  since: [1, 10, 11],
  attributes: { axis: int(-1), k: int(undefined), largest: flag(true), sorted: flag(true) },
  types: ([x]) => [dtypeIn(x), "int64"],
  shape: ([x, count], { axis, k }, context) => {
    const along = axisOf(axis, x!.shape.length);
    if (along === undefined) return [];
    const length = k ?? dimIn(count) ?? context.unknownDim(0, "k");
    const shape = x!.shape.with(along, length);
    return [shape, shape];
  },
  quantization: { kind: "float", why: "the order of near elements would change, and with it the indices" },
});
