// Operations on single elements that ONNX has under another name.
// https://www.tensorflow.org/api_docs/python/tf/raw_ops

import { defineRule, type TensorFlowRule } from "../rule.ts";

/** TensorFlow's name and ONNX's, where inputs, broadcasting and meaning are the same. */
const same: Readonly<Record<string, string>> = {
  Add: "Add",
  AddV2: "Add",
  Mul: "Mul",
  Relu: "Relu",
  Sub: "Sub",
  Tanh: "Tanh",
};

export const elementwise: readonly TensorFlowRule[] = [
  defineRule({ ops: Object.keys(same), convert: ({ node, to, inputs }) => [to.add(same[node.op]!, inputs)] }),
  defineRule({
    ops: ["Identity", "StopGradient", "PreventGradient", "Snapshot"],
    convert: ({ inputs }) => [inputs[0]!],
  }),
];
