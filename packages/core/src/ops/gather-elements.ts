// GatherElements: one element per index, along an axis (https://onnx.ai/onnx/operators/onnx__GatherElements.html).

import { defineOp, int } from "./define.ts";
import { elementAt, indices as indicesOf } from "./elements.ts";
import { axisOf } from "./known.ts";

export const gatherElements = defineOp({
  type: "GatherElements",
  since: [11, 13],
  attributes: { axis: int(0) },
  shape: ([, indices]) => [indices!.shape],
  fold: ([data, indices], { axis }) => {
    const along = data && axisOf(axis, data.shape.length);
    if (!data || !indices || along === undefined || indices.shape.length !== data.shape.length) return undefined;
    const elements = indicesOf(indices.shape).map((index) => {
      const at = elementAt(indices, index);
      return typeof at === "number" ? elementAt(data, index.with(along, at < 0 ? at + data.shape[along]! : at)) : null;
    });
    return [{ dtype: data.dtype, shape: indices.shape, data: elements }];
  },
  quantization: { kind: "transparent", data: 0 },
});
