// Scale and zero point of a group by weighted least squares: for codes that are given the best scale is solved for, and
// codes come from a series of grids around the one that covers the group.

import { roundHalfEven } from "@tersor/core";
import { nearestZeroPoint, scaleInUse, type Grid, type GroupParameters, type WeighedGroup } from "./grid.ts";

/** Grids that are tried have this many levels more or less than there are codes: somewhat wider ones and narrower ones. */
const CANDIDATES = Array.from({ length: 21 }, (_, i) => (i - 10) / 10);

/**
 * The parameters with the least weighted squared error among those found from a series of starting grids; never worse
 * than the grid that covers the group.
 */
export function leastSquares(grid: Grid, group: WeighedGroup): GroupParameters {
  const covering = grid.cover(group.values, group.start, group.end);
  let best = covering;
  let gained = 0;
  for (const delta of CANDIDATES) {
    const scale = (covering.scale * grid.top) / (grid.top + delta);
    const start = grid.shifts ? solveShift(grid.top, group, scale) : { ...covering, scale };
    // With the best scale for its codes, the error is the sum of w x^2 less what the codes explain.
    const { mixed, squares } = grid.project(group, start);
    const explained = squares > 0 ? (mixed * mixed) / squares : 0;
    if (explained <= gained) continue;
    gained = explained;
    best = { scale: scaleInUse(mixed / squares), zeroPoint: start.zeroPoint };
  }
  return weightedError(grid, group, best) <= weightedError(grid, group, covering) ? best : covering;
}

/** The weighted squared error of a group whose values take their nearest codes. */
export function weightedError(grid: Grid, group: WeighedGroup, parameters: GroupParameters): number {
  const { values, start, end, importance } = group;
  let sum = 0;
  for (let i = start; i < end; i++) {
    const difference = values[i]! - grid.value(grid.code(values[i]!, parameters), parameters);
    sum += importance[i - start]! * difference * difference;
  }
  return sum;
}

/**
 * Scale and minimum by weighted linear regression of the values on codes that count from the group's own smallest value,
 * with the minimum brought to a whole zero point.
 */
function solveShift(top: number, group: WeighedGroup, scale: number): GroupParameters {
  const { values, start, end, importance } = group;
  const smallest = smallestOf(group);
  let w = 0;
  let x = 0;
  let u = 0;
  let xu = 0;
  let uu = 0;
  for (let i = start; i < end; i++) {
    const value = values[i]!;
    const weight = importance[i - start]!;
    const code = Math.min(top, roundHalfEven((value - smallest) / scale));
    w += weight;
    x += weight * value;
    u += weight * code;
    xu += weight * value * code;
    uu += weight * code * code;
  }
  const determinant = w * uu - u * u;
  if (!(determinant > 0)) return { scale, zeroPoint: nearestZeroPoint(-smallest / scale, top) };
  const solved = scaleInUse((w * xu - x * u) / determinant);
  const minimum = (uu * x - u * xu) / determinant;
  return { scale: solved, zeroPoint: nearestZeroPoint(-minimum / solved, top) };
}

function smallestOf({ values, start, end }: WeighedGroup): number {
  let smallest = Infinity;
  for (let i = start; i < end; i++) if (values[i]! < smallest) smallest = values[i]!;
  return smallest;
}
