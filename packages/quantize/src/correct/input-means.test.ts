import { describe, expect, it } from "vitest";
import { clippedNormalMean } from "./input-means.ts";

describe("the mean of a normal value that is cut off", () => {
  // By numerical integration (trapezoids, 400,001 points over 24 deviations).
  it.each([
    [0, 1, 0, Infinity, 0.3989423],
    [0.5, 2, 0, 6, 1.070891],
    [-3, 1, 0, 6, 0.0003822],
    [5, 2, 0, 6, 4.6084152],
    [1, 0.5, -1, 1, 0.8005324],
  ])("mean %d, deviation %d, cut at %d and %d", (mean, deviation, low, high, expected) =>
    expect(clippedNormalMean(mean, deviation, low, high)).toBeCloseTo(expected, 6),
  );

  it("without a deviation is the clipped value", () => {
    expect(clippedNormalMean(-2, 0, 0, 6)).toBe(0);
    expect(clippedNormalMean(7, 0, 0, 6)).toBe(6);
    expect(clippedNormalMean(3, 0, 0, Infinity)).toBe(3);
  });
});
