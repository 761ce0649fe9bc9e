// Softmax, LogSoftmax, Hardmax: https://onnx.ai/onnx/operators/onnx__Softmax.html. Before 13 the axis defaults to 1 and the
// input is seen as a matrix split there; from 13 on it defaults to -1 and is the one axis that is normalized.

import { defineOp, int, type QuantizationTrait } from "./define.ts";

function normalized(type: string, quantization: QuantizationTrait<unknown>) {
  return defineOp({
    type,
    since: [1, 11, 13],
    attributes: { axis: int(undefined) },
    shape: ([x]) => [x?.shape],
    quantization,
  });
}

export const softmax = normalized("Softmax", { kind: "activation", inputs: [0], range: [0, 1] });

export const logSoftmax = normalized("LogSoftmax", {
  kind: "float",
  why: "logarithms of small probabilities need more than 8 bits, and runtimes have no INT8 kernel",
});

export const hardmax = normalized("Hardmax", { kind: "float", why: "runtimes have no INT8 kernel for it" });
