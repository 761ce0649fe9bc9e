// Unique: distinct elements or slices, with indices and counts (https://onnx.ai/onnx/operators/onnx__Unique.html).

import { productOfDims } from "../graph/dim.ts";
import { defineOp, flag, int } from "./define.ts";
import { axisOf, dtypeIn } from "./known.ts";

export const unique = defineOp({
  type: "Unique",
  since: [11],
  attributes: { axis: int(undefined), sorted: flag(true) },
  types: ([x]) => [dtypeIn(x), "int64", "int64", "int64"],
  shape: ([x], { axis }, context) => {
    const count = context.unknownDim(0, "count");
    if (axis === undefined) return [[count], [count], [productOfDims(x!.shape)], [count]];
    const along = axisOf(axis, x!.shape.length);
    return along === undefined ? [] : [x!.shape.with(along, count), [count], [x!.shape[along]!], [count]];
  },
  quantization: { kind: "float", why: "rounding would make elements equal that are not" },
});
