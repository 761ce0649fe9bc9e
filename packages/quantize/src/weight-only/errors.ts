// Errors of weight-only quantization: options that do not fit each other, and weights that can't be coded.

import { TersorError } from "@tersor/core";

export function nonFiniteWeight(weight: string): TersorError<"QUANTIZE_NON_FINITE_WEIGHT"> {
  return new TersorError(
    "QUANTIZE_NON_FINITE_WEIGHT",
    `The weight "${weight}" holds NaN or infinite values, which no group of codes can stand for. Check how the model was exported, or leave its operator float by a rule.`,
    { weight },
  );
}

export function unknownAlgorithm(name: string, known: readonly string[]): TersorError<"QUANTIZE_UNKNOWN_ALGORITHM"> {
  return new TersorError(
    "QUANTIZE_UNKNOWN_ALGORITHM",
    `There is no weight-only algorithm "${name}". Known: ${known.join(", ")}.`,
    { name, known },
  );
}

export function groupSizeNotInFormat(
  groupSize: number,
  format: string,
  allowed: string,
): TersorError<"QUANTIZE_GROUP_SIZE_NOT_IN_FORMAT"> {
  return new TersorError(
    "QUANTIZE_GROUP_SIZE_NOT_IN_FORMAT",
    `The format "${format}" has no groups of ${groupSize} inputs, but ${allowed}.`,
    { groupSize, format, allowed },
  );
}

export function codebookDoesNotFit(codebook: string, why: string): TersorError<"QUANTIZE_CODEBOOK_DOES_NOT_FIT"> {
  return new TersorError("QUANTIZE_CODEBOOK_DOES_NOT_FIT", `The codebook "${codebook}" can't be used: ${why}.`, {
    codebook,
    why,
  });
}

export function bitsNotInFormat(
  bits: number,
  format: string,
  allowed: readonly number[],
): TersorError<"QUANTIZE_BITS_NOT_IN_FORMAT"> {
  return new TersorError(
    "QUANTIZE_BITS_NOT_IN_FORMAT",
    `The format "${format}" has no weights of ${bits} bits, but of ${allowed.join(", ")}.`,
    { bits, format, allowed },
  );
}

export function bitBudgetTooSmall(averageBits: number, least: number): TersorError<"QUANTIZE_BIT_BUDGET"> {
  return new TersorError(
    "QUANTIZE_BIT_BUDGET",
    `${averageBits} bits a weight on the mean is less than the narrowest width there is, ${least}. Raise averageBits (--average-bits).`,
    { averageBits, least },
  );
}
