import { float32, int64, isTersorError, type Tensor } from "@tersor/core";
import { expect, test } from "vitest";
import { DIGITS, generalCases, judge } from "./cases.fixture.ts";
import { f1, matthews, type Average } from "./classification.ts";

const cases = generalCases.classification.map((given, i) => [i, given] as const);

test.each(cases)(
  "f1 and matthews are scikit-learn's: case %i",
  (_, { labels, shape, scores, f1: expected, matthews: r }) => {
    const outputs = { scores: float32(shape, scores) };
    expect(judge(matthews(), outputs, labels).value).toBeCloseTo(r, DIGITS);
    for (const [average, value] of Object.entries(expected)) {
      expect(judge(f1({ average: average as Average }), outputs, labels).value, average).toBeCloseTo(value, DIGITS);
    }
  },
);

test("classes may come as whole numbers, or as one score and a threshold", () => {
  const labels = [1, 0, 1, 1];
  const asScores = float32([4, 2], [0, 1, 0, 1, 1, 0, 0, 1]);
  const expected = judge(f1(), { y: asScores }, labels).value;
  expect(judge(f1(), { y: int64([4], [1, 1, 0, 1]) }, labels).value).toBe(expected);
  expect(judge(f1({ threshold: 0.5 }), { y: float32([4, 1], [0.9, 0.8, 0.5, 0.6]) }, labels).value).toBe(expected);
});

test("a row of NaN is of no class", () => {
  expect(judge(f1(), { y: float32([2, 2], [NaN, NaN, 0, 1]) }, [1, 1]).value).toBeCloseTo(2 / 3, DIGITS);
});

test("of several classes one can be asked for", () => {
  const outputs = { y: float32([3, 3], [0, 0, 1, 1, 0, 0, 0, 0, 1]) };
  expect(judge(f1({ positive: 2 }), outputs, [2, 0, 1]).value).toBeCloseTo(2 / 3, DIGITS);
});

test("a sample of several rows is drawn as one", () => {
  const { resampling } = judge(f1({ average: "micro" }), { y: float32([1, 4, 2], [0, 1, 0, 1, 1, 0, 1, 0]) }, [
    [1, 1, 1, 0],
  ]);
  expect(resampling.count).toBe(1);
  expect(resampling.valueOf([3])).toBe(0.75);
});

test.each<[string, Tensor, unknown, string]>([
  ["three classes without the positive one", float32([1, 3], [0, 1, 2]), 1, "EVALUATE_METRIC_MISMATCH"],
  ["one score without a threshold", float32([1, 1], [0]), 1, "EVALUATE_METRIC_MISMATCH"],
  ["a class below 0", int64([1], [-1]), 1, "EVALUATE_METRIC_MISMATCH"],
  ["a class beyond all memory", int64([1], [2 ** 31]), 1, "EVALUATE_METRIC_MISMATCH"],
  ["a label beyond all memory", int64([1], [1]), 2 ** 31, "EVALUATE_LABEL_MISMATCH"],
  ["labels of names", int64([1], [1]), ["cat"], "EVALUATE_LABEL_MISMATCH"],
  ["labels of a record", int64([1], [1]), { class: 1 }, "EVALUATE_LABEL_MISMATCH"],
  ["a label too many", int64([1], [1]), [1, 1], "EVALUATE_LABEL_MISMATCH"],
])("%s is a typed error", (_, tensor, label, code) => {
  expect(() =>
    f1()
      .begin()
      .update({ y: tensor }, [label as number]),
  ).toThrow(expect.toSatisfy((error) => isTersorError(error, code)));
});
