// Matching as in the PASCAL VOC challenge (Everingham et al. 2010): each detection goes to the object that it overlaps most,
// taken or not; the first one there is right, later ones are wrong, and those at difficult objects do not count.

import { areaOf, overlapOf, type Box } from "./boxes.ts";
import type { MatchedClass, MatchedDetection } from "./coco.ts";
import type { DetectedImage, LabelledObject } from "./read.ts";

const LEAST_OVERLAP = 0.5;

/** VOC's boxes hold the pixels of their right and bottom edges. */
const PIXEL = 1;

/** The classes of an image, each matched on its own. */
export function matchVocImage({ detections, objects }: DetectedImage): readonly MatchedClass[] {
  const classes = new Set([...objects, ...detections].map((item) => item.class));
  return Array.from(classes, (index) => {
    const there = objects.filter((object) => object.class === index);
    const taken = new Set<LabelledObject>();
    const ordered = detections.filter((detection) => detection.class === index).sort((a, b) => b.score - a.score);
    return {
      class: index,
      objects: there.filter(({ difficult }) => !difficult).length,
      detections: ordered.map(({ box, score }) => ({ score, ...verdictOf(box, there, taken) })),
    };
  });
}

type Verdict = Pick<MatchedDetection, "right" | "ignored">;

const right: Verdict = { right: 1, ignored: 0 };
const wrong: Verdict = { right: 0, ignored: 0 };
const ignored: Verdict = { right: 0, ignored: 1 };

function verdictOf(box: Box, objects: readonly LabelledObject[], taken: Set<LabelledObject>): Verdict {
  const shares = objects.map((object) => shareOf(box, object.box));
  const best = Math.max(...shares);
  const object = objects[shares.indexOf(best)];
  if (object === undefined || !(best > LEAST_OVERLAP)) return wrong;
  if (object.difficult) return ignored;
  if (taken.has(object)) return wrong;
  taken.add(object);
  return right;
}

function shareOf(a: Box, b: Box): number {
  const overlap = overlapOf(a, b, PIXEL);
  return overlap / (areaOf(a, PIXEL) + areaOf(b, PIXEL) - overlap);
}
