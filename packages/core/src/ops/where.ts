// Where: x where the condition holds, y elsewhere, all three broadcast (https://onnx.ai/onnx/operators/onnx__Where.html).

import { broadcastDims } from "../graph/dim.ts";
import { defineOp } from "./define.ts";
import { zipElements } from "./elements.ts";
import { dtypeIn } from "./known.ts";

export const where = defineOp({
  type: "Where",
  since: [9, 16],
  types: ([, x, y]) => [dtypeIn(x) ?? dtypeIn(y)],
  shape: ([condition, x, y]) => {
    const values = broadcastDims(x!.shape, y!.shape);
    return [values && broadcastDims(condition!.shape, values)];
  },
  fold: ([condition, x, y]) => {
    if (!condition || !x || !y) return undefined;
    const folded = zipElements([condition, x, y], x.dtype, ([holds, a, b]) => {
      if (typeof holds === "number") return holds ? a! : b!;
      return a === b ? a! : null;
    });
    return folded && [folded];
  },
  quantization: { kind: "activation", inputs: [1, 2] },
});
