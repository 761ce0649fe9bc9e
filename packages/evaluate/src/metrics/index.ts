// The built-in metrics by the name that recipes and the command line use.

import { nearestName, type Metric } from "@tersor/core";
import { duplicateMetric, unknownMetric, unknownMetricOption } from "../errors.ts";
import { accuracy } from "./accuracy.ts";
import { metricDefinitions } from "./catalog.ts";
import { checkOptions } from "./definition.ts";

/** What a metric made by name may be told; each has options of its own. */
export interface MetricOptions {
  /** The output to judge, for metrics that read one. Default: the model's first. */
  readonly output?: string;
  readonly [option: string]: unknown;
}

/** A metric as a recipe says it: its name alone, or with its options. */
export type MetricDescription = string | ({ readonly name: string } & MetricOptions);

/** The built-in metrics as a plugin lists them, but for those that need options; `metricNamed` makes others of their kind. */
export const standardMetrics: readonly Metric[] = [
  ...metricDefinitions
    .filter(({ required }) => required.length === 0)
    .flatMap(({ names, make }) => names.map((name) => make(name, {}))),
  accuracy({ k: 5 }),
];

/** Names of the built-in metrics; "top-k" stands for any k from 2 on. */
export const metricNames: readonly string[] = metricDefinitions.flatMap(({ names, pattern }) =>
  pattern === undefined ? names : [...names, pattern.text],
);

/**
 * A metric by its description: "f1", "top-5", { name: "map", format: "xywh" }, or one of `plugins`.
 * @throws what `metricNamed` does.
 */
export function metricFrom(description: MetricDescription, plugins: readonly Metric[] = []): Metric {
  if (typeof description === "string") return metricNamed(description, {}, plugins);
  const { name, ...options } = description;
  return metricNamed(name, options, plugins);
}

/**
 * A metric by name: "accuracy", "top-5", or one of `plugins`, which may include the standard ones.
 * @throws EVALUATE_UNKNOWN_METRIC when nothing has that name, EVALUATE_DUPLICATE_METRIC when two have it,
 * EVALUATE_UNKNOWN_METRIC_OPTION and EVALUATE_INVALID_OPTION for options that it does not have or can't use.
 */
export function metricNamed(name: string, options: MetricOptions = {}, plugins: readonly Metric[] = []): Metric {
  const definition = metricDefinitions.find(
    ({ names, pattern }) => names.includes(name) || pattern?.matches.test(name) === true,
  );
  const others = plugins.filter((metric) => metric.name === name && !standardMetrics.includes(metric));
  if (others.length + (definition ? 1 : 0) > 1) throw duplicateMetric(name);
  if (definition) return definition.make(name, checkOptions(name, definition, options));
  const [metric] = others;
  if (metric === undefined) {
    const known = [...new Set([...metricNames, ...plugins.map((plugin) => plugin.name)])];
    throw unknownMetric(name, known, nearestName(name, known));
  }
  const [option] = Object.keys(options);
  if (option !== undefined) throw unknownMetricOption(name, option, []);
  return metric;
}
