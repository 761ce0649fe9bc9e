// A metric of detections that is the mean of a figure per class (and per overlap): keeps of each detection its score, image
// and verdicts, so that images can be drawn anew.

import type { Feeds, Label, MetricRun } from "@tersor/core";
import type { MatchedClass } from "./coco.ts";
import { curveOf, type Curve, type RankedDetections } from "./average-precision.ts";

/** The classes of each image of a batch. */
export type MatchBatch = (outputs: Feeds, labels: readonly Label[]) => readonly (readonly MatchedClass[])[];

/** An accumulation whose value is the mean of `figure` over the classes that have objects, and over `overlaps`. */
export function meanOverClasses(overlaps: number, figure: (curve: Curve) => number, match: MatchBatch): MetricRun {
  const classes = new Map<number, ClassRecord>();
  let images = 0;
  let detections = 0;
  return {
    update(outputs, labels) {
      for (const found of match(outputs, labels)) {
        for (const one of found) {
          detections += one.detections.length;
          record(classes, one, images);
        }
        images++;
      }
      return [];
    },
    value: () => valueOf(rank(classes), overlaps, figure),
    resampling() {
      const ranked = rank(classes);
      const work = (detections + 101 * classes.size) * overlaps;
      return { count: images, work, valueOf: (weights) => valueOf(ranked, overlaps, figure, weights) };
    },
  };
}

/** What a class had so far; each detection is a few numbers. */
interface ClassRecord {
  readonly images: number[];
  readonly scores: number[];
  readonly right: number[];
  readonly ignored: number[];
  readonly objects: { readonly image: number; readonly count: number }[];
}

function record(classes: Map<number, ClassRecord>, one: MatchedClass, image: number): void {
  const known = classes.get(one.class) ?? { images: [], scores: [], right: [], ignored: [], objects: [] };
  classes.set(one.class, known);
  for (const { score, right, ignored } of one.detections) {
    known.images.push(image);
    known.scores.push(score);
    known.right.push(right);
    known.ignored.push(ignored);
  }
  if (one.objects > 0) known.objects.push({ image, count: one.objects });
}

interface RankedClass extends RankedDetections {
  readonly objects: ClassRecord["objects"];
}

function rank(classes: ReadonlyMap<number, ClassRecord>): readonly RankedClass[] {
  return Array.from(classes.values(), ({ images, scores, right, ignored, objects }) => {
    const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b);
    const ordered = (values: readonly number[]) => order.map((at) => values[at]!);
    return { images: ordered(images), right: ordered(right), ignored: ordered(ignored), objects };
  });
}

function valueOf(
  classes: readonly RankedClass[],
  overlaps: number,
  figure: (curve: Curve) => number,
  weights?: ArrayLike<number>,
): number {
  let sum = 0;
  let count = 0;
  for (const ranked of classes) {
    const there = ranked.objects.reduce(
      (total, { image, count }) => total + count * (weights ? weights[image]! : 1),
      0,
    );
    if (there === 0) continue;
    for (let bit = 0; bit < overlaps; bit++) sum += figure(curveOf(ranked, bit, there, weights));
    count += overlaps;
  }
  return sum / count;
}
