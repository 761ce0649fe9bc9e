// F1 and Matthews' correlation of classes. Definitions as in scikit-learn's f1_score and matthews_corrcoef (zero_division
// 0; classes that neither labels nor predictions have do not count; Matthews for several classes is Gorodkin's R_K, 2004).

import { defineMetric, type Feeds, type Label, type Metric, type MetricRun } from "@tersor/core";
import { labelMismatch, metricMismatch } from "../errors.ts";
import { classesOfLabel } from "./class-labels.ts";
import { MOST_CLASSES, predictedClasses, type ClassOptions } from "./predicted-classes.ts";

/** How the F1 of several classes become one: of the class 1 alone, their mean, one of all counts, or weighted by support. */
export type Average = "binary" | "macro" | "micro" | "weighted";

/** What F1 is told. */
export interface F1Options extends ClassOptions {
  /** Default "binary". */
  readonly average?: Average;
  /** The class that "binary" judges. Default 1, for models of two classes. */
  readonly positive?: number;
}

/**
 * F1, named "f1" (of one class), "f1-macro", "f1-micro" or "f1-weighted". Labels are class indices.
 * @throws EVALUATE_METRIC_MISMATCH on update, when the output has no classes, or more than two and `positive` is not
 * given; EVALUATE_LABEL_MISMATCH when labels are no classes of it, or too few or too many.
 */
export function f1({ average = "binary", positive, ...options }: F1Options = {}): Metric {
  const name = average === "binary" ? "f1" : `f1-${average}`;
  const isOpen = average === "binary" && positive === undefined;
  return defineMetric({
    name,
    higherIsBetter: true,
    kind: "other",
    begin: () => classRun(name, options, isOpen, (counts) => averages[average](counts, positive ?? 1)),
  });
}

/**
 * Matthews' correlation coefficient, -1 to 1, named "matthews". Labels are class indices.
 * @throws EVALUATE_METRIC_MISMATCH on update, when the output has no classes; EVALUATE_LABEL_MISMATCH when labels are no
 * classes of it, or too few or too many.
 */
export function matthews(options: ClassOptions = {}): Metric {
  const name = "matthews";
  return defineMetric({
    name,
    higherIsBetter: true,
    kind: "other",
    begin: () => classRun(name, options, false, correlationOf),
  });
}

/** Rows by class: labelled so, predicted so, and both. */
interface ClassCounts {
  readonly labelled: Float64Array;
  readonly predicted: Float64Array;
  readonly both: Float64Array;
}

const averages: Readonly<Record<Average, (counts: ClassCounts, positive: number) => number>> = {
  binary: (counts, positive) => f1Of(counts, positive),
  macro: (counts) => {
    const present = presentClasses(counts);
    return sumOver(present, (c) => f1Of(counts, c)) / present.length;
  },
  micro: ({ labelled, predicted, both }) => (2 * sum(both)) / (sum(labelled) + sum(predicted)),
  weighted: (counts) => {
    const present = presentClasses(counts);
    return sumOver(present, (c) => f1Of(counts, c) * counts.labelled[c]!) / sum(counts.labelled);
  },
};

function f1Of({ labelled, predicted, both }: ClassCounts, c: number): number {
  const total = (labelled[c] ?? 0) + (predicted[c] ?? 0);
  return total === 0 ? 0 : (2 * both[c]!) / total;
}

function presentClasses({ labelled, predicted }: ClassCounts): readonly number[] {
  return Array.from(labelled.keys()).filter((c) => labelled[c]! + predicted[c]! > 0);
}

function correlationOf({ labelled, predicted, both }: ClassCounts): number {
  const rows = sum(labelled);
  const squares = (counts: Float64Array) => rows ** 2 - sumOver(counts.keys(), (c) => counts[c]! ** 2);
  const covariance = sum(both) * rows - sumOver(labelled.keys(), (c) => labelled[c]! * predicted[c]!);
  const spread = squares(labelled) * squares(predicted);
  return spread === 0 ? 0 : covariance / Math.sqrt(spread);
}

function sum(values: Iterable<number>): number {
  return sumOver(values, (value) => value);
}

function sumOver(values: Iterable<number>, term: (value: number) => number): number {
  let total = 0;
  for (const value of values) total += term(value);
  return total;
}

/** Keeps the label and the class of each row, and to which sample it belongs. */
function classRun(
  metric: string,
  options: ClassOptions,
  twoOnly: boolean,
  valueOf: (counts: ClassCounts) => number,
): MetricRun {
  const rows: Rows = { samples: [], labels: [], predicted: [] };
  let samples = 0;
  let classes = 2;
  const counted = (weights?: ArrayLike<number>) => valueOf(countRows(rows, classes, weights));
  return {
    update(outputs, labels) {
      const batch = rowsOf(metric, options, twoOnly, outputs, labels);
      for (const [i, label] of batch.labels.entries()) {
        rows.samples.push(batch.samples[i]! + samples);
        rows.labels.push(label);
        rows.predicted.push(batch.predicted[i]!);
        classes = Math.max(classes, label + 1, batch.predicted[i]! + 1);
      }
      samples += labels.length;
      return [];
    },
    value: () => (rows.labels.length === 0 ? NaN : counted()),
    resampling: () => ({ count: samples, work: 2 * rows.labels.length + 4 * classes, valueOf: counted }),
  };
}

/** A column for each fact of a row. */
interface Rows<Column = number[]> {
  readonly samples: Column;
  readonly labels: Column;
  readonly predicted: Column;
}

function rowsOf(
  metric: string,
  options: ClassOptions,
  twoOnly: boolean,
  outputs: Feeds,
  labels: readonly Label[],
): Rows {
  const { output, classes, width } = predictedClasses(metric, outputs, options);
  if (twoOnly && (width ?? 2) > 2) throw tooManyClasses(metric, outputs, output, width!);
  const given = labels.map((label) => classesOfLabel(metric, label, width ?? MOST_CLASSES));
  const rows = given.flat();
  if (rows.length !== classes.length) {
    throw labelMismatch(metric, `there are ${rows.length} for ${classes.length} rows of "${output}"`, {
      labels: rows.length,
      rows: classes.length,
    });
  }
  const samples = given.flatMap((own, sample) => own.map(() => sample));
  return { samples, labels: rows, predicted: Array.from(classes) };
}

function tooManyClasses(metric: string, outputs: Feeds, output: string, width: number): Error {
  const { dtype, shape } = outputs[output]!;
  const why = `it has ${width} classes; say which one is "positive", or take f1-macro, f1-micro or f1-weighted`;
  return metricMismatch(metric, { output, dtype, shape, why });
}

function countRows({ samples, labels, predicted }: Rows, classes: number, weights?: ArrayLike<number>): ClassCounts {
  const counts: ClassCounts = {
    labelled: new Float64Array(classes),
    predicted: new Float64Array(classes),
    both: new Float64Array(classes),
  };
  for (let i = 0; i < labels.length; i++) {
    const weight = weights ? weights[samples[i]!]! : 1;
    const [label, answer] = [labels[i]!, predicted[i]!];
    counts.labelled[label]! += weight;
    if (answer >= 0) counts.predicted[answer]! += weight;
    if (answer === label) counts.both[label]! += weight;
  }
  return counts;
}
