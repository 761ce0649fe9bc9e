// A metric of detections that is the mean of a figure per class (and per overlap): keeps of each detection its score, image
// and verdicts, so that images can be drawn anew.

import type { Feeds, Label, MetricRun } from "@tersor/core";
import type { MatchedClass } from "./coco.ts";
import { curveOf, type Curve, type RankedDetection } from "./average-precision.ts";

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
    value: () => valueOf(rank(classes, overlaps), figure),
    resampling() {
      const ranked = rank(classes, overlaps);
      const work = (4 * detections + 101 * classes.size) * overlaps;
      return { count: images, work, valueOf: (weights) => valueOf(ranked, figure, weights) };
    },
  };
}

interface ClassRecord {
  readonly detections: { readonly image: number; readonly score: number; readonly verdicts: Int8Array }[];
  readonly objects: { readonly image: number; readonly count: number }[];
}

function record(classes: Map<number, ClassRecord>, one: MatchedClass, image: number): void {
  const known = classes.get(one.class) ?? { detections: [], objects: [] };
  classes.set(one.class, known);
  for (const { score, verdicts } of one.detections) known.detections.push({ image, score, verdicts });
  if (one.objects > 0) known.objects.push({ image, count: one.objects });
}

/** A class at one overlap. */
interface RankedClass {
  readonly ranked: readonly RankedDetection[];
  readonly objects: ClassRecord["objects"];
}

function rank(classes: ReadonlyMap<number, ClassRecord>, overlaps: number): readonly RankedClass[] {
  return Array.from(classes.values()).flatMap(({ detections, objects }) => {
    const ordered = detections.toSorted((a, b) => b.score - a.score);
    return Array.from({ length: overlaps }, (_, t) => ({
      ranked: ordered
        .filter(({ verdicts }) => verdicts[t]! >= 0)
        .map(({ image, verdicts }) => ({ image, right: verdicts[t] === 1 })),
      objects,
    }));
  });
}

function valueOf(
  classes: readonly RankedClass[],
  figure: (curve: Curve) => number,
  weights?: ArrayLike<number>,
): number {
  let sum = 0;
  let count = 0;
  for (const { ranked, objects } of classes) {
    const there = objects.reduce((total, { image, count }) => total + count * (weights ? weights[image]! : 1), 0);
    if (there === 0) continue;
    sum += figure(curveOf(ranked, there, weights));
    count++;
  }
  return sum / count;
}
