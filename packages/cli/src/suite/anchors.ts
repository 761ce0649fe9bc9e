// Models that score every anchor and leave the choice to the caller: the surest boxes, without those that overlap a surer
// one of their class (non-maximum suppression).

import { defineMetric, numbersOf, type Feeds, type Label, type Metric, type Tensor } from "@tersor/core";
import { cocoMetric } from "@tersor/evaluate";

/** A box that a model is sure of to some degree: left, top, right, bottom. */
export interface ScoredBox {
  readonly score: number;
  readonly class: number;
  readonly box: readonly [number, number, number, number];
}

/** The limits of a choice. */
export interface ChoiceOptions {
  readonly leastScore: number;
  /** Boxes of a class that overlap by more are one. */
  readonly mostOverlap: number;
  /** Boxes that are looked at, the surest first. */
  readonly mostLooked: number;
  /** Boxes that are kept. Default all. */
  readonly mostKept?: number;
}

/** The surest boxes, without those that overlap a surer one of their class. */
export function chosenBoxes(boxes: readonly ScoredBox[], options: ChoiceOptions): readonly ScoredBox[] {
  const { leastScore, mostOverlap, mostLooked, mostKept = Infinity } = options;
  const sure = boxes.filter(({ score }) => score > leastScore).sort((a, b) => b.score - a.score);
  const kept: ScoredBox[] = [];
  for (const one of sure.slice(0, mostLooked)) {
    if (kept.length >= mostKept) break;
    if (kept.every((other) => other.class !== one.class || overlap(one.box, other.box) <= mostOverlap)) kept.push(one);
  }
  return kept;
}

function overlap(a: ScoredBox["box"], b: ScoredBox["box"]): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  const both = Math.max(0, width) * Math.max(0, height);
  const area = (box: ScoredBox["box"]) => Math.max(0, box[2] - box[0]) * Math.max(0, box[3] - box[1]);
  return both === 0 ? 0 : both / (area(a) + area(b) - both);
}

/** The outputs that metrics of detection read, for one image. */
export function detectionsOf(boxes: readonly ScoredBox[]): Feeds {
  const tensor = (shape: readonly number[], numbers: readonly number[]): Tensor => ({
    dtype: "float32",
    shape,
    data: Float32Array.from(numbers),
  });
  const count = boxes.length;
  return {
    boxes: tensor(
      [1, count, 4],
      boxes.flatMap(({ box }) => box),
    ),
    scores: tensor(
      [1, count],
      boxes.map(({ score }) => score),
    ),
    classes: tensor(
      [1, count],
      boxes.map((one) => one.class),
    ),
  };
}

/** Box, objectness and a score per class, in a row per anchor. */
const BEFORE_CLASSES = 5;
/** What Redmon and Farhadi 2018 choose with. */
const yoloChoice: ChoiceOptions = { leastScore: 0.005, mostOverlap: 0.45, mostLooked: 1000, mostKept: 100 };
/** Objects that the float model is taken to have found on made-up pictures. */
const MOST_OBJECTS = 5;

type Form = "corners" | "center";

/**
 * Mean average precision as COCO counts it, of a YOLO model's rows [1, anchors, 5 + classes] (its first output): corners
 * (left, top, right, bottom) or center and size, objectness, and a score per class. Labels as those of "map", in the
 * coordinates of the model.
 */
function yoloMetric(name: string, form: Form): Metric {
  return defineMetric({
    name,
    higherIsBetter: true,
    kind: "other",
    begin() {
      const run = cocoMetric("map").begin();
      return { ...run, update: (outputs, labels) => run.update(detectionsOf(yoloBoxes(outputs, form)), labels) };
    },
  });
}

export const yoloMap: Metric = yoloMetric("yolo-map", "corners");
export const yoloCenterMap: Metric = yoloMetric("yolo-map-center", "center");

/** The surest objects of a YOLO model, as a label. */
export function yoloObjects(outputs: Feeds, metric: string): Label {
  const boxes = yoloBoxes(outputs, metric === yoloMap.name ? "corners" : "center").slice(0, MOST_OBJECTS);
  return { boxes: boxes.map(({ box }) => box), classes: boxes.map((one) => one.class) };
}

function yoloBoxes(outputs: Feeds, form: Form): readonly ScoredBox[] {
  const tensor = Object.values(outputs)[0]!;
  const width = tensor.shape.at(-1)!;
  const numbers = numbersOf(tensor);
  const rows = Array.from({ length: numbers.length / width }, (_, row) => scoredRow(numbers, row * width, width, form));
  return chosenBoxes(
    rows.filter(({ box }) => box[2] > box[0] && box[3] > box[1]),
    yoloChoice,
  );
}

function scoredRow(numbers: ArrayLike<number>, from: number, width: number, form: Form): ScoredBox {
  const [a, b, c, d] = [0, 1, 2, 3].map((i) => numbers[from + i]!) as [number, number, number, number];
  let best = BEFORE_CLASSES;
  for (let i = best + 1; i < width; i++) if (numbers[from + i]! > numbers[from + best]!) best = i;
  return {
    score: numbers[from + 4]! * numbers[from + best]!,
    class: best - BEFORE_CLASSES,
    box: form === "corners" ? [a, b, c, d] : [a - c / 2, b - d / 2, a + c / 2, b + d / 2],
  };
}
