// Einsum has the same notation in ONNX: https://onnx.ai/onnx/operators/onnx__Einsum.html. Products with a weight become
// MatMul when a model is quantized. What ONNX leaves open, TensorFlow states: every equation has its "->".

import { attribute } from "@tersor/core";
import { defineRule, type TensorFlowRule } from "../rule.ts";

export const einsum: readonly TensorFlowRule[] = [
  defineRule({
    ops: ["Einsum"],
    convert: (context) => {
      const { to, inputs, refuse } = context;
      const equation = (context.attribute("equation", "string") ?? "").replaceAll(" ", "");
      if (!WELL_FORMED.test(equation)) refuse(`its equation "${equation}" is not one of ONNX's`);
      if (equation.split("->")[0]!.split(",").length !== inputs.length)
        refuse(`its equation "${equation}" is for another number of inputs`);
      return [to.add("Einsum", inputs, { equation: attribute.string(equation) })];
    },
  }),
];

const TERM = String.raw`[A-Za-z]*(?:\.\.\.)?[A-Za-z]*`;
const WELL_FORMED = new RegExp(`^${TERM}(?:,${TERM})*->${TERM}$`);
