// ConstantOfShape: a tensor of one value (https://onnx.ai/onnx/operators/onnx__ConstantOfShape.html). Default float32 0.

import type { TensorSource } from "../tensor/source.ts";
import { defineOp, type AttributeSpec } from "./define.ts";
import { elementsOfSource, filled, isNumeric } from "./elements.ts";
import { statedShape } from "./stated-shape.ts";

const value: AttributeSpec<TensorSource | undefined> = {
  read: (attribute) => (attribute?.kind === "tensor" ? attribute.value : undefined),
};

export const constantOfShape = defineOp({
  type: "ConstantOfShape",
  since: [9, 20, 21, 23],
  attributes: { value },
  types: (_, attributes) => [attributes.value?.dtype ?? "float32"],
  shape: ([shape], _, context) => [statedShape(shape!, context)],
  fold: ([shape], attributes) => {
    const dims = shape && Array.from(shape.data);
    if (!dims || !dims.every((dim) => dim !== null) || !isNumeric(dims)) return undefined;
    const source = attributes.value;
    const element = source ? elementsOfSource(source, 1)?.data[0] : 0;
    return element === undefined ? undefined : [filled(source?.dtype ?? "float32", dims, element)];
  },
  quantization: { kind: "float", why: "it is a constant" },
});
