// Metrics of detection: COCO's mean average precision and recall, and VOC's. Oracles: pycocotools, and py-faster-rcnn's
// voc_eval.py, which counts as VOC's own devkit does.

import { defineMetric, type Metric } from "@tersor/core";
import { areaUnder, interpolated101, interpolated11, type Curve } from "./average-precision.ts";
import { cocoOverlaps, matchImage, type MatchOptions } from "./coco.ts";
import { meanOverClasses } from "./mean-over-classes.ts";
import { readImages, type DetectionOptions } from "./read.ts";
import { matchVocImage } from "./voc.ts";

/** Which of COCO's figures. */
export type CocoFigure = "map" | "map-50" | "map-75" | "map-small" | "map-medium" | "map-large" | `mar-${1 | 10 | 100}`;

/** COCO's figures by name. */
export const cocoFigures: readonly CocoFigure[] = [
  "map",
  "map-50",
  "map-75",
  "map-small",
  "map-medium",
  "map-large",
  "mar-1",
  "mar-10",
  "mar-100",
];

/**
 * One of COCO's figures for boxes, 0 to 1; NaN where no object counts. A label is a record: `boxes`, `classes`, and where
 * the annotation has them `iscrowd`, `area`, `width` and `height`.
 * @throws EVALUATE_MISSING_OUTPUT, EVALUATE_METRIC_MISMATCH and EVALUATE_LABEL_MISMATCH on update.
 */
export function cocoMetric(name: CocoFigure, options: DetectionOptions = {}): Metric {
  const match = matchOptionsOf(name);
  return defineMetric({
    name,
    higherIsBetter: true,
    kind: "other",
    begin: () =>
      meanOverClasses(match.overlaps.length, name.startsWith("mar") ? lastRecall : interpolated101, (outputs, labels) =>
        readImages(name, options, outputs, labels).map((image) => matchImage(image, match)),
      ),
  });
}

function matchOptionsOf(name: CocoFigure): MatchOptions {
  const part = name.slice(4);
  const common = { overlaps: cocoOverlaps, area: "all", maxDetections: 100 } as const;
  if (name.startsWith("mar")) return { ...common, maxDetections: Number(part) };
  if (part === "small" || part === "medium" || part === "large") return { ...common, area: part };
  return part === "" ? common : { ...common, overlaps: [cocoOverlaps[(Number(part) - 50) / 5]!] };
}

function lastRecall({ recall }: Curve): number {
  return recall.at(-1) ?? 0;
}

/**
 * VOC's mean average precision at an overlap above 0.5, 0 to 1: "voc-map" is the area under the curve (2010 on),
 * "voc-map-11" the mean at 11 recalls (2007). Labels as COCO's, with `difficult` for objects that do not count; boxes hold
 * the pixels of their right and bottom edges.
 * @throws EVALUATE_MISSING_OUTPUT, EVALUATE_METRIC_MISMATCH and EVALUATE_LABEL_MISMATCH on update.
 */
export function vocMetric(name: "voc-map" | "voc-map-11", options: DetectionOptions = {}): Metric {
  return defineMetric({
    name,
    higherIsBetter: true,
    kind: "other",
    begin: () =>
      meanOverClasses(1, name === "voc-map" ? areaUnder : interpolated11, (outputs, labels) =>
        readImages(name, options, outputs, labels).map(matchVocImage),
      ),
  });
}
