// The arithmetic of a row, and the median.
import { describe, expect, it } from "vitest";
import { median } from "./median.ts";
import { failedRow, rowOf, type Comparison } from "./row.ts";

const time: Comparison = { name: "t", ours: 5, theirs: 10, unit: "s", better: "lower", goal: 2 };

describe("a row", () => {
  it("says how many times better ours is", () => {
    expect(rowOf(time)).toMatchObject({ ratio: 2, ok: true });
    expect(rowOf({ ...time, better: "higher" })).toMatchObject({ ratio: 0.5, ok: false });
  });

  it("takes a decibel for what it is", () => {
    const sqnr: Comparison = { ...time, better: "decibel", ours: 27, theirs: 28, goal: 10 ** (-1 / 20) };
    expect(rowOf({ ...sqnr, ours: 27.01 }).ok).toBe(true);
    expect(rowOf({ ...sqnr, ours: 26.99 }).ok).toBe(false);
  });

  it("asks only for a figure where the incumbent has none", () => {
    const failed = { failed: "TypeError" };
    expect(rowOf({ ...time, theirs: failed })).toMatchObject({ theirs: null, ratio: null, ok: true });
    expect(rowOf({ ...time, theirs: failed, ours: NaN }).ok).toBe(false);
  });

  it("can ask something of our figure alone", () => {
    const count: Comparison = { ...time, unit: "models", goalOf: "ours", goal: 5 };
    expect(rowOf(count).ok).toBe(true);
    expect(rowOf({ ...count, ours: 6 }).ok).toBe(false);
    expect(rowOf({ ...count, better: "higher", ours: 4 }).ok).toBe(false);
    expect(rowOf({ ...count, theirs: { failed: "TypeError" }, ours: 6 }).ok).toBe(false);
  });

  it("is not ok when ours is not a number, or when nothing ran", () => {
    expect(rowOf({ ...time, ours: NaN }).ok).toBe(false);
    expect(failedRow("t", "no Python")).toMatchObject({ ok: false, note: "no Python" });
  });
});

describe("the median", () => {
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 2, 3], 2.5],
    [[7], 7],
  ])("of %j is %d", (values, middle) => {
    expect(median(values)).toBe(middle);
  });
});
