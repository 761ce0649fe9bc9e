// Expand: broadcasts to a shape that is data (https://onnx.ai/onnx/operators/onnx__Expand.html).

import { broadcastDim, type Dim } from "../graph/dim.ts";
import { defineOp, type RuleContext } from "./define.ts";
import { broadcastTo, isNumeric } from "./elements.ts";
import { statedElements } from "./stated-shape.ts";

export const expand = defineOp({
  type: "Expand",
  since: [8, 13],
  shape: ([x, target], _, context) => {
    const stated = target && statedElements(target);
    return [stated && expanded(x!.shape, stated, context)];
  },
  fold: ([x, target], _, context) => {
    const shape = x && target && expanded(x.shape, Array.from(target.data), context);
    return isNumeric(shape) ? [broadcastTo(x!, shape)] : undefined;
  },
  quantization: { kind: "transparent", data: 0 },
});

function expanded(
  shape: readonly Dim[],
  target: readonly (Dim | null)[],
  context: RuleContext,
): readonly Dim[] | undefined {
  const rank = Math.max(shape.length, target.length);
  const dims = Array.from({ length: rank }, (_, axis) => {
    const from = shape[axis - rank + shape.length] ?? 1;
    const to = axis < rank - target.length ? 1 : target[axis - rank + target.length]!;
    if (to === null) return typeof from === "number" && from > 1 ? from : context.unknownDim(0, axis);
    return broadcastDim(from, to);
  });
  return dims.every((dim) => dim !== undefined) ? dims : undefined;
}
