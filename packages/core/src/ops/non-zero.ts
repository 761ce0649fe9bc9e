// NonZero: the indices of elements that are not zero, one row per axis (https://onnx.ai/onnx/operators/onnx__NonZero.html).

import { defineOp } from "./define.ts";
import { indices, numbersOfElements } from "./elements.ts";
import { numbersIn } from "./known.ts";

export const nonZero = defineOp({
  type: "NonZero",
  since: [9, 13],
  types: () => ["int64"],
  shape: ([x], _, context) => {
    const count = numbersIn(x)?.filter((element) => element !== 0).length;
    return [[x!.shape.length, count ?? context.unknownDim(0, "count")]];
  },
  fold: ([x]) => {
    const elements = numbersOfElements(x);
    if (!x || !elements) return undefined;
    const found = indices(x.shape).filter((_, i) => elements[i] !== 0);
    const data = x.shape.flatMap((_, axis) => found.map((index) => index[axis]!));
    return [{ dtype: "int64", shape: [x.shape.length, found.length], data }];
  },
  quantization: { kind: "float", why: "its result is an index" },
});
