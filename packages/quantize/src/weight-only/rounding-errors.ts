// Errors of weight-only algorithms.

import { TersorError } from "@tersor/core";

export function secondMomentsMissing(algorithm: string): TersorError<"QUANTIZE_SECOND_MOMENTS_MISSING"> {
  return new TersorError(
    "QUANTIZE_SECOND_MOMENTS_MISSING",
    `The algorithm "${algorithm}" needs the second moments of the inputs of each weight, and these come from calibration data.\nPass { calibration } (--calibration <data>), or use an algorithm that needs none: rtn, hqq, k-quant.`,
    { algorithm },
  );
}

export function secondMomentsUnusable(inputs: number, what: string): TersorError<"QUANTIZE_SECOND_MOMENTS_UNUSABLE"> {
  return new TersorError(
    "QUANTIZE_SECOND_MOMENTS_UNUSABLE",
    `The matrix of second moments for a weight of ${inputs} inputs ${what}. Check the calibration data: an activation that overflows makes all of them unusable.`,
    { inputs, what },
  );
}
