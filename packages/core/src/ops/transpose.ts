// Transpose: axes in another order, reversed by default (https://onnx.ai/onnx/operators/onnx__Transpose.html).

import { defineOp, ints } from "./define.ts";
import { isNumeric, moved } from "./elements.ts";

export const transpose = defineOp({
  type: "Transpose",
  since: [1, 13, 21, 23],
  attributes: { perm: ints() },
  shape: ([x], { perm }) => {
    const order = orderOf(perm, x!.shape.length);
    return [order?.map((axis) => x!.shape[axis]!)];
  },
  fold: ([x], { perm }) => {
    const order = x && orderOf(perm, x.shape.length);
    const shape = order?.map((axis) => x!.shape[axis]!);
    if (!order || !isNumeric(shape)) return undefined;
    return [moved(x!, shape, (index) => x!.shape.map((_, axis) => index[order.indexOf(axis)]!))];
  },
  quantization: { kind: "transparent", data: 0 },
});

/** The axes in their new order, undefined when they are no permutation. */
function orderOf(perm: readonly number[] | undefined, rank: number): readonly number[] | undefined {
  const reversed = Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
  if (perm === undefined) return reversed;
  return perm.length === rank && reversed.every((axis) => perm.includes(axis)) ? perm : undefined;
}
