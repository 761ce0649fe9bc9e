// Flatten: a matrix; the axes before `axis` become its rows (https://onnx.ai/onnx/operators/onnx__Flatten.html).

import { productOfDims } from "../graph/dim.ts";
import { defineOp, int } from "./define.ts";
import { isNumeric, reshaped } from "./elements.ts";

export const flatten = defineOp({
  type: "Flatten",
  since: [1, 9, 11, 13, 21, 23],
  attributes: { axis: int(1) },
  shape: ([x], { axis }) => [matrix(x!.shape, axis)],
  fold: ([x], { axis }) => {
    const shape = x && matrix(x.shape, axis);
    const result = isNumeric(shape) ? reshaped(x!, shape) : undefined;
    return result && [result];
  },
  quantization: { kind: "transparent", data: 0 },
});

function matrix(shape: readonly (number | string)[], axis: number) {
  const rows = axis < 0 ? axis + shape.length : axis;
  if (rows < 0 || rows > shape.length) return undefined;
  return [productOfDims(shape.slice(0, rows)), productOfDims(shape.slice(rows))];
}
