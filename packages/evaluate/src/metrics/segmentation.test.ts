import { float32, int64, isTersorError, type Label } from "@tersor/core";
import { expect, test } from "vitest";
import { DIGITS, generalCases, judge } from "./cases.fixture.ts";
import { meanIou } from "./segmentation.ts";

const cases = generalCases.segmentation.map((given, i) => [i, given] as const);

test.each(cases)("miou is scikit-learn's jaccard_score: case %i", (_, { classes, shape, labels, predicted, miou }) => {
  const [samples, height, width] = shape as [number, number, number];
  const pixels = height * width;
  const maps = Array.from({ length: samples }, (_, i) =>
    int64([height, width], labels.slice(i * pixels, (i + 1) * pixels)),
  );
  expect(judge(meanIou(), { map: int64(shape, predicted) }, maps).value).toBeCloseTo(miou, DIGITS);
  const last = predicted.flatMap((index) => Array.from({ length: classes }, (_, c) => (c === index ? 1 : 0)));
  const scores = float32([...shape, classes], last);
  expect(judge(meanIou({ classesLast: true }), { scores }, maps).value).toBeCloseTo(miou, DIGITS);
  const first = Array.from({ length: samples * classes * pixels }, (_, i) => {
    const [sample, c, pixel] = [Math.floor(i / (classes * pixels)), Math.floor(i / pixels) % classes, i % pixels];
    return last[(sample * pixels + pixel) * classes + c]!;
  });
  const planes = float32([samples, classes, height, width], first);
  expect(judge(meanIou(), { planes }, maps).value).toBeCloseTo(miou, DIGITS);
});

test.each<[string, Label, string]>([
  ["another size", [0, 1], "EVALUATE_LABEL_MISMATCH"],
  ["a class beyond", [0, 1, 2, 5], "EVALUATE_LABEL_MISMATCH"],
  ["no class", "road", "EVALUATE_LABEL_MISMATCH"],
])("labels of %s are typed errors", (_, label, code) => {
  const outputs = { scores: float32([1, 2, 2, 2], [0, 0, 0, 0, 1, 1, 1, 1]) };
  expect(() => meanIou().begin().update(outputs, [label])).toThrow(
    expect.toSatisfy((error) => isTersorError(error, code)),
  );
});

test("scores without height and width do not fit", () => {
  expect(() =>
    meanIou()
      .begin()
      .update({ y: float32([1, 2], [0, 1]) }, [[0]]),
  ).toThrow(expect.toSatisfy((error) => isTersorError(error, "EVALUATE_METRIC_MISMATCH")));
});
