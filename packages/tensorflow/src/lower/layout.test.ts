import { describe, expect, it } from "vitest";
import {
  axisLast,
  channelsLast,
  isPlain,
  layoutOfReshape,
  movesUnitsOnly,
  permutationBetween,
  storedShape,
} from "./layout.ts";

describe("layouts", () => {
  it("put the channels last", () => {
    expect(channelsLast(4)).toEqual([0, 2, 3, 1]);
    expect(channelsLast(3)).toEqual([0, 2, 1]);
    expect(isPlain(channelsLast(2))).toBe(true);
    expect(storedShape([1, 6, 8, 7], channelsLast(4))).toEqual([1, 8, 7, 6]);
    expect(axisLast([0, 2, 3, 1], 2)).toEqual([0, 3, 1, 2]);
  });

  it("are undone by the permutation back", () => {
    const [there, back] = [
      permutationBetween([0, 1, 2, 3], [0, 2, 3, 1]),
      permutationBetween([0, 2, 3, 1], [0, 1, 2, 3]),
    ];
    expect(storedShape(storedShape([2, 6, 8, 7], there), back)).toEqual([2, 6, 8, 7]);
  });

  it("know when a transposition leaves the elements where they are", () => {
    expect(movesUnitsOnly([1, 6, 1, 1], [0, 2, 3, 1])).toBe(true);
    expect(movesUnitsOnly(["batch", 1, 8, 7], [0, 2, 3, 1])).toBe(true);
    expect(movesUnitsOnly([1, 6, 8, 1], [0, 2, 3, 1])).toBe(false);
  });

  it("see a reshape that moves axes of size 1 only", () => {
    expect(layoutOfReshape(["batch", 28, 28, 1], ["batch", 1, 28, 28])).toEqual([0, 2, 3, 1]);
    expect(layoutOfReshape([2, 6], [6, 2])).toBeUndefined();
    expect(layoutOfReshape([2, 6], [2, 6, 1])).toBeUndefined();
  });
});
