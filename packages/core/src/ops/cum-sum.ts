// CumSum: sums of all elements up to each along an axis (https://onnx.ai/onnx/operators/onnx__CumSum.html).

import { addDims } from "../graph/dim.ts";
import { isInteger } from "../tensor/dtype.ts";
import { defineOp, flag, type Elements } from "./define.ts";
import { flatIndex, indices, rounded, type Element } from "./elements.ts";
import { axisOf } from "./known.ts";

export const cumSum = defineOp({
  type: "CumSum",
  since: [11, 14],
  attributes: { exclusive: flag(), reverse: flag() },
  shape: ([x]) => [x!.shape],
  fold: ([x, axis], { exclusive, reverse }) => {
    const given = axis?.data[0];
    const along = x && typeof given === "number" ? axisOf(given, x.shape.length) : undefined;
    if (!x || along === undefined || !isInteger(x.dtype)) return undefined;
    return [{ ...x, data: indices(x.shape).map((index) => sumTo(x, index, along, exclusive, reverse)) }];
  },
  quantization: { kind: "float", why: "errors of the elements would add up" },
});

function sumTo(x: Elements, index: readonly number[], along: number, exclusive: boolean, reverse: boolean): Element {
  const length = x.shape[along]!;
  const at = index[along]!;
  const [from, to] = reverse ? [at + Number(exclusive), length] : [0, at + Number(!exclusive)];
  let sum: Element = 0;
  for (let i = from; i < to; i++) {
    const element: Element = x.data[flatIndex(index.with(along, i), x.shape)] ?? null;
    sum = sum === null || element === null ? null : addDims(sum, element);
  }
  return rounded(x.dtype, sum);
}
