// Oracles: numpy's percentiles (fixtures/make_oracle.py), searches by brute force, and the fixed point of OCTAV.
import { readFileSync } from "node:fs";
import { createObserver, float32, tensorOf, type Calibrator, type Range, type Summary } from "@tersor/core";
import { describe, expect, it } from "vitest";
import { entropy } from "./entropy.ts";
import { minMax } from "./min-max.ts";
import { movingAverage } from "./moving-average.ts";
import { expectedError, mse } from "./mse.ts";
import { percentile, percentileOf } from "./percentile.ts";
import { histogramOf } from "./summary.ts";

/** A seeded normal sample (Box and Muller over a linear congruential generator, Numerical Recipes). */
function normal(count: number, seed = 1): Float32Array {
  let state = seed;
  const uniform = (): number => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) + 0.5) / 2 ** 32;
  return Float32Array.from(
    { length: count },
    () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
  );
}

function observed(calibrator: Calibrator, ...batches: readonly ArrayLike<number>[]): Summary {
  const observer = createObserver({ ...calibrator.observer, tensor: "x" });
  for (const batch of batches) observer.update(float32([batch.length], batch));
  return observer.summary();
}

const asymmetric = { bitWidth: 8, symmetric: false };
const symmetric = { bitWidth: 8, symmetric: true };
const rangeOf = (calibrator: Calibrator, x: ArrayLike<number>, spec = asymmetric): Range =>
  calibrator.range(observed(calibrator, x), spec);

/** Mean squared error of quantizing for real. */
function realError(x: Float32Array, { min, max }: Range, levels = 255): number {
  const step = (max - min) / levels;
  const error = (value: number): number =>
    Math.min(max, Math.max(min, Math.round((value - min) / step) * step + min)) - value;
  return x.reduce((sum, value) => sum + error(value) ** 2, 0) / x.length;
}

const outlier = Float32Array.from([...normal(100_000), 40]);

describe("min-max", () => {
  it("is what was seen", () => expect(rangeOf(minMax, [0.5, -3, 7])).toEqual({ min: -3, max: 7 }));
});

describe("moving average", () => {
  it("moves by a hundredth of what each batch differs", () => {
    const summary = observed(movingAverage, [0, 1], [-1, 3], [0, 1]);
    const expected = { min: -0.01 + 0.01 * 0.01, max: 1.02 - 0.02 * 0.01 };
    const { min, max } = movingAverage.range(summary, asymmetric);
    expect(min).toBeCloseTo(expected.min, 9);
    expect(max).toBeCloseTo(expected.max, 9);
  });
});

describe("percentile", () => {
  interface Sample {
    readonly x: readonly number[];
    readonly cuts: readonly {
      readonly percent: number;
      readonly low: number;
      readonly high: number;
      readonly magnitude: number;
    }[];
  }
  const { percentiles } = JSON.parse(readFileSync(new URL("../../fixtures/oracle.json", import.meta.url), "utf8")) as {
    readonly percentiles: readonly Sample[];
  };

  it("is numpy's within two bins, and a bin of the extremes", () => {
    for (const { x, cuts } of percentiles) {
      const largest = Math.max(...x.map(Math.abs));
      for (const { percent, low, high, magnitude } of cuts) {
        // A histogram knows values up to a bin; where data is sparse numpy interpolates between neighbours.
        const slack = (2 * 2 * 2 * largest) / 2048 + gapAround(x, [low, high, magnitude, -magnitude]);
        const calibrator = percentileOf(percent);
        const range = rangeOf(calibrator, x);
        expect(Math.abs(range.min - low), `${percent} low`).toBeLessThanOrEqual(slack);
        expect(Math.abs(range.max - high), `${percent} high`).toBeLessThanOrEqual(slack);
        const even = rangeOf(calibrator, x, symmetric);
        expect(even.min).toBe(-even.max);
        expect(Math.abs(even.max - magnitude), `${percent} magnitude`).toBeLessThanOrEqual(slack);
      }
    }
  });

  it("cuts one outlier among 100,000 with 99.99 percent, not with 99.9999", () => {
    expect(rangeOf(percentileOf(99.99), outlier).max).toBeLessThan(5);
    expect(rangeOf(percentileOf(99.9999), outlier).max).toBe(40);
    expect(percentile.name).toBe("percentile");
  });

  it("never goes beyond what was seen", () => {
    const { min, max } = rangeOf(percentileOf(100), [-1.5, 0.25, 5]);
    expect(min).toBe(-1.5);
    expect(max).toBe(5);
  });

  /** Largest distance between neighbours of the sample around the given values. */
  function gapAround(x: readonly number[], values: readonly number[]): number {
    const sorted = [...x].sort((a, b) => a - b);
    const gaps = values.map((value) => {
      const i = sorted.findIndex((at) => at >= value);
      return i <= 0 ? 0 : sorted[i]! - sorted[i - 1]!;
    });
    return Math.max(...gaps);
  }
});

describe("entropy", () => {
  it("clips the outlier of a normal sample at about 5.6", () => {
    const { min, max } = rangeOf(entropy, outlier);
    expect(max).toBeGreaterThan(4.5);
    expect(max).toBeLessThan(6.2);
    expect(min).toBeGreaterThan(-6.2);
  });

  it("keeps a range whose tails are full", () => {
    const uniform = Float32Array.from({ length: 50_000 }, (_, i) => (i / 50_000) * 2 - 1);
    expect(rangeOf(entropy, uniform).max).toBeGreaterThan(0.9);
  });

  it("has a threshold within the range, also where all is zero or one value", () => {
    expect(rangeOf(entropy, [0, 0, 0])).toEqual({ min: 0, max: 0 });
    expect(rangeOf(entropy, [3, 3])).toEqual({ min: 3, max: 3 });
    expect(rangeOf(entropy, [-1e-30, 1e-30]).max).toBeCloseTo(1e-30, 36);
  });
});

describe("mse", () => {
  it("is as good as a search over all ranges, measured on the data", () => {
    const x = normal(3000);
    for (const sample of [x, Float32Array.from([...x, 12]), x.map((value) => Math.max(value, -0.1) * 3)]) {
      let least = Infinity;
      const [low, high] = [Math.min(...sample), Math.max(...sample)];
      for (let a = 0.05; a <= 1; a += 0.05)
        for (let b = 0.05; b <= 1; b += 0.05)
          least = Math.min(least, realError(sample, { min: low * a, max: high * b }));
      expect(realError(sample, rangeOf(mse, sample))).toBeLessThanOrEqual(least * 1.1);
    }
  });

  it("cuts a normal sample where OCTAV's iteration comes to rest (Sakr et al. 2022)", () => {
    const x = normal(60_000);
    for (const bitWidth of [4, 8]) {
      let s = 1;
      for (let i = 0; i < 100; i++) {
        let over = 0;
        let overSum = 0;
        for (const value of x) {
          const magnitude = Math.abs(value);
          if (magnitude <= s) continue;
          over++;
          overSum += magnitude;
        }
        s = overSum / ((4 ** -bitWidth / 3) * (x.length - over) + over);
      }
      // The error is flat around its minimum, and candidates lie 2 percent of the range apart.
      const { max } = mse.range(observed(mse, x), { bitWidth, symmetric: true });
      expect(Math.abs(max - s) / s, `${bitWidth} bits`).toBeLessThan(0.06);
    }
  });

  it("estimates the error that quantizing has", () => {
    const x = normal(50_000);
    const histogram = histogramOf(observed(mse, x), "mse");
    for (const edge of [1.5, 2.5, 3.5]) {
      const range = { min: -edge, max: edge };
      expect(expectedError(histogram, range, 255) / x.length / realError(x, range)).toBeCloseTo(1, 1);
    }
  });

  it("leaves one side alone where the data has one side", () => {
    const { min, max } = rangeOf(mse, normal(20_000).map(Math.abs));
    expect(min === 0).toBe(true);
    expect(max).toBeGreaterThan(2.5);
  });
});

it("calibrators say which summary they can't read", () => {
  const observer = createObserver({ tensor: "x", observer: "sample", rows: 2, seed: 0 });
  observer.update(tensorOf("float32", [1, 2], Float32Array.of(1, 2)));
  for (const calibrator of [minMax, movingAverage, percentile, entropy, mse])
    expect(() => calibrator.range(observer.summary(), asymmetric)).toThrow(
      expect.objectContaining({ code: "QUANTIZE_WRONG_SUMMARY" }),
    );
});
