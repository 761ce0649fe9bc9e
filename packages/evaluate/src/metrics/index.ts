// The built-in metrics by the name that recipes and the command line use.

import type { Metric } from "@tersor/core";
import { duplicateMetric, unknownMetric } from "../errors.ts";
import { accuracy } from "./accuracy.ts";

/** What every metric made by name may be told. */
export interface MetricOptions {
  /** The output to judge. Default: the model's first. */
  readonly output?: string;
}

/** The built-in metrics as a plugin lists them; `metricNamed` makes others of their kind. */
export const standardMetrics: readonly Metric[] = [accuracy(), accuracy({ k: 5 })];

/** Names of the built-in metrics; "top-k" stands for any k from 2 on. */
export const metricNames: readonly string[] = ["accuracy", "top-k"];

/**
 * A metric by name: "accuracy", "top-5", or one of `plugins`, which may include the standard ones.
 * @throws EVALUATE_UNKNOWN_METRIC when nothing has that name, EVALUATE_DUPLICATE_METRIC when two have it.
 */
export function metricNamed(name: string, options: MetricOptions = {}, plugins: readonly Metric[] = []): Metric {
  const found = [
    ...builtIn(name, options),
    ...plugins.filter((metric) => metric.name === name && !standardMetrics.includes(metric)),
  ];
  if (found.length > 1) throw duplicateMetric(name);
  const metric = found[0];
  if (metric === undefined) throw unknownMetric(name, [...metricNames, ...plugins.map((plugin) => plugin.name)]);
  return metric;
}

function builtIn(name: string, options: MetricOptions): readonly Metric[] {
  if (name === "accuracy") return [accuracy(options)];
  const k = /^top-([2-9]|[1-9]\d{1,5})$/.exec(name)?.[1];
  return k === undefined ? [] : [accuracy({ ...options, k: Number(k) })];
}
