import { float32, isTersorError, tensorFromNumbers } from "@tersor/core";
import { expect, test } from "vitest";
import { DIGITS, generalCases, judge } from "./cases.fixture.ts";
import { mse, pearson, spearman } from "./regression.ts";

const cases = generalCases.regression.map((given, i) => [i, given] as const);

test.each(cases)("pearson, spearman and mse are scipy's and scikit-learn's: case %i", (_, given) => {
  const outputs = { score: tensorFromNumbers("float64", [given.outputs.length, 1], given.outputs) };
  expect(judge(pearson(), outputs, given.labels).value).toBeCloseTo(given.pearson, DIGITS);
  expect(judge(spearman(), outputs, given.labels).value).toBeCloseTo(given.spearman, DIGITS);
  expect(judge(mse(), outputs, given.labels).value / given.mse).toBeCloseTo(1, DIGITS);
});

test("samples drawn twice count twice", () => {
  const [given, expected] = [
    [1, 2, 3, 4, 4],
    [2, 1, 4, 4, 3],
  ];
  const weights = [2, 0, 1, 3, 1];
  const twice = (values: readonly number[]) => values.flatMap((value, i) => new Array<number>(weights[i]!).fill(value));
  for (const metric of [pearson(), spearman(), mse()]) {
    const { resampling } = judge(metric, { y: float32([5], given) }, expected);
    const drawn = judge(metric, { y: float32([7], twice(given)) }, twice(expected)).value;
    expect(resampling.valueOf(weights), metric.name).toBeCloseTo(drawn, DIGITS);
  }
});

test("what does not vary has no correlation, and NaN has none either", () => {
  expect(judge(pearson(), { y: float32([3], [1, 1, 1]) }, [1, 2, 3]).value).toBeNaN();
  expect(judge(spearman(), { y: float32([3], [1, NaN, 2]) }, [1, 2, 3]).value).toBeNaN();
});

test("several numbers per sample are judged one by one", () => {
  expect(judge(mse(), { y: float32([2, 2], [1, 2, 3, 4]) }, [[1, 1], float32([2], [3, 1])]).value).toBe(10 / 4);
  expect(() =>
    mse()
      .begin()
      .update({ y: float32([2], [1, 2]) }, [[1, 2], 3]),
  ).toThrow(expect.toSatisfy((error) => isTersorError(error, "EVALUATE_LABEL_MISMATCH")));
});
