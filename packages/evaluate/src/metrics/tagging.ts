// F1 of the entities that a model finds by tagging tokens, as seqeval's f1_score by default: an entity is right when type,
// beginning and end are; counts are summed over all samples and types.

import { defineMetric, isFloat, isInteger, numbersOf, type Feeds, type Label, type Metric } from "@tersor/core";
import { indexOfMaximum } from "../compare-tensors.ts";
import { invalidOption, labelMismatch, metricMismatch } from "../errors.ts";
import { entitiesOf } from "./entities.ts";
import { assertLabelCount, integersOfLabel } from "./labels.ts";
import { outputNamed } from "./output.ts";
import { sumsRun } from "./sample-sums.ts";

/** What tagging F1 is told. */
export interface TaggingOptions {
  /** Names of the classes in the order of the model's outputs, such as "O", "B-PER", "I-PER". */
  readonly tags: readonly string[];
  /** Output with scores [samples, tokens, classes], or classes [samples, tokens]. Default: the model's first. */
  readonly output?: string;
  /** The label of tokens that do not count. Default -100. */
  readonly ignore?: number;
}

/**
 * Entity-level F1, 0 to 1, named "tagging-f1". A label has a class per token; tokens beyond it do not count.
 * @throws EVALUATE_INVALID_OPTION without `tags`; EVALUATE_METRIC_MISMATCH and EVALUATE_LABEL_MISMATCH on update.
 */
export function taggingF1({ tags, output, ignore = -100 }: TaggingOptions): Metric {
  const name = "tagging-f1";
  if (!Array.isArray(tags) || tags.length < 2) {
    throw invalidOption("tags", tags, 'the names of the classes, such as ["O", "B-PER", "I-PER"]');
  }
  return defineMetric({
    name,
    higherIsBetter: true,
    kind: "other",
    begin: () =>
      sumsRun(3, f1Of, (outputs, labels) => {
        const predicted = predictedTags(name, outputs, output, tags.length);
        assertLabelCount(name, predicted.output, predicted.rows.length, labels);
        return labels.map((label, i) => countsOf(name, label, predicted.rows[i]!, tags, ignore));
      }),
  });
}

function f1Of(sums: ArrayLike<number>): number {
  const [right, found, expected] = [sums[0]!, sums[1]!, sums[2]!];
  return right === 0 ? 0 : (2 * right) / (found + expected);
}

function countsOf(
  metric: string,
  label: Label,
  predicted: ArrayLike<number>,
  tags: readonly string[],
  ignore: number,
): readonly [right: number, found: number, expected: number] {
  const classes = Array.from(integersOfLabel(metric, label));
  if (classes.length > predicted.length) {
    throw labelMismatch(metric, `a sample has ${classes.length} tags for ${predicted.length} tokens`, {
      tags: classes.length,
      tokens: predicted.length,
    });
  }
  const counting = Array.from(classes.keys()).filter((i) => classes[i] !== ignore);
  const expected = entitiesOf(counting.map((i) => tagOf(metric, tags, classes[i]!)));
  // A row of NaN has no largest score, and so no entity.
  const found = entitiesOf(counting.map((i) => tags[predicted[i]!] ?? "O"));
  return [[...found].filter((entity) => expected.has(entity)).length, found.size, expected.size];
}

function tagOf(metric: string, tags: readonly string[], index: number): string {
  const tag = tags[index];
  if (tag === undefined)
    throw labelMismatch(metric, `${index} is no class of 0 to ${tags.length - 1}`, { label: index });
  return tag;
}

function predictedTags(
  metric: string,
  outputs: Feeds,
  output: string | undefined,
  classes: number,
): { readonly output: string; readonly rows: readonly ArrayLike<number>[] } {
  const { name, tensor } = outputNamed(metric, outputs, output);
  const { dtype, shape } = tensor;
  const [samples = 0, tokens = 0, width] = shape;
  const isScores = isFloat(dtype) && shape.length === 3 && width === classes;
  if (!isScores && !(isInteger(dtype) && shape.length === 2)) {
    const why = `it needs scores [samples, tokens, ${classes}] for the ${classes} tags, or classes [samples, tokens]`;
    throw metricMismatch(metric, { output: name, dtype, shape, why });
  }
  const numbers = numbersOf(tensor);
  const classAt = (i: number) => (isScores ? indexOfMaximum(numbers, i * classes, classes) : numbers[i]!);
  const row = (sample: number) => Array.from({ length: tokens }, (_, i) => classAt(sample * tokens + i));
  return { output: name, rows: Array.from({ length: samples }, (_, i) => row(i)) };
}
