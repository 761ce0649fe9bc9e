// Trilu: the upper or lower triangle of matrices (https://onnx.ai/onnx/operators/onnx__Trilu.html).

import { defineOp, flag, type Elements } from "./define.ts";
import { indices } from "./elements.ts";

export const trilu = defineOp({
  type: "Trilu",
  since: [14],
  attributes: { upper: flag(true) },
  shape: ([x]) => [x!.shape],
  fold: ([x, offset], { upper }, { node }) => {
    const k = node.inputs[1] ? offset?.data[0] : 0;
    return x && x.shape.length >= 2 && typeof k === "number" ? [triangle(x, upper, k)] : undefined;
  },
  quantization: { kind: "float", why: "it makes masks" },
});

function triangle(x: Elements, upper: boolean, k: number): Elements {
  const data = indices(x.shape).map((index, i) => {
    const diagonal = index.at(-1)! - index.at(-2)!;
    const kept = upper ? diagonal >= k : diagonal <= k;
    return kept ? (x.data[i] ?? null) : 0;
  });
  return { ...x, data };
}
