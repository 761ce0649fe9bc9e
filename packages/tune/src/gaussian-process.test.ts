// The process against scikit-learn's, expected improvement against scipy's normal distribution (fixtures/make_oracle.py).

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { expectedImprovement } from "./expected-improvement.ts";
import { fitProcess, processWith } from "./gaussian-process.ts";

interface Oracle {
  readonly processes: readonly {
    readonly points: readonly (readonly number[])[];
    readonly targets: readonly number[];
    readonly queries: readonly (readonly number[])[];
    readonly lengthScale: number;
    readonly noise: number;
    readonly mean: readonly number[];
    readonly deviation: readonly number[];
    readonly logLikelihood: number;
  }[];
  readonly improvements: readonly {
    readonly best: number;
    readonly mean: number;
    readonly deviation: number;
    readonly value: number;
  }[];
}

const oracle = JSON.parse(readFileSync(new URL("../fixtures/oracle.json", import.meta.url), "utf8")) as Oracle;

describe.each(oracle.processes)("a process on $points.length points", (expected) => {
  const { points, targets, queries } = expected;
  const process = processWith(points, targets, expected);

  it("has the mean and the deviation of scikit-learn's", () => {
    for (const [i, query] of queries.entries()) {
      const { mean, deviation } = process.predict(query);
      expect(mean).toBeCloseTo(expected.mean[i]!, 8);
      expect(deviation).toBeCloseTo(expected.deviation[i]!, 6);
    }
  });

  it("has its likelihood", () => {
    expect(process.logLikelihood).toBeCloseTo(expected.logLikelihood, 8);
  });
});

describe("fitting", () => {
  it("takes the most likely length scale", () => {
    const { points, targets, noise } = oracle.processes[3]!;
    const all = [0.5, 1, 2, 4, 8].map((lengthScale) => processWith(points, targets, { lengthScale, noise }));
    const best = Math.max(...all.map(({ logLikelihood }) => logLikelihood));
    expect(fitProcess(points, targets).logLikelihood).toBe(best);
  });

  it("survives the same point twice and targets that are all equal", () => {
    const process = fitProcess(
      [
        [1, 0],
        [1, 0],
      ],
      [3, 3],
    );
    expect(process.predict([0, 1]).mean).toBeCloseTo(3, 12);
  });
});

describe("expected improvement", () => {
  it.each(oracle.improvements)("of $mean ± $deviation on $best", ({ best, mean, deviation, value }) => {
    expect(expectedImprovement(best, { mean, deviation })).toBeCloseTo(value, 6);
  });

  it("is what is certain where nothing is uncertain", () => {
    expect(expectedImprovement(2, { mean: 1.5, deviation: 0 })).toBe(0.5);
    expect(expectedImprovement(1, { mean: 1.5, deviation: 0 })).toBe(0);
  });
});
