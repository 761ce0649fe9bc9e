// Mean intersection over union of segmentations, over the classes that labels or predictions have, from counts over the
// whole data: scikit-learn's macro jaccard_score of all pixels that count.

import { defineMetric, isFloat, isInteger, numbersOf, type Feeds, type Label, type Metric } from "@tersor/core";
import { labelMismatch, metricMismatch } from "../errors.ts";
import { assertLabelCount, integersOfLabel } from "./labels.ts";
import { outputNamed } from "./output.ts";
import { MOST_CLASSES } from "./predicted-classes.ts";

/** Where the segmentation is read from. */
export interface SegmentationOptions {
  /** Output with scores [samples, classes, height, width], or a class per pixel [samples, height, width]. Default: the model's first. */
  readonly output?: string;
  /** Whether the scores have their classes on the last axis, [samples, height, width, classes]. Default false. */
  readonly classesLast?: boolean;
  /** The label of pixels that do not count. Default 255. */
  readonly ignore?: number;
}

/**
 * Mean intersection over union, 0 to 1, named "miou". A label has a class per pixel, as many as the output.
 * @throws EVALUATE_METRIC_MISMATCH and EVALUATE_LABEL_MISMATCH on update.
 */
export function meanIou(options: SegmentationOptions = {}): Metric {
  const name = "miou";
  return defineMetric({
    name,
    higherIsBetter: true,
    kind: "other",
    begin() {
      const counts: ImageCount[] = [];
      let images = 0;
      return {
        update(outputs, labels) {
          const maps = classMaps(name, options, outputs, labels);
          for (const [i, map] of maps.entries()) counts.push(...countPixels(map, images + i));
          images += maps.length;
          return [];
        },
        value: () => meanOver(counts),
        resampling: () => ({
          count: images,
          work: 4 * counts.length,
          valueOf: (weights) => meanOver(counts, weights),
        }),
      };
    },
  });
}

/** Pixels of one class in one image. */
interface ImageCount {
  readonly image: number;
  readonly class: number;
  readonly both: number;
  readonly either: number;
}

function meanOver(counts: readonly ImageCount[], weights?: ArrayLike<number>): number {
  const classes = new Map<number, [both: number, either: number]>();
  for (const { image, class: index, both, either } of counts) {
    const weight = weights ? weights[image]! : 1;
    const [allBoth, allEither] = classes.get(index) ?? [0, 0];
    classes.set(index, [allBoth + weight * both, allEither + weight * either]);
  }
  const shares = Array.from(classes.values()).flatMap(([both, either]) => (either > 0 ? [both / either] : []));
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

interface ClassMap {
  readonly predicted: ArrayLike<number>;
  readonly expected: ArrayLike<number>;
  readonly ignore: number;
}

function countPixels({ predicted, expected, ignore }: ClassMap, image: number): readonly ImageCount[] {
  const counts = new Map<number, { both: number; either: number }>();
  const countOf = (index: number) => {
    const known = counts.get(index) ?? { both: 0, either: 0 };
    counts.set(index, known);
    return known;
  };
  for (let i = 0; i < expected.length; i++) {
    if (expected[i] === ignore) continue;
    countOf(expected[i]!).either++;
    if (predicted[i] === expected[i]) countOf(expected[i]!).both++;
    else countOf(predicted[i]!).either++;
  }
  return Array.from(counts, ([index, count]) => ({ image, class: index, ...count }));
}

function classMaps(
  metric: string,
  { output, classesLast = false, ignore = 255 }: SegmentationOptions,
  outputs: Feeds,
  labels: readonly Label[],
): readonly ClassMap[] {
  const { name, tensor } = outputNamed(metric, outputs, output);
  const { dtype, shape } = tensor;
  const isScores = isFloat(dtype) && shape.length === 4;
  if (!isScores && !(isInteger(dtype) && shape.length >= 3)) {
    const why = "it needs scores [samples, classes, height, width] or classes [samples, height, width]";
    throw metricMismatch(metric, { output: name, dtype, shape, why });
  }
  const samples = shape[0]!;
  assertLabelCount(metric, name, samples, labels);
  const numbers = numbersOf(tensor);
  const size = samples === 0 ? 0 : numbers.length / samples;
  const classes = isScores ? (classesLast ? shape[3]! : shape[1]!) : undefined;
  const pixels = classes === undefined ? size : size / classes;
  return labels.map((label, i) => {
    const expected = integersOfLabel(metric, label);
    assertPixels(metric, expected, { pixels, classes: classes ?? MOST_CLASSES, ignore });
    const layout = classesLast ? { perPixel: classes ?? 1, perClass: 1 } : { perPixel: 1, perClass: pixels };
    const at = { start: i * size, pixels, classes: classes ?? 0, ...layout };
    const predicted = classes === undefined ? pixelClasses(numbers, at) : largestClasses(numbers, at);
    return { predicted, expected, ignore };
  });
}

function assertPixels(
  metric: string,
  expected: ArrayLike<number>,
  { pixels, classes, ignore }: { pixels: number; classes: number; ignore: number },
): void {
  if (expected.length !== pixels) {
    const reason = `a label has ${expected.length} pixels where the output has ${pixels}; both need the same height and width`;
    throw labelMismatch(metric, reason, { label: expected.length, pixels });
  }
  for (let i = 0; i < pixels; i++) {
    const index = expected[i]!;
    if (index === ignore || (index >= 0 && index < classes)) continue;
    throw labelMismatch(metric, `${index} is no class of 0 to ${classes - 1}`, { label: index, classes });
  }
}

/** Where an image lies in the output. */
interface Layout {
  readonly start: number;
  readonly pixels: number;
  readonly classes: number;
  readonly perPixel: number;
  readonly perClass: number;
}

function pixelClasses(numbers: ArrayLike<number>, { start, pixels }: Layout): Int32Array {
  return Int32Array.from({ length: pixels }, (_, pixel) => numbers[start + pixel]!);
}

/** The class with the largest score of each pixel; the first of equal ones, and -1 where all are NaN. */
function largestClasses(scores: ArrayLike<number>, { start, pixels, classes, perPixel, perClass }: Layout): Int32Array {
  const found = new Int32Array(pixels);
  for (let pixel = 0; pixel < pixels; pixel++) {
    let best = -Infinity;
    let index = -1;
    for (let c = 0; c < classes; c++) {
      const score = scores[start + pixel * perPixel + c * perClass]!;
      if (score > best) {
        best = score;
        index = c;
      }
    }
    found[pixel] = index;
  }
  return found;
}
