// Gather: slices picked along an axis (https://onnx.ai/onnx/operators/onnx__Gather.html).

import { defineOp, int, type Elements } from "./define.ts";
import { elementAt, indices as indicesOf } from "./elements.ts";
import { axisOf } from "./known.ts";

export const gather = defineOp({
  type: "Gather",
  since: [1, 11, 13],
  attributes: { axis: int(0) },
  shape: ([data, indices], { axis }) => {
    const along = axisOf(axis, data!.shape.length);
    return [along === undefined ? undefined : data!.shape.toSpliced(along, 1, ...indices!.shape)];
  },
  fold: ([data, indices], { axis }) => {
    const along = data && axisOf(axis, data.shape.length);
    return data && indices && along !== undefined ? [pick(data, indices, along)] : undefined;
  },
  quantization: { kind: "table", table: 0, axis: ({ axis }, rank) => axisOf(axis, rank) ?? axis },
});

function pick(data: Elements, indices: Elements, along: number): Elements {
  const shape = data.shape.toSpliced(along, 1, ...indices.shape);
  const length = data.shape[along]!;
  const elements = indicesOf(shape).map((index) => {
    const at = elementAt(indices, index.slice(along, along + indices.shape.length));
    if (typeof at !== "number") return null;
    return elementAt(data, index.toSpliced(along, indices.shape.length, at < 0 ? at + length : at));
  });
  return { dtype: data.dtype, shape, data: elements };
}
