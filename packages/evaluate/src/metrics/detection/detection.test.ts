import { float32, int64, isTersorError, tensorFromNumbers, type Feeds, type Label } from "@tersor/core";
import { expect, test } from "vitest";
import { DIGITS, generalCases, judge } from "../cases.fixture.ts";
import type { BoxFormat } from "./boxes.ts";
import { cocoFigures, cocoMetric, vocMetric, type CocoFigure } from "./mean-average-precision.ts";
import type { DetectionOptions } from "./read.ts";

type Image = (typeof generalCases.detection)[number]["images"][number];

/** All images as one batch, boxes padded to the longest list with class -1. */
function batch(images: readonly Image[], form: (box: readonly number[], image: Image) => readonly number[]): Feeds {
  const most = Math.max(...images.map(({ detections }) => detections.length));
  const padded = <T>(list: readonly T[], filler: T) => [...list, ...new Array<T>(most - list.length).fill(filler)];
  const corners = images.flatMap((image) => padded(image.detections, [0, 0, 0, 0]).flatMap((box) => form(box, image)));
  return {
    boxes: tensorFromNumbers("float64", [images.length, most, 4], corners),
    labels: int64(
      [images.length, most],
      images.flatMap(({ guesses }) => padded(guesses, -1)),
    ),
    scores: float32(
      [images.length, most],
      images.flatMap(({ scores }) => padded(scores, 1)),
    ),
  };
}

const asCorners = (box: readonly number[]) => [box[0]!, box[1]!, box[0]! + box[2]!, box[1]! + box[3]!];
const named = generalCases.detection.flatMap(({ images, figures }, i) =>
  Object.entries(figures).map(([name, value]) => [name, i, images, value] as const),
);

test.each(named)("%s is that of pycocotools or voc_eval: case %i", (name, _, images, expected) => {
  const options: DetectionOptions = { labelFormat: "xywh" };
  const metric = name.startsWith("voc")
    ? vocMetric(name as "voc-map", options)
    : cocoMetric(name as CocoFigure, options);
  const { value, resampling } = judge(metric, batch(images, asCorners), images as readonly Label[]);
  // The reference says -1 where no object counts.
  if (expected === -1) expect(value).toBeNaN();
  else expect(value).toBeCloseTo(expected, DIGITS);
  expect(resampling.count).toBe(images.length);
});

test("every figure of COCO has cases", () => {
  for (const { figures } of generalCases.detection) {
    expect(Object.keys(figures)).toEqual(expect.arrayContaining([...cocoFigures]));
  }
});

test.each<[BoxFormat, boolean, (box: readonly number[], image: Image) => readonly number[]]>([
  ["xywh", false, (box) => box],
  ["cxcywh", false, ([x, y, w, h]) => [x! + w! / 2, y! + h! / 2, w!, h!]],
  ["yxyx", true, (box, { width, height }) => [1, 0, 3, 2].map((i) => asCorners(box)[i]! / (i % 2 ? height : width))],
])("boxes may come as %s (shares of the image: %s)", (format, normalized, form) => {
  const { images, figures } = generalCases.detection[0]!;
  const metric = cocoMetric("map", { format, normalized, labelFormat: "xywh" });
  expect(judge(metric, batch(images, form), images as readonly Label[]).value).toBeCloseTo(figures["map"]!, DIGITS);
});

test("images drawn by weights are those images", () => {
  // Without ties in an image: its copies could order them otherwise than one image that counts twice.
  const images = generalCases.detection[0]!.images.map((image) => ({
    ...image,
    scores: image.scores.map((score, i) => score - i / 2 ** 16),
  }));
  const weights = images.map((_, i) => i % 3);
  const drawn = images.flatMap((image, i) => new Array<Image>(weights[i]!).fill(image));
  for (const metric of [cocoMetric("map", { labelFormat: "xywh" }), cocoMetric("mar-10", { labelFormat: "xywh" })]) {
    const { resampling } = judge(metric, batch(images, asCorners), images as readonly Label[]);
    const expected = judge(metric, batch(drawn, asCorners), drawn as readonly Label[]).value;
    expect(resampling.valueOf(weights), metric.name).toBeCloseTo(expected, DIGITS);
  }
});

const outputs = {
  "detection_boxes:0": float32([1, 2, 4], [0, 0, 10, 10, 0, 0, 5, 5]),
  "detection_scores:0": float32([1, 2], [0.5, 0.9]),
  "detection_classes:0": float32([1, 2], [1, 1]),
  "num_detections:0": float32([1], [1]),
};
const label = { boxes: [[0, 0, 10, 10]], classes: [2] };

test("outputs of TensorFlow's detectors are found, and their number counts", () => {
  expect(judge(cocoMetric("map", { classOffset: 1 }), outputs, [label]).value).toBe(1);
  expect(judge(cocoMetric("map"), outputs, [label]).value).toBe(0);
});

test("an image without batch axis is one sample", () => {
  const one = { boxes: float32([1, 4], [0, 0, 10, 10]), labels: int64([1], [2]), scores: float32([1], [1]) };
  expect(judge(cocoMetric("map"), one, [label]).value).toBe(1);
});

test("an infinite or missing box is no match, and no crash", () => {
  const odd = { ...outputs, "detection_boxes:0": float32([1, 2, 4], [NaN, 0, 10, 10, 0, 0, Infinity, 5]) };
  expect(judge(cocoMetric("map", { classOffset: 1 }), odd, [label]).value).toBe(0);
  expect(judge(vocMetric("voc-map", { classOffset: 1 }), odd, [label]).value).toBe(0);
});

test.each<[string, Feeds, Label, DetectionOptions, string]>([
  ["no boxes", { scores: outputs["detection_scores:0"] }, label, {}, "EVALUATE_MISSING_OUTPUT"],
  ["an output that is not there", outputs, label, { detections: "count" }, "EVALUATE_MISSING_OUTPUT"],
  [
    "boxes of three numbers",
    { ...outputs, "detection_boxes:0": float32([1, 2, 3], [0, 0, 0, 0, 0, 0]) },
    label,
    {},
    "EVALUATE_METRIC_MISMATCH",
  ],
  ["too few scores", { ...outputs, "detection_scores:0": float32([1, 1], [0]) }, label, {}, "EVALUATE_METRIC_MISMATCH"],
  ["shares of an image of no size", outputs, label, { normalized: true }, "EVALUATE_LABEL_MISMATCH"],
  ["a class as label", outputs, 3, {}, "EVALUATE_LABEL_MISMATCH"],
  ["boxes without classes", outputs, { boxes: label.boxes }, {}, "EVALUATE_LABEL_MISMATCH"],
  ["boxes that are text", outputs, { ...label, boxes: "10" }, {}, "EVALUATE_LABEL_MISMATCH"],
  [
    "boxes of three numbers in the label",
    outputs,
    { boxes: [[0, 0, 10]], classes: [2] },
    {},
    "EVALUATE_LABEL_MISMATCH",
  ],
  ["a class too many", outputs, { ...label, classes: [1, 2] }, {}, "EVALUATE_LABEL_MISMATCH"],
])("%s is a typed error", (_, feeds, given, options, code) => {
  expect(() => cocoMetric("map", options).begin().update(feeds, [given])).toThrow(
    expect.toSatisfy((error) => isTersorError(error, code)),
  );
});
