// Metrics of numbers: mean squared error, Pearson's correlation, and Spearman's (Pearson's of the ranks, where equal
// values share their mean rank). As scikit-learn's mean_squared_error and scipy's pearsonr and spearmanr.

import { defineMetric, isFloat, isInteger, numbersOf, type Feeds, type Label, type Metric } from "@tersor/core";
import { labelMismatch, metricMismatch } from "../errors.ts";
import { numbersOfLabel } from "./labels.ts";
import { outputNamed } from "./output.ts";
import { sumsRun } from "./sample-sums.ts";

/** Where the numbers are read from. */
export interface RegressionOptions {
  /** Output with as many numbers per sample as its label has. Default: the model's first. */
  readonly output?: string;
}

/**
 * Mean squared error over all numbers; lower is better. Named "mse".
 * @throws EVALUATE_METRIC_MISMATCH and EVALUATE_LABEL_MISMATCH on update, when these are no numbers, or not as many.
 */
export function mse(options: RegressionOptions = {}): Metric {
  const name = "mse";
  const valueOf = (sums: ArrayLike<number>) => sums[0]! / sums[1]!;
  return defineMetric({
    name,
    higherIsBetter: false,
    kind: "other",
    begin: () =>
      sumsRun(2, valueOf, (outputs, labels) =>
        pairsOf(name, options, outputs, labels).map((pairs) => [
          pairs.reduce((total, [given, expected]) => total + (given - expected) ** 2, 0),
          pairs.length,
        ]),
      ),
  });
}

/**
 * Pearson's correlation of outputs and labels, -1 to 1; NaN when one of them does not vary. Named "pearson".
 * @throws EVALUATE_METRIC_MISMATCH and EVALUATE_LABEL_MISMATCH on update, when these are no numbers, or not as many.
 */
export function pearson(options: RegressionOptions = {}): Metric {
  return correlation("pearson", options, () => (columns, weights) => correlationOf(columns, weights));
}

/**
 * Spearman's rank correlation of outputs and labels, -1 to 1; NaN when one of them does not vary. Named "spearman".
 * @throws EVALUATE_METRIC_MISMATCH and EVALUATE_LABEL_MISMATCH on update, when these are no numbers, or not as many.
 */
export function spearman(options: RegressionOptions = {}): Metric {
  return correlation("spearman", options, ([given, expected]) => {
    // The order stays the same however often each pair is drawn; only the ranks move.
    const orders = [orderOf(given), orderOf(expected)] as const;
    return ([x, y], weights) => correlationOf([ranks(x, orders[0], weights), ranks(y, orders[1], weights)], weights);
  });
}

type Columns = readonly [given: readonly number[], expected: readonly number[]];
type Statistic = (columns: Columns, weights: ArrayLike<number>) => number;

function correlation(name: string, options: RegressionOptions, prepare: (columns: Columns) => Statistic): Metric {
  return defineMetric({
    name,
    higherIsBetter: true,
    kind: "other",
    begin() {
      const columns = [[], []] as [number[], number[]];
      const samples: number[] = [];
      let count = 0;
      const perPair = (weights: ArrayLike<number>) => Uint32Array.from(samples, (sample) => weights[sample]!);
      return {
        update(outputs, labels) {
          for (const pairs of pairsOf(name, options, outputs, labels)) {
            for (const [given, expected] of pairs) {
              columns[0].push(given);
              columns[1].push(expected);
              samples.push(count);
            }
            count++;
          }
          return [];
        },
        value: () => prepare(columns)(columns, new Uint8Array(samples.length).fill(1)),
        resampling() {
          const statistic = prepare(columns);
          return { count, work: 20 * samples.length, valueOf: (weights) => statistic(columns, perPair(weights)) };
        },
      };
    },
  });
}

function correlationOf([x, y]: Columns, weights: ArrayLike<number>): number {
  let [count, sumX, sumY] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    count += weights[i]!;
    sumX += weights[i]! * x[i]!;
    sumY += weights[i]! * y[i]!;
  }
  const [meanX, meanY] = [sumX / count, sumY / count];
  let [xx, yy, xy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const [dx, dy] = [x[i]! - meanX, y[i]! - meanY];
    xx += weights[i]! * dx * dx;
    yy += weights[i]! * dy * dy;
    xy += weights[i]! * dx * dy;
  }
  return Math.max(-1, Math.min(1, xy / (Math.sqrt(xx) * Math.sqrt(yy))));
}

function orderOf(values: readonly number[]): Uint32Array {
  return Uint32Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!);
}

/** Mean ranks of the values, each there `weights[i]` times. A NaN is no number to rank, so the value is NaN. */
function ranks(values: readonly number[], order: Uint32Array, weights: ArrayLike<number>): readonly number[] {
  if (values.some(Number.isNaN)) return values;
  const ranked = new Array<number>(values.length).fill(0);
  let before = 0;
  for (let start = 0; start < order.length;) {
    let end = start;
    let ties = 0;
    while (end < order.length && values[order[end]!] === values[order[start]!]) ties += weights[order[end++]!]!;
    for (let i = start; i < end; i++) ranked[order[i]!] = before + (ties + 1) / 2;
    before += ties;
    start = end;
  }
  return ranked;
}

/** The numbers of the output beside those of the label, per sample. */
function pairsOf(
  metric: string,
  { output }: RegressionOptions,
  outputs: Feeds,
  labels: readonly Label[],
): readonly (readonly (readonly [given: number, expected: number])[])[] {
  const { name, tensor } = outputNamed(metric, outputs, output);
  const { dtype, shape } = tensor;
  if (!isFloat(dtype) && !isInteger(dtype)) {
    throw metricMismatch(metric, { output: name, dtype, shape, why: "it needs numbers" });
  }
  const given = numbersOf(tensor);
  const expected = labels.map((label) => numbersOfLabel(metric, label));
  const total = expected.reduce((sum, { length }) => sum + length, 0);
  if (total !== given.length) {
    const reason = `there are ${total} numbers for ${given.length} of "${name}"`;
    throw labelMismatch(metric, reason, { labels: total, numbers: given.length });
  }
  let at = 0;
  return expected.map((numbers) => Array.from(numbers, (number) => [given[at++]!, number] as const));
}
