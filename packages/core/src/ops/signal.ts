// Signal processing: DFT (since 17; 20 turns the axis into an input), STFT, MelWeightMatrix and the window functions (17).
// https://onnx.ai/onnx/operators/onnx__DFT.html. A real signal of n samples has floor(n / 2) + 1 one-sided bins.

import { addDims, floorDivDims, mulDims, subDims, type Dim } from "../graph/dim.ts";
import { defineOp, flag, int, type QuantizationTrait } from "./define.ts";
import { axisOf, dimIn, dtypeNamed, numberIn } from "./known.ts";

const spectral: QuantizationTrait<unknown> = {
  kind: "float",
  why: "spectra need more than 8 bits, and runtimes have no INT8 kernel",
};

/** floor(n / 2) + 1. */
function oneSidedBins(length: Dim): Dim {
  return addDims(floorDivDims(length, 2) ?? length, 1);
}

/** Inputs: input [..., 1 or 2], dft_length, axis (20). */
export const dft = defineOp({
  type: "DFT",
  since: [17, 20],
  attributes: { axis: int(1), inverse: flag(), onesided: flag() },
  shape: ([x, lengthInput, axisInput], { axis, onesided, inverse }, context) => {
    if (!x) return [];
    const stated = context.opset < 20 ? axis : axisInput ? numberIn(axisInput) : -2;
    const at = stated === undefined ? undefined : axisOf(stated, x.shape.length);
    if (at === undefined) return [];
    // The one-sided inverse makes a real signal of its half spectrum.
    const real = onesided && inverse;
    const whole = real ? mulDims(subDims(x.shape[at]!, 1), 2) : x.shape[at]!;
    const length = lengthInput ? (dimIn(lengthInput) ?? context.unknownDim(0, at)) : whole;
    return [x.shape.with(at, onesided && !inverse ? oneSidedBins(length) : length).with(-1, real ? 1 : 2)];
  },
  quantization: spectral,
});

/** Inputs: signal [batch, length, 1 or 2], frame_step, window, frame_length. Output: [batch, frames, bins, 2]. */
export const stft = defineOp({
  type: "STFT",
  since: [17],
  attributes: { onesided: flag(true) },
  shape: ([signal, step, window, frameLength], { onesided }, context) => {
    if (!signal || signal.shape.length < 2) return [];
    const frame = frameLength ? dimIn(frameLength) : window?.shape[0];
    const stride = dimIn(step);
    const frames =
      frame !== undefined && stride !== undefined ? frameCount(signal.shape[1]!, frame, stride) : undefined;
    const bins = frame === undefined ? context.unknownDim(0, "bins") : onesided ? oneSidedBins(frame) : frame;
    return [[signal.shape[0]!, frames ?? context.unknownDim(0, "frames"), bins, 2]];
  },
  quantization: spectral,
});

function frameCount(length: Dim, frame: Dim, stride: Dim): Dim | undefined {
  const steps = floorDivDims(subDims(length, frame), stride);
  return steps === undefined ? undefined : addDims(steps, 1);
}

/** Inputs: num_mel_bins, dft_length, sample_rate, lower and upper edge. Output: [bins, num_mel_bins]. */
export const melWeightMatrix = defineOp({
  type: "MelWeightMatrix",
  since: [17],
  attributes: { output_datatype: int(1) },
  types: (_, { output_datatype }) => [dtypeNamed(output_datatype, undefined)],
  shape: ([melBins, length], _, context) => {
    const size = dimIn(length);
    return [
      [size === undefined ? context.unknownDim(0, 0) : oneSidedBins(size), dimIn(melBins) ?? context.unknownDim(0, 1)],
    ];
  },
  quantization: spectral,
});

function windowFunction(type: string) {
  return defineOp({
    type,
    since: [17],
    attributes: { output_datatype: int(1), periodic: flag(true) },
    types: (_, { output_datatype }) => [dtypeNamed(output_datatype, undefined)],
    shape: ([size], _, context) => [[dimIn(size) ?? context.unknownDim(0, 0)]],
    quantization: spectral,
  });
}

export const windowFunctions = ["BlackmanWindow", "HammingWindow", "HannWindow"].map(windowFunction);
