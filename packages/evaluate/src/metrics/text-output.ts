// Texts of a model that generates: an output of strings, or of token ids with the function that decodes them.

import { isInteger, numbersOf, type Feeds, type Label, type Metric, type MetricRun, type Tensor } from "@tersor/core";
import { metricMismatch } from "../errors.ts";
import { assertLabelCount, textsOfLabel } from "./labels.ts";
import { outputNamed } from "./output.ts";
import { sumsRun } from "./sample-sums.ts";

/** Where texts are read from. */
export interface TextOptions {
  /** Output with a string per sample, or with token ids [samples, tokens]. Default: the model's first. */
  readonly output?: string;
  /** Makes the text of a sample's token ids, without special tokens; needed where the output holds ids. */
  readonly decode?: (ids: readonly number[]) => string;
}

/** A text of the model with those that are right. */
export interface TextPair {
  readonly hypothesis: string;
  readonly references: readonly string[];
}

/**
 * The text of each sample with its references.
 * @throws EVALUATE_METRIC_MISMATCH when the output holds no text, EVALUATE_LABEL_MISMATCH when labels do not, or there
 * are too few or too many.
 */
export function textPairs(
  metric: string,
  { output, decode }: TextOptions,
  outputs: Feeds,
  labels: readonly Label[],
): readonly TextPair[] {
  const named = outputNamed(metric, outputs, output);
  const hypotheses = textsOf(metric, named, decode);
  assertLabelCount(metric, named.name, hypotheses.length, labels);
  return labels.map((label, i) => ({ hypothesis: hypotheses[i]!, references: textsOfLabel(metric, label) }));
}

/** A metric of texts that is a function of sums over the samples. */
export function textMetric(
  { name, higherIsBetter }: Pick<Metric, "name" | "higherIsBetter">,
  options: TextOptions,
  width: number,
  valueOf: (sums: ArrayLike<number>) => number,
  sumsOf: (pair: TextPair) => readonly number[],
): Metric {
  const begin = (): MetricRun =>
    sumsRun(width, valueOf, (outputs, labels) => textPairs(name, options, outputs, labels).map(sumsOf));
  return { name, higherIsBetter, kind: "other", begin };
}

function textsOf(
  metric: string,
  { name, tensor }: { readonly name: string; readonly tensor: Tensor },
  decode: TextOptions["decode"],
): readonly string[] {
  const { dtype, shape, data } = tensor;
  const mismatch = (why: string) => metricMismatch(metric, { output: name, dtype, shape, why });
  const samples = shape[0] ?? 1;
  if (dtype === "string") {
    if (data.length !== samples) throw mismatch("it needs one text per sample");
    return data as readonly string[];
  }
  if (!isInteger(dtype)) throw mismatch("it needs texts, or the ids of tokens");
  if (decode === undefined) throw mismatch('it holds ids, which only a function "decode" can turn into texts');
  const ids = Array.from(numbersOf(tensor));
  const width = samples === 0 ? 0 : ids.length / samples;
  return Array.from({ length: samples }, (_, i) => decode(ids.slice(i * width, (i + 1) * width)));
}
