// Perplexity: e to the mean negative logarithm of the probability that a language model gives to each token, in the whole
// data (not the mean over texts). Logits of any float type; the sum of exponentials is taken in float64 below the maximum.

import {
  defineMetric,
  isFloat,
  numbersOf,
  type Feeds,
  type Label,
  type Metric,
  type Sample,
  type Verdict,
} from "@tersor/core";
import { indexOfMaximum } from "../compare-tensors.ts";
import { labelMismatch, metricMismatch } from "../errors.ts";
import { assertLabelCount, integersOfLabel, isTensor } from "./labels.ts";
import { outputNamed } from "./output.ts";
import { sumsRun } from "./sample-sums.ts";
import { proportionRun } from "./proportion.ts";

/** What a metric of a language model is told. */
export interface LanguageModelOptions {
  /** Output with the logits [samples, tokens, vocabulary]. Default: the model's first. */
  readonly output?: string;
  /** The label of tokens that do not count. Default -100. */
  readonly ignore?: number;
}

/** Perplexity takes the tokens that a model was given as those it has to foresee. */
export interface PerplexityOptions extends LanguageModelOptions {
  /** Input with the token ids, where samples have no labels of their own. Default "input_ids". */
  readonly ids?: string;
  /** Input that is 0 at tokens that are padding. Default "attention_mask". */
  readonly mask?: string;
}

/**
 * Perplexity of a causal language model, 1 or more, lower is better, named "perplexity": the logits of a token are judged
 * by the next one. A label is the token ids of a sample, or the sample's own input where it has none.
 * @throws EVALUATE_METRIC_MISMATCH and EVALUATE_LABEL_MISMATCH on update.
 */
export function perplexity({ ids, mask, ...options }: PerplexityOptions = {}): Metric {
  const { ignore = -100 } = options;
  const labelOf = (sample: Sample) => idsOf(sample, ids ?? "input_ids", mask ?? "attention_mask", ignore);
  return defineMetric({ ...likelihoodMetric("perplexity", 1, options), labelOf });
}

/**
 * Perplexity of a masked language model at the tokens that its labels name, 1 or more, lower is better, named
 * "mlm-perplexity". A label has the id of each token that was masked and -100 for all others.
 * @throws EVALUATE_METRIC_MISMATCH and EVALUATE_LABEL_MISMATCH on update.
 */
export function maskedPerplexity(options: LanguageModelOptions = {}): Metric {
  return defineMetric(likelihoodMetric("mlm-perplexity", 0, options));
}

/**
 * Share of masked tokens that are foreseen, named "mlm-accuracy"; labels as for "mlm-perplexity".
 * @throws EVALUATE_METRIC_MISMATCH and EVALUATE_LABEL_MISMATCH on update.
 */
export function maskedAccuracy(options: LanguageModelOptions = {}): Metric {
  const name = "mlm-accuracy";
  return defineMetric({
    name,
    higherIsBetter: true,
    kind: "proportion",
    begin: () =>
      proportionRun((outputs, labels) =>
        judgedTokens(name, 0, options, outputs, labels).flatMap((tokens) => tokens.map(verdictOf)),
      ),
  });
}

/** A label of the sample's own, or its ids without padding. */
function idsOf({ feeds, label }: Sample, ids: string, mask: string, ignore: number): Label | undefined {
  const isOwn = Array.isArray(label) || isTensor(label);
  const tokens = feeds[ids];
  if (isOwn || tokens === undefined) return label;
  const padding = feeds[mask];
  if (padding === undefined) return tokens;
  const counts = numbersOf(padding);
  return Array.from(numbersOf(tokens), (id, i) => (counts[i] === 0 ? ignore : id));
}

function likelihoodMetric(name: string, shift: number, options: LanguageModelOptions): Metric {
  const valueOf = (sums: ArrayLike<number>) => Math.exp(sums[0]! / sums[1]!);
  return {
    name,
    higherIsBetter: false,
    kind: "other",
    begin: () =>
      sumsRun(2, valueOf, (outputs, labels) =>
        judgedTokens(name, shift, options, outputs, labels).map((tokens) => [
          tokens.reduce((sum, token) => sum - logProbability(token), 0),
          tokens.length,
        ]),
      ),
  };
}

/** A token that counts: the row of logits that has to foresee it. */
interface JudgedToken {
  readonly id: number;
  readonly logits: ArrayLike<number>;
  readonly start: number;
  readonly vocabulary: number;
}

function logProbability({ id, logits, start, vocabulary }: JudgedToken): number {
  let most = -Infinity;
  for (let i = 0; i < vocabulary; i++) if (logits[start + i]! > most) most = logits[start + i]!;
  let sum = 0;
  for (let i = 0; i < vocabulary; i++) sum += Math.exp(logits[start + i]! - most);
  return logits[start + id]! - most - Math.log(sum);
}

function verdictOf({ id, logits, start, vocabulary }: JudgedToken): Verdict {
  const prediction = indexOfMaximum(logits, start, vocabulary);
  return { prediction, correct: prediction === id };
}

function judgedTokens(
  metric: string,
  shift: number,
  { output, ignore = -100 }: LanguageModelOptions,
  outputs: Feeds,
  labels: readonly Label[],
): readonly (readonly JudgedToken[])[] {
  const { name, tensor } = outputNamed(metric, outputs, output);
  const { dtype, shape } = tensor;
  const [samples = 0, length = 0, vocabulary = 0] = shape;
  if (!isFloat(dtype) || shape.length !== 3) {
    const why = "it needs logits [samples, tokens, vocabulary]";
    throw metricMismatch(metric, { output: name, dtype, shape, why });
  }
  assertLabelCount(metric, name, samples, labels);
  const logits = numbersOf(tensor);
  return labels.map((label, sample) => {
    const ids = Array.from(integersOfLabel(metric, label));
    if (ids.length !== length) throw otherLength(metric, ids.length, length);
    return ids.slice(shift).flatMap((id, place): JudgedToken | readonly [] => {
      if (id === ignore) return [];
      if (id < 0 || id >= vocabulary) throw otherToken(metric, id, vocabulary);
      return { id, logits, start: (sample * length + place) * vocabulary, vocabulary };
    });
  });
}

function otherLength(metric: string, ids: number, tokens: number): Error {
  return labelMismatch(metric, `a sample has ${ids} token ids for the logits of ${tokens} tokens`, { ids, tokens });
}

function otherToken(metric: string, id: number, vocabulary: number): Error {
  const reason = `${id} is no token: the output has logits for ${vocabulary}, and tokens that do not count are -100`;
  return labelMismatch(metric, reason, { id, vocabulary });
}
