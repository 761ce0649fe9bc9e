// The built-in metrics by the name that recipes and the command line use.

import type { Metric } from "@tersor/core";
import { unknownMetric } from "../errors.ts";
import { accuracy } from "./accuracy.ts";

/** What every metric made by name may be told. */
export interface MetricOptions {
  /** The output to judge. Default: the model's first. */
  readonly output?: string;
}

/** Names of the built-in metrics; "top-k" stands for any k from 2 on. */
export const metricNames: readonly string[] = ["accuracy", "top-k"];

/**
 * A metric by name: "accuracy", "top-5", or one of `plugins`.
 * @throws EVALUATE_UNKNOWN_METRIC when nothing has that name.
 */
export function metricNamed(name: string, options: MetricOptions = {}, plugins: readonly Metric[] = []): Metric {
  const plugin = plugins.find((metric) => metric.name === name);
  if (plugin) return plugin;
  if (name === "accuracy") return accuracy(options);
  const k = /^top-([1-9]\d{0,5})$/.exec(name)?.[1];
  if (k !== undefined) return accuracy({ ...options, k: Number(k) });
  throw unknownMetric(name, [...metricNames, ...plugins.map((metric) => metric.name)]);
}
