// EyeLike: ones on a diagonal, of the shape of the input (https://onnx.ai/onnx/operators/onnx__EyeLike.html).

import { defineOp, int } from "./define.ts";
import { indices } from "./elements.ts";
import { isNumeric } from "./elements.ts";
import { dtypeIn, dtypeNamed, tensorIn } from "./known.ts";

export const eyeLike = defineOp({
  type: "EyeLike",
  since: [9, 22],
  attributes: { dtype: int(undefined), k: int(0) },
  types: ([x], { dtype }) => [dtypeNamed(dtype, dtypeIn(x))],
  shape: ([x]) => [x!.shape],
  fold: (_, { dtype, k }, { fact }) => {
    const x = tensorIn(fact(0));
    const type = dtypeNamed(dtype, x?.dtype);
    if (!type || !isNumeric(x?.shape)) return undefined;
    const data = indices(x.shape).map(([row, column]) => Number(column! - row! === k));
    return [{ dtype: type, shape: x.shape, data }];
  },
  quantization: { kind: "float", why: "it is a constant" },
});
