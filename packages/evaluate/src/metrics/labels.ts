// What a label holds, whichever way the data gave it: numbers, texts or the parts of a record.

import { isFloat, isInteger, numbersOf, type Label, type LabelRecord, type Tensor } from "@tersor/core";
import { labelMismatch } from "../errors.ts";

/** Whether a value is a tensor; a record with a part named "dtype" alone is none. */
export function isTensor(value: unknown): value is Tensor {
  return typeof value === "object" && value !== null && "dtype" in value && "shape" in value && "data" in value;
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** The numbers of a label. @throws EVALUATE_LABEL_MISMATCH when it holds something else. */
export function numbersOfLabel(metric: string, label: Label): ArrayLike<number> {
  if (typeof label === "number") return [label];
  if (isTensor(label) && (isFloat(label.dtype) || isInteger(label.dtype) || label.dtype === "bool")) {
    return numbersOf(label);
  }
  if (isList(label) && label.every((item) => typeof item === "number")) return label;
  throw labelMismatch(metric, `${described(label)} where it takes a number or a list of numbers`, {});
}

/** The whole numbers of a label. @throws EVALUATE_LABEL_MISMATCH when it holds something else. */
export function integersOfLabel(metric: string, label: Label): ArrayLike<number> {
  const numbers = numbersOfLabel(metric, label);
  for (let i = 0; i < numbers.length; i++) {
    if (Number.isInteger(numbers[i])) continue;
    throw labelMismatch(metric, `${numbers[i]} is no whole number`, { label: numbers[i] });
  }
  return numbers;
}

/**
 * The texts of a label, one or several: a string, a list of strings, a tensor of strings, or a record with `references`.
 * A number is the text that a column of numbers had.
 * @throws EVALUATE_LABEL_MISMATCH when it holds something else, or nothing.
 */
export function textsOfLabel(metric: string, label: Label): readonly string[] {
  const given = isRecord(label) ? label["references"] : label;
  const list: readonly unknown[] = isTensor(given)
    ? Array.from(given.data as ArrayLike<unknown>)
    : isList(given)
      ? given
      : [given];
  const texts = list.map((item) => (typeof item === "number" && !isTensor(given) ? String(item) : item));
  if (texts.length > 0 && texts.every((text) => typeof text === "string")) return texts;
  throw labelMismatch(metric, `${described(label)} where it takes a text, or a list of texts that are all right`, {});
}

/** A label of parts. @throws EVALUATE_LABEL_MISMATCH when it is something else. */
export function recordOfLabel(metric: string, label: Label, parts: string): LabelRecord {
  if (isRecord(label)) return label;
  throw labelMismatch(metric, `${described(label)} where it takes a record of ${parts}`, {});
}

function isRecord(label: Label): label is LabelRecord {
  return typeof label === "object" && !isList(label) && !isTensor(label);
}

function described(label: Label): string {
  if (typeof label === "string") return `a sample has the text "${label.slice(0, 40)}"`;
  if (typeof label === "number") return `a sample has the number ${label}`;
  if (isTensor(label)) return `a sample has a ${label.dtype} tensor`;
  return isList(label) ? "a sample has another kind of list" : "a sample has a record of other parts";
}

/** As many labels as the output has samples. @throws EVALUATE_LABEL_MISMATCH */
export function assertLabelCount(metric: string, output: string, rows: number, labels: readonly Label[]): void {
  if (rows === labels.length) return;
  throw labelMismatch(metric, `there are ${labels.length} for ${rows} samples of "${output}"`, {
    labels: labels.length,
    rows,
  });
}
