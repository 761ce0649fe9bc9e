// What is better than what: direction of the metric, relative and absolute drops, objectives, ties.

import { describe, expect, it } from "vitest";
import type { Objectives, Trial, TuningGoal } from "@tersor/core";
import { bestOf, dropOf, isBestPossible, meets, objectiveLoss } from "./goal.ts";
import { goal, search } from "./test-support/landscape.ts";

function trial(index: number, metric: number, objectives: Objectives = {}, float: readonly string[] = []): Trial {
  return { index, config: { settings: {}, float }, outcome: { metric, objectives }, seconds: 0 };
}

describe("the drop", () => {
  it.each([
    ["higher is better, absolute", { higherIsBetter: true, relative: false, reference: 0.8 }, 0.76, 0.04],
    ["higher is better, relative", { higherIsBetter: true, relative: true, reference: 0.8 }, 0.76, 0.05],
    ["lower is better, absolute", { higherIsBetter: false, relative: false, reference: 20 }, 21, 1],
    ["lower is better, relative", { higherIsBetter: false, relative: true, reference: 20 }, 21, 0.05],
    ["lower is better and got lower", { higherIsBetter: false, relative: true, reference: 20 }, 19, -0.05],
    ["a negative metric that got worse", { higherIsBetter: true, relative: true, reference: -2 }, -2.1, 0.05],
    ["no change from zero", { higherIsBetter: true, relative: true, reference: 0 }, 0, 0],
    ["worse than zero", { higherIsBetter: true, relative: true, reference: 0 }, -0.1, Infinity],
  ] as const)("%s", (_, says, metric, drop) => {
    expect(dropOf({ ...goal, ...says }, metric)).toBeCloseTo(drop, 12);
  });

  it("of exactly what is allowed is allowed, whatever rounding makes of the difference", () => {
    expect(0.92 - 0.91).toBeGreaterThan(0.01);
    expect(meets({ ...goal, reference: 0.92 }, trial(0, 0.91))).toBe(true);
    expect(meets({ ...goal, reference: 0.92 }, trial(0, 0.9099))).toBe(false);
  });
});

describe("the best trial", () => {
  const fast: TuningGoal = { ...goal, minimize: ["latencyMs"] };

  it("meets the goal before all else", () => {
    const trials = [trial(0, 0.7, { latencyMs: 1 }), trial(1, 0.895, { latencyMs: 9 })];
    expect(bestOf(fast, trials)?.index).toBe(1);
  });

  it("has the best objective among those that do", () => {
    const trials = [
      trial(0, 0.9, { latencyMs: 5 }),
      trial(1, 0.891, { latencyMs: 4 }),
      trial(2, 0.895, { latencyMs: 6 }),
    ];
    expect(bestOf(fast, trials)?.index).toBe(1);
  });

  it("is the nearest when none does", () => {
    const trials = [trial(0, 0.7, { latencyMs: 1 }), trial(1, 0.85, { latencyMs: 9 })];
    expect(bestOf(fast, trials)?.index).toBe(1);
  });

  it("is the smaller of two that are equal otherwise, then the earlier", () => {
    const pair = (a: number, b: number) => [
      trial(0, 0.9, { latencyMs: 5, sizeBytes: a }),
      trial(1, 0.9, { latencyMs: 5, sizeBytes: b }),
    ];
    expect(bestOf(fast, pair(200, 100))?.index).toBe(1);
    expect(bestOf(fast, pair(100, 100))?.index).toBe(0);
  });

  it("is not decided by what measuring twice differs by", () => {
    const trials = [
      trial(0, 0.9, { latencyMs: 5.02, sizeBytes: 100 }),
      trial(1, 0.9, { latencyMs: 5, sizeBytes: 200 }),
    ];
    expect(bestOf(fast, trials)?.index).toBe(0);
  });

  it("weighs several objectives by their ratios to those of the source", () => {
    const both: TuningGoal = {
      ...goal,
      minimize: ["latencyMs", "sizeBytes"],
      referenceObjectives: { latencyMs: 10, sizeBytes: 100 },
    };
    expect(objectiveLoss(both, { latencyMs: 5, sizeBytes: 50 })).toBeCloseTo(Math.log(0.5), 2);
    // A tenth of the size outweighs time that is up by half.
    const trials = [trial(0, 0.9, { latencyMs: 10, sizeBytes: 100 }), trial(1, 0.9, { latencyMs: 15, sizeBytes: 10 })];
    expect(bestOf(both, trials)?.index).toBe(1);
  });

  it("can't be bettered when all is quantized, right enough, and only size counts", () => {
    expect(isBestPossible(search, trial(0, 0.9))).toBe(true);
    expect(isBestPossible(search, trial(0, 0.9, {}, ["node0"]))).toBe(false);
    expect(isBestPossible({ ...search, goal: fast }, trial(0, 0.9))).toBe(false);
  });
});
