// OneHot: a new axis of length `depth`, one of its elements on (https://onnx.ai/onnx/operators/onnx__OneHot.html).

import { floorDim } from "../graph/dim.ts";
import { defineOp, int } from "./define.ts";
import { axisOf, dimIn, dtypeIn } from "./known.ts";

export const oneHot = defineOp({
  type: "OneHot",
  since: [9, 11],
  attributes: { axis: int(-1) },
  types: ([, , values]) => [dtypeIn(values)],
  shape: ([indices, depth], { axis }, context) => {
    const at = axisOf(axis, indices!.shape.length + 1);
    const length = dimIn(depth);
    return [
      at === undefined
        ? undefined
        : indices!.shape.toSpliced(at, 0, length === undefined ? context.unknownDim(0, "depth") : floorDim(length)),
    ];
  },
  quantization: { kind: "float", why: "its two values are exact as they are" },
});
