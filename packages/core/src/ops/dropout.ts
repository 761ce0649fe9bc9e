// Dropout: at inference the input itself, with a mask of ones (https://onnx.ai/onnx/operators/onnx__Dropout.html).

import { defineOp, float, int } from "./define.ts";
import { dtypeIn } from "./known.ts";

export const dropout = defineOp({
  type: "Dropout",
  since: [1, 6, 7, 10, 12, 13, 22],
  attributes: { ratio: float(0.5), seed: int(undefined) },
  // The mask had the type of the data before 10.
  types: ([x], _, { opset }) => [dtypeIn(x), opset < 10 ? dtypeIn(x) : "bool"],
  shape: ([x]) => [x!.shape, x!.shape],
  quantization: { kind: "transparent", data: 0 },
});
