// Errors of the quantizer.

import { TersorError, type QuantizationPlan } from "@tersor/core";

export function alreadyQuantized(count: number, example: string): TersorError<"QUANTIZE_ALREADY_QUANTIZED"> {
  return new TersorError(
    "QUANTIZE_ALREADY_QUANTIZED",
    `The model is already quantized: ${count} operators compute on or convert integers, such as "${example}".\nStart from the float model, or pass { allowQuantized: true } (--allow-quantized) to quantize what is still float.`,
    { count, example },
  );
}

export function noCalibration(): TersorError<"QUANTIZE_NO_CALIBRATION"> {
  return new TersorError(
    "QUANTIZE_NO_CALIBRATION",
    "Static quantization needs calibration data: a few dozen to a few hundred typical inputs.\nPass { calibration } (--calibration <data>), or use the dynamic mode, which needs none.",
  );
}

export function noSamples(): TersorError<"QUANTIZE_CALIBRATION_EMPTY"> {
  return new TersorError(
    "QUANTIZE_CALIBRATION_EMPTY",
    "The calibration data holds no sample. Check the path and the selection.",
  );
}

export function nothingToQuantize(nodes: QuantizationPlan["nodes"]): TersorError<"QUANTIZE_NOTHING"> {
  const reasons: Record<string, number> = {};
  for (const node of nodes) if (node.decision === "float") reasons[node.why] = (reasons[node.why] ?? 0) + 1;
  const list = Object.entries(reasons).map(([why, count]) => `  ${count} × ${why}`);
  return new TersorError(
    "QUANTIZE_NOTHING",
    list.length === 0
      ? "The model has no operator with a weight, so there is nothing to quantize."
      : `Nothing in the model can be quantized as asked:\n${list.join("\n")}`,
    { reasons },
  );
}

export function unknownCalibrator(name: string, known: readonly string[]): TersorError<"QUANTIZE_UNKNOWN_CALIBRATOR"> {
  return new TersorError(
    "QUANTIZE_UNKNOWN_CALIBRATOR",
    `There is no calibrator "${name}". Known: ${known.join(", ")}.`,
    { name, known },
  );
}

export function unknownTarget(name: string, known: readonly string[]): TersorError<"QUANTIZE_UNKNOWN_TARGET"> {
  return new TersorError("QUANTIZE_UNKNOWN_TARGET", `There is no target "${name}". Known: ${known.join(", ")}.`, {
    name,
    known,
  });
}

export function unmatchedRule(rule: string): TersorError<"QUANTIZE_RULE_MATCHES_NOTHING"> {
  return new TersorError(
    "QUANTIZE_RULE_MATCHES_NOTHING",
    `The rule ${rule} matches no operator of the model. "tersor inspect" lists their names; "*" in a pattern matches any run of characters, slashes too.`,
    { rule },
  );
}

export function nonFiniteActivation(tensor: string, count: number): TersorError<"QUANTIZE_NON_FINITE_ACTIVATION"> {
  return new TersorError(
    "QUANTIZE_NON_FINITE_ACTIVATION",
    `The activation "${tensor}" held ${count} NaN or infinite values on the calibration data and nothing finite, so it has no range. Check the data and its preprocessing.`,
    { tensor, count },
  );
}

export function typeNotInFormat(type: string, format: string): TersorError<"QUANTIZE_TYPE_NOT_IN_FORMAT"> {
  return new TersorError(
    "QUANTIZE_TYPE_NOT_IN_FORMAT",
    `The format "${format}" has no ${type} activations, only 8-bit ones. Use the static mode with the format "qdq", or an 8-bit type.`,
    { type, format },
  );
}

export function optionOfOtherMode(
  option: string,
  mode: string,
  modes: readonly string[],
): TersorError<"QUANTIZE_OPTION_OF_OTHER_MODE"> {
  const where = modes.length === 0 ? "There is no such option." : `It belongs to ${modes.join(", ")}.`;
  return new TersorError(
    "QUANTIZE_OPTION_OF_OTHER_MODE",
    `The option "${option}" says nothing in the mode "${mode}". ${where} Leave it out, or choose another mode.`,
    { option, mode, modes },
  );
}

export function formatNotOfMode(
  mode: string,
  format: string,
  formats: readonly string[],
): TersorError<"QUANTIZE_FORMAT_OF_OTHER_MODE"> {
  return new TersorError(
    "QUANTIZE_FORMAT_OF_OTHER_MODE",
    `The mode "${mode}" has no format "${format}". It has: ${formats.join(", ")}.`,
    { mode, format, formats },
  );
}

export function unknownMode(mode: string, known: readonly string[]): TersorError<"QUANTIZE_UNKNOWN_MODE"> {
  return new TersorError("QUANTIZE_UNKNOWN_MODE", `There is no mode "${mode}". Known: ${known.join(", ")}.`, {
    mode,
    known,
  });
}

export function targetHasNoFormat(
  target: string,
  format: string,
  formats: readonly string[],
): TersorError<"QUANTIZE_TARGET_HAS_NO_FORMAT"> {
  return new TersorError(
    "QUANTIZE_TARGET_HAS_NO_FORMAT",
    `The target "${target}" does not take the format "${format}". It takes: ${formats.join(", ")}, in the static mode.`,
    { target, format, formats },
  );
}
