// A metric judges the outputs of a model against labels, batch by batch, in memory that does not grow with the data.

import { TersorError } from "../errors.ts";
import type { Label, Sample } from "../execute/dataset.ts";
import type { Feeds } from "../graph/graph.ts";

/** The model's answer for one sample and whether it is right: what a paired test of two models needs. */
export interface Verdict {
  /** Such as the class. */
  readonly prediction: number;
  readonly correct: boolean;
}

/** The samples of an accumulation, to be drawn anew: what a bootstrap interval and a paired test need. */
export interface Resampling {
  /** Units that are drawn whole: samples, such as sentences or images, or groups of them that belong together. */
  readonly count: number;
  /** About how many steps one call of `valueOf` takes. */
  readonly work: number;
  /** The metric's value if unit i had been there `weights[i]` times; NaN where those give none. */
  valueOf(weights: ArrayLike<number>): number;
}

/** One accumulation of a metric. */
export interface MetricRun {
  /**
   * Takes the outputs of one batch and the label of each sample, in the order of the first axis.
   * Gives a verdict per sample, or none where the metric has no notion of a correct sample.
   */
  update(outputs: Feeds, labels: readonly Label[]): readonly Verdict[];
  /** The metric so far; NaN before the first sample. */
  value(): number;
  /** The samples so far; a metric without it has no interval, unless it is a proportion. */
  resampling?(): Resampling;
}

/** A way to judge a model. */
export interface Metric {
  readonly name: string;
  readonly higherIsBetter: boolean;
  /** "proportion": the value is the share of correct verdicts, so it has a binomial interval. */
  readonly kind: "proportion" | "other";
  /** The label of a sample, where it is not the sample's own: a language model is judged by its input. */
  labelOf?(sample: Sample): Label | undefined;
  /** Opens an empty accumulation. */
  begin(): MetricRun;
}

/**
 * Declares a metric.
 * @throws CORE_METRIC_NAME when the name is not a word of lower-case letters, digits and dashes.
 */
export function defineMetric(metric: Metric): Metric {
  if (/^[a-z0-9]+(-[a-z0-9]+)*$/.test(metric.name)) return metric;
  throw new TersorError(
    "CORE_METRIC_NAME",
    `"${metric.name}" is no name for a metric. Use lower-case letters, digits and dashes, such as "top-5".`,
    { name: metric.name },
  );
}
