// Activation functions.
// https://www.tensorflow.org/api_docs/python/tf/nn

import { attribute, type GraphBuilder } from "@tersor/core";
import { floatOf, scalarLike } from "../building.ts";
import { defineRule, type TensorFlowRule } from "../rule.ts";

/** The same in ONNX, with the defaults of its attributes. */
const same: Readonly<Record<string, string>> = {
  Elu: "Elu",
  Relu: "Relu",
  Selu: "Selu",
  Sigmoid: "Sigmoid",
  Softplus: "Softplus",
  Softsign: "Softsign",
  Tanh: "Tanh",
};

const leakyRelu = defineRule({
  ops: ["LeakyRelu"],
  convert: (context) => {
    const alpha = attribute.float(floatOf(context, "alpha", 0.2));
    return [context.to.add("LeakyRelu", context.inputs, { alpha })];
  },
});

const softmax = defineRule({
  ops: ["Softmax", "LogSoftmax"],
  convert: ({ node, to, inputs }) => [to.add(node.op, inputs, { axis: attribute.int(-1) })],
});

/** min(max(x, 0), 6). */
export function relu6(to: GraphBuilder, x: string): string {
  return to.add("Clip", [x, scalarLike(to, x, 0), scalarLike(to, x, 6)]);
}

export const activation: readonly TensorFlowRule[] = [
  defineRule({ ops: Object.keys(same), convert: ({ node, to, inputs }) => [to.add(same[node.op]!, inputs)] }),
  defineRule({ ops: ["Relu6"], convert: ({ to, inputs }) => [relu6(to, inputs[0]!)] }),
  // TensorFlow.js's own, its slopes broadcast as ONNX has it.
  defineRule({ ops: ["Prelu"], convert: ({ to, inputs }) => [to.add("PRelu", inputs)] }),
  leakyRelu,
  softmax,
];
