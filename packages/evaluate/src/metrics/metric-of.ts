// A metric from a plain function, for what no built-in one measures.

import { defineMetric, type Feeds, type Label, type Metric } from "@tersor/core";
import { metricValue } from "../errors.ts";
import { sumsRun } from "./sample-sums.ts";

/** Judges a batch: a number for its outputs and labels, the mean over its samples. */
export type MetricFunction = (outputs: Feeds, labels: readonly Label[]) => number;

/**
 * The mean of what `judge` says of each batch, weighted by its samples. Its interval draws batches anew, so small ones
 * serve it better.
 * @example
 * const metric = metricOf("mean-score", true, ({ score }) => float32Of(score!)[0]!);
 * @throws CORE_METRIC_NAME for a name that is no word; EVALUATE_METRIC_VALUE on update, when `judge` gives no number.
 */
export function metricOf(name: string, higherIsBetter: boolean, judge: MetricFunction): Metric {
  const mean = (sums: ArrayLike<number>) => sums[0]! / sums[1]!;
  return defineMetric({
    name,
    higherIsBetter,
    kind: "other",
    begin: () =>
      sumsRun(2, mean, (outputs, labels) => {
        const value: unknown = judge(outputs, labels);
        if (typeof value !== "number") throw metricValue(name, value);
        return [[value * labels.length, labels.length]];
      }),
  });
}
