// Fronts by the definition, on random points; crowding on the worked example of a front of four.

import { describe, expect, it } from "vitest";
import type { Trial } from "@tersor/core";
import { crowding, dominates, fronts, paretoFront } from "./pareto-front.ts";
import { goal, numbers } from "./test-support/landscape.ts";

const values = numbers(120, 5);
const points = Array.from({ length: 40 }, (_, i) => values.slice(3 * i, 3 * i + 3));

describe("fronts", () => {
  const found = fronts(points);

  it("hold every point once", () => {
    expect(found.flat().sort((a, b) => a - b)).toEqual(points.map((_, i) => i));
  });

  it("are dominated by the front before, and not by themselves", () => {
    for (const [rank, front] of found.entries())
      for (const i of front) {
        expect(front.some((j) => dominates(points[j]!, points[i]!))).toBe(false);
        if (rank > 0) expect(found[rank - 1]!.some((j) => dominates(points[j]!, points[i]!))).toBe(true);
      }
  });
});

describe("crowding", () => {
  it("is the room between the neighbours, without bounds at the ends", () => {
    const front = [
      [0, 10],
      [1, 6],
      [4, 2],
      [5, 0],
    ];
    expect(crowding(front)).toEqual([Infinity, 4 / 5 + 8 / 10, 4 / 5 + 6 / 10, Infinity]);
  });

  it("has none for values that are all equal", () => {
    expect(crowding([[1], [1], [1]])).toEqual([Infinity, 0, Infinity]);
  });
});

describe("the front of trials", () => {
  const trial = (index: number, metric: number, sizeBytes: number): Trial => ({
    index,
    config: { settings: {}, float: [] },
    outcome: { metric, objectives: { sizeBytes } },
    seconds: 1,
  });

  it("leaves out what another trial beats in accuracy and size, and what failed", () => {
    const failed: Trial = {
      index: 3,
      config: { settings: {}, float: [] },
      failure: { code: "X", message: "" },
      seconds: 1,
    };
    const trials = [trial(0, 0.9, 100), trial(1, 0.8, 50), trial(2, 0.79, 60), failed];
    expect(paretoFront(goal, trials).map(({ index }) => index)).toEqual([0, 1]);
  });
});
