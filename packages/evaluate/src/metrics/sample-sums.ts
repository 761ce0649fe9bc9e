// Metrics that are a function of sums over the samples, as most are: the sums of each sample are kept (some numbers), so
// that the samples can be drawn anew without their outputs.

import type { Feeds, Label, MetricRun } from "@tersor/core";

/** Gives the sums of each sample of a batch, in order. */
export type Summands = (outputs: Feeds, labels: readonly Label[]) => Iterable<readonly number[]>;

/** An accumulation of `width` sums; `valueOf` makes the metric's value of them. */
export function sumsRun(width: number, valueOf: (sums: ArrayLike<number>) => number, summands: Summands): MetricRun {
  const rows = createRows(width);
  return {
    update(outputs, labels) {
      // A list first: a batch with a label that does not fit counts as a whole or not at all.
      for (const row of [...summands(outputs, labels)]) rows.push(row);
      return [];
    },
    value: () => (rows.count() === 0 ? NaN : valueOf(rows.sum())),
    resampling: () => ({
      count: rows.count(),
      work: rows.count() * width,
      valueOf: (weights) => valueOf(rows.sum(weights)),
    }),
  };
}

/** Rows of numbers in one growing array. */
function createRows(width: number) {
  let data = new Float64Array(64 * width);
  let count = 0;
  return {
    push(row: readonly number[]) {
      if ((count + 1) * width > data.length) {
        const larger = new Float64Array(2 * data.length);
        larger.set(data);
        data = larger;
      }
      data.set(row, count * width);
      count++;
    },
    count: () => count,
    sum(weights?: ArrayLike<number>): Float64Array {
      const sums = new Float64Array(width);
      for (let i = 0; i < count; i++) {
        const weight = weights ? weights[i]! : 1;
        if (weight === 0) continue;
        for (let j = 0; j < width; j++) sums[j]! += weight * data[i * width + j]!;
      }
      return sums;
    },
  };
}
