import { expect, test } from "vitest";
import { mcnemarExact, pairedDifference, pairedRatioInterval, wilsonInterval } from "./intervals.ts";
import { oracle } from "./oracle.fixture.ts";

test.each(oracle.wilson)("Wilson of $correct out of $count is statsmodels'", ({ correct, count, bounds }) => {
  const { low, high } = wilsonInterval(correct, count);
  expect(low).toBeCloseTo(bounds[0], 12);
  expect(high).toBeCloseTo(bounds[1], 12);
});

test("an empty count has the whole range", () => {
  expect(wilsonInterval(0, 0)).toMatchObject({ low: 0, high: 1 });
});

test.each(oracle.mcnemar_exact)(
  "McNemar of $onlyReference against $onlyCandidate is statsmodels' and scipy's",
  ({ pValue, ...counts }) => {
    expect(mcnemarExact(counts).pValue).toBeCloseTo(pValue, 10);
  },
);

test.each(oracle.paired_ratio)(
  "the interval of the ratio agrees with a bootstrap of $both",
  ({ bounds, ...counts }) => {
    const found = pairedRatioInterval(counts)!;
    const width = bounds[1] - bounds[0];
    expect(Math.abs(found.low - bounds[0])).toBeLessThan(0.03 * width);
    expect(Math.abs(found.high - bounds[1])).toBeLessThan(0.03 * width);
  },
);

test.each(oracle.paired_ratio)(
  "the interval of the difference agrees with a bootstrap of $both",
  ({ differenceBounds: bounds, ...counts }) => {
    const { value, interval } = pairedDifference(counts);
    const width = bounds[1] - bounds[0];
    expect(Math.abs(interval.low - bounds[0])).toBeLessThan(0.04 * width);
    expect(Math.abs(interval.high - bounds[1])).toBeLessThan(0.04 * width);
    expect(value).toBeGreaterThan(bounds[0]);
    expect(value).toBeLessThan(bounds[1]);
  },
);

test("two models that never differ are still not known to be equal", () => {
  const { value, interval } = pairedDifference({ both: 8, onlyReference: 0, onlyCandidate: 0, neither: 2 });
  expect(value).toBe(0);
  expect(interval.high).toBeGreaterThan(0.1);
  expect(interval.low).toBe(-interval.high);
});

test("without a right answer there is no ratio to bound", () => {
  expect(pairedRatioInterval({ both: 0, onlyReference: 0, onlyCandidate: 3, neither: 5 })).toBeUndefined();
});
