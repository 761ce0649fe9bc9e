// Compress: the slices whose condition holds (https://onnx.ai/onnx/operators/onnx__Compress.html).

import { defineOp, int } from "./define.ts";
import { axisOf, numbersIn } from "./known.ts";

export const compress = defineOp({
  type: "Compress",
  since: [9, 11],
  attributes: { axis: int(undefined) },
  shape: ([x, condition], { axis }, context) => {
    const count = numbersIn(condition)?.filter(Boolean).length ?? context.unknownDim(0, "count");
    if (axis === undefined) return [[count]];
    const along = axisOf(axis, x!.shape.length);
    return [along === undefined ? undefined : x!.shape.with(along, count)];
  },
  quantization: { kind: "transparent", data: 0 },
});
