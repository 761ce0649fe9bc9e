// GatherND: slices at index tuples, the last axis of the indices (https://onnx.ai/onnx/operators/onnx__GatherND.html).
// `batch_dims` came with 12.

import { defineOp, int } from "./define.ts";

export const gatherND = defineOp({
  type: "GatherND",
  since: [11, 12, 13],
  attributes: { batch_dims: int(0) },
  shape: ([data, indices], { batch_dims }) => {
    const tuple = indices!.shape.at(-1);
    if (typeof tuple !== "number" || batch_dims < 0 || batch_dims + tuple > data!.shape.length) return [undefined];
    return [[...indices!.shape.slice(0, -1), ...data!.shape.slice(batch_dims + tuple)]];
  },
  quantization: { kind: "transparent", data: 0 },
});
