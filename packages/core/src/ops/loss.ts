// Losses: NegativeLogLikelihoodLoss (since 12) and SoftmaxCrossEntropyLoss (since 12).
// https://onnx.ai/onnx/operators/onnx__SoftmaxCrossEntropyLoss.html. Inputs: scores [N, C, ...], target [N, ...], weight.

import { defineOp, int, string } from "./define.ts";

const training = { kind: "float", why: "a loss is part of training" } as const;
const attributes = { ignore_index: int(undefined), reduction: string("mean") } as const;

export const negativeLogLikelihoodLoss = defineOp({
  type: "NegativeLogLikelihoodLoss",
  since: [12, 13, 22],
  attributes,
  shape: ([, target], { reduction }) => [reduction === "none" ? target?.shape : []],
  quantization: training,
});

/** The second output holds the logarithms of the probabilities. */
export const softmaxCrossEntropyLoss = defineOp({
  type: "SoftmaxCrossEntropyLoss",
  since: [12, 13],
  attributes,
  shape: ([scores, target], { reduction }) => [reduction === "none" ? target?.shape : [], scores?.shape],
  quantization: training,
});
