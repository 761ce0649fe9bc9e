// Tile: repeats along each axis (https://onnx.ai/onnx/operators/onnx__Tile.html).

import { mulDims } from "../graph/dim.ts";
import { defineOp } from "./define.ts";
import { moved, numbersOfElements } from "./elements.ts";

export const tile = defineOp({
  type: "Tile",
  since: [1, 6, 13],
  shape: ([x, repeats], _, context) => [
    x!.shape.map((dim, axis) => {
      const times = repeats?.value?.data[axis] ?? null;
      return times === null ? context.unknownDim(0, axis) : mulDims(dim, times);
    }),
  ],
  fold: ([x, repeats]) => {
    const times = numbersOfElements(repeats);
    if (!x || times?.length !== x.shape.length) return undefined;
    const shape = x.shape.map((dim, axis) => dim * times[axis]!);
    return [moved(x, shape, (index) => index.map((at, axis) => at % x.shape[axis]!))];
  },
  quantization: { kind: "transparent", data: 0 },
});
