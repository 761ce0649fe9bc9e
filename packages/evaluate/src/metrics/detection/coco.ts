// Matching of detections and objects as pycocotools does it for boxes (COCO's evaluation, Lin et al. 2014): per image and
// class, best score first, each detection takes the free object that it overlaps most; crowds and objects of other sizes
// are taken without counting.

import { areaOf, overlapOf, type Box } from "./boxes.ts";
import type { DetectedImage, Detection, LabelledObject } from "./read.ts";

/** Overlaps .50:.05:.95, as numpy's linspace has them. */
export const cocoOverlaps: readonly number[] = Array.from({ length: 10 }, (_, i) =>
  i === 9 ? 0.95 : 0.5 + i * ((0.95 - 0.5) / 9),
);

/** Areas in pixels of what COCO calls small, medium and large. */
export const cocoAreas = {
  all: [0, 1e10],
  small: [0, 32 ** 2],
  medium: [32 ** 2, 96 ** 2],
  large: [96 ** 2, 1e10],
} as const;

/** What is counted. */
export interface MatchOptions {
  readonly overlaps: readonly number[];
  readonly area: keyof typeof cocoAreas;
  /** Most detections of a class in an image; those with the largest scores. */
  readonly maxDetections: number;
}

/** A detection after matching; what is neither right nor ignored is wrong. */
export interface MatchedDetection {
  readonly score: number;
  /** Bit t: right at overlap t. */
  readonly right: number;
  /** Bit t: does not count at overlap t. */
  readonly ignored: number;
}

/** What an image has of one class. */
export interface MatchedClass {
  readonly class: number;
  /** Objects that count. */
  readonly objects: number;
  /** Best score first. */
  readonly detections: readonly MatchedDetection[];
}

/** The classes of an image, each matched on its own. */
export function matchImage({ detections, objects }: DetectedImage, options: MatchOptions): readonly MatchedClass[] {
  const classes = new Set([...objects, ...detections].map((item) => item.class));
  return Array.from(classes, (index) => {
    const found = detections.filter((detection) => detection.class === index).sort((a, b) => b.score - a.score);
    const there = objects.filter((object) => object.class === index).map((object) => targetOf(object, options));
    // Those that count come first: a detection prefers them.
    const targets = [...there.filter(({ ignored }) => !ignored), ...there.filter(({ ignored }) => ignored)];
    return {
      class: index,
      objects: there.filter(({ ignored }) => !ignored).length,
      detections: matchClass(found.slice(0, options.maxDetections), targets, options),
    };
  });
}

interface Target {
  readonly box: Box;
  readonly crowd: boolean;
  readonly ignored: boolean;
}

function targetOf({ box, crowd, area = areaOf(box) }: LabelledObject, options: MatchOptions): Target {
  return { box, crowd, ignored: crowd || isOutside(area, options) };
}

function isOutside(area: number, options: MatchOptions): boolean {
  const [least, most] = cocoAreas[options.area];
  return area < least || area > most;
}

function matchClass(
  detections: readonly Detection[],
  targets: readonly Target[],
  options: MatchOptions,
): readonly MatchedDetection[] {
  const shares = detections.map(({ box }) => targets.map((target) => shareOf(box, target)));
  const right = new Uint32Array(detections.length);
  const ignored = new Uint32Array(detections.length);
  for (const [t, least] of options.overlaps.entries()) {
    const taken = new Set<number>();
    for (const [d, { box }] of detections.entries()) {
      const match = bestTarget(shares[d]!, targets, taken, least);
      if (match !== undefined) taken.add(match);
      const isIgnored = match === undefined ? isOutside(areaOf(box), options) : targets[match]!.ignored;
      if (isIgnored) ignored[d]! |= 1 << t;
      else if (match !== undefined) right[d]! |= 1 << t;
    }
  }
  return detections.map(({ score }, d) => ({ score, right: right[d]!, ignored: ignored[d]! }));
}

/** Intersection over union; with a crowd, over the detection's own area. */
function shareOf(box: Box, target: Target): number {
  const overlap = overlapOf(box, target.box);
  const own = areaOf(box);
  return overlap === 0 ? 0 : overlap / (target.crowd ? own : own + areaOf(target.box) - overlap);
}

/** The free target with the largest overlap, the last of equal ones; one that counts before any that does not. */
function bestTarget(
  overlaps: readonly number[],
  targets: readonly Target[],
  taken: ReadonlySet<number>,
  least: number,
): number | undefined {
  let best = least;
  let match: number | undefined;
  for (const [i, target] of targets.entries()) {
    if (taken.has(i) && !target.crowd) continue;
    if (match !== undefined && target.ignored && !targets[match]!.ignored) break;
    if (overlaps[i]! < best) continue;
    best = overlaps[i]!;
    match = i;
  }
  return match;
}
