// Labels of a batch as class indices: a number per sample, or several where a sample has several rows (tokens).

import { isInteger, numbersOf, type Label } from "@tersor/core";
import { labelMismatch } from "../errors.ts";
import { integersOfLabel, isTensor } from "./labels.ts";

/**
 * The class of each row, in order.
 * @throws EVALUATE_LABEL_MISMATCH when a label is no class index, or lies outside of 0 to `classes` - 1.
 */
export function classLabels(metric: string, labels: readonly Label[], classes: number): readonly number[] {
  return labels.flatMap((label) => classesOfLabel(metric, label, classes));
}

/** The classes of one sample's rows. @throws EVALUATE_LABEL_MISMATCH as `classLabels` does */
export function classesOfLabel(metric: string, label: Label, classes: number): readonly number[] {
  const indices = indicesOf(metric, label);
  for (const index of indices) {
    if (Number.isInteger(index) && index >= 0 && index < classes) continue;
    throw labelMismatch(metric, `${index} is no class of 0 to ${classes - 1}, and the output has ${classes} columns`, {
      label: index,
      classes,
    });
  }
  return indices;
}

function indicesOf(metric: string, label: Label): readonly number[] {
  if (typeof label === "number") return [label];
  if (typeof label === "string") {
    throw labelMismatch(metric, `"${label}" is a name, not the index of a class`, { label });
  }
  if (!isTensor(label)) return Array.from(integersOfLabel(metric, label));
  if (!isInteger(label.dtype)) {
    throw labelMismatch(metric, `a ${label.dtype} tensor does not hold class indices`, { dtype: label.dtype });
  }
  return Array.from(numbersOf(label));
}
