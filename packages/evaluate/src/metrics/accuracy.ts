// Accuracy and top-k accuracy: the share of rows whose label is among the k largest logits.
// Ties go to the lower index, as numpy's argmax has it; a NaN score is never among the largest.

import { defineMetric, isFloat, numbersOf, type Metric, type Tensor, type Verdict } from "@tersor/core";
import { indexOfMaximum } from "../compare-tensors.ts";
import { invalidOption, labelMismatch, metricMismatch } from "../errors.ts";
import { classLabels } from "./class-labels.ts";
import { outputNamed } from "./output.ts";
import { proportionRun } from "./proportion.ts";

/** Which output is judged, and how near the top a label must be. */
export interface AccuracyOptions {
  /** Output that holds the logits or probabilities, classes on the last axis. Default: the model's first. */
  readonly output?: string;
  /** A label counts as found among the `k` largest. Default 1. */
  readonly k?: number;
  /** Index of the class that labels call 0. Default 0; 1 for models of TensorFlow whose class 0 is the background. */
  readonly classOffset?: number;
}

/**
 * The share of samples (or rows, where a sample has several) whose label is among the `k` largest logits.
 * Named "accuracy", or "top-5" for k = 5. Labels are class indices.
 * @throws EVALUATE_METRIC_MISMATCH on update, when the output has no k + 1 float columns;
 * EVALUATE_LABEL_MISMATCH when labels are no classes of it, or too few or too many.
 */
export function accuracy({ output, k = 1, classOffset = 0 }: AccuracyOptions = {}): Metric {
  if (!Number.isInteger(k) || k < 1) throw invalidOption("k", k, "a whole number of at least 1");
  if (!Number.isInteger(classOffset) || classOffset < 0)
    throw invalidOption("classOffset", classOffset, "a whole number of at least 0");
  const name = k === 1 ? "accuracy" : `top-${k}`;
  return defineMetric({
    name,
    higherIsBetter: true,
    kind: "proportion",
    begin: () =>
      proportionRun((outputs, labels) => judge(name, { k, classOffset }, outputNamed(name, outputs, output), labels)),
  });
}

interface NamedTensor {
  readonly name: string;
  readonly tensor: Tensor;
}

function judge(
  metric: string,
  { k, classOffset }: Required<Pick<AccuracyOptions, "k" | "classOffset">>,
  logits: NamedTensor,
  labels: Parameters<typeof classLabels>[1],
): readonly Verdict[] {
  const { tensor } = logits;
  const width = assertColumns(metric, k, logits);
  const scores = numbersOf(tensor);
  const classes = classLabels(metric, labels, width - classOffset);
  if (classes.length * width !== scores.length) {
    throw labelMismatch(metric, `there are ${classes.length} for ${scores.length / width} rows of "${logits.name}"`, {
      labels: classes.length,
      rows: scores.length / width,
    });
  }
  return classes.map((label, row) => ({
    prediction: indexOfMaximum(scores, row * width, width) - classOffset,
    correct: rankOf(scores, row * width, width, label + classOffset) < k,
  }));
}

function assertColumns(metric: string, k: number, { name, tensor }: NamedTensor): number {
  const { dtype, shape } = tensor;
  const width = shape.at(-1) ?? 1;
  const why = !isFloat(dtype)
    ? "it needs scores, which are float"
    : width <= k
      ? `with ${width} ${width === 1 ? "column" : "columns"} every answer would be right`
      : undefined;
  if (why !== undefined) throw metricMismatch(metric, { output: name, dtype, shape, why });
  return width;
}

/** How many elements of the row stand before `label` when it is sorted, largest first. */
function rankOf(scores: ArrayLike<number>, start: number, width: number, label: number): number {
  const own = scores[start + label]!;
  if (Number.isNaN(own)) return width;
  let before = 0;
  for (let i = 0; i < width; i++) {
    const other = scores[start + i]!;
    if (other > own || (other === own && i < label)) before++;
  }
  return before;
}
