// AWQ (Lin et al. 2023, arXiv 2306.00978), second step: round to nearest within ranges that are shrunk, group by group, to
// where the error of the output is least. The first step, which moves scales into the weights, is awq-scale.ts.

import type { GroupSpec, InputStatistics, RoundingAlgorithm } from "./algorithm.ts";
import { groupsOf, roundGroups, type Grid, type GroupParameters } from "./grid.ts";
import { secondMomentsMissing, secondMomentsUnusable } from "./rounding-errors.ts";

/** Ranges are shrunk by up to a half, in 20 steps. */
const STEPS = 20;
const SMALLEST_PART = 0.5;

/** AWQ's search for the clip of each group; needs X^T X of the inputs of each weight. */
export const awq: RoundingAlgorithm = {
  name: "awq",
  needs: "second-moment",
  open: (spec, inputs, statistics) => {
    const moments = momentsOfGroups(spec, inputs, statistics);
    const size = Math.min(spec.groupSize, inputs);
    const room = { clipped: new Float32Array(size), error: new Float64Array(size) };
    return (rows) =>
      roundGroups(spec, rows, (grid, start, end, first) =>
        leastOutputError(grid, rows.data.subarray(start, end), moments[Math.floor(first / spec.groupSize)]!, room),
      );
  },
};

/** Room for one group at a time. */
interface Room {
  readonly clipped: Float32Array;
  readonly error: Float64Array;
}

/** Inputs that are further apart than this in a group are taken as independent: a search over all products takes hours. */
const TILE = 128;

/** The second moments of the inputs of each group, in tiles along the diagonal; groups are taken as independent. */
function momentsOfGroups(
  spec: GroupSpec,
  inputs: number,
  { secondMoment }: InputStatistics,
): readonly (readonly Float64Array[])[] {
  if (!secondMoment) throw secondMomentsMissing("awq");
  if (secondMoment.length !== inputs * inputs) throw secondMomentsUnusable(inputs, "is of another size");
  return Array.from({ length: groupsOf(spec, inputs) }, (_, group) => {
    const first = group * spec.groupSize;
    const size = Math.min(spec.groupSize, inputs - first);
    return Array.from({ length: Math.ceil(size / TILE) }, (_, i) => {
      const start = first + i * TILE;
      return tileOf(secondMoment, inputs, start, Math.min(start + TILE, first + size));
    });
  });
}

function tileOf(moment: Float64Array, inputs: number, start: number, end: number): Float64Array {
  const width = end - start;
  const tile = new Float64Array(width * width);
  for (let i = 0; i < width; i++) {
    const row = (start + i) * inputs;
    tile.set(moment.subarray(row + start, row + end), i * width);
  }
  if (!tile.every(Number.isFinite)) throw secondMomentsUnusable(inputs, "holds NaN or infinite values");
  return tile;
}

/** The range that has the least error of the group's output; the widest of those that are alike. */
function leastOutputError(
  grid: Grid,
  group: Float32Array,
  tiles: readonly Float64Array[],
  { clipped, error }: Room,
): GroupParameters {
  let best = grid.cover(group, 0, group.length);
  let least = Infinity;
  for (let step = 0; step <= STEPS; step++) {
    const part = 1 - (step / STEPS) * (1 - SMALLEST_PART);
    for (let i = 0; i < group.length; i++) clipped[i] = group[i]! * part;
    const parameters = grid.cover(clipped, 0, group.length);
    for (let i = 0; i < group.length; i++) {
      error[i] = group[i]! - grid.value(grid.code(group[i]!, parameters), parameters);
    }
    let found = 0;
    tiles.forEach((tile, i) => (found += quadraticForm(error, i * TILE, tile)));
    if (found < least) [best, least] = [parameters, found];
  }
  return best;
}

/** e^T H e, for the part of e that begins at `first`. */
function quadraticForm(e: Float64Array, first: number, tile: Float64Array): number {
  const n = Math.sqrt(tile.length);
  let sum = 0;
  for (let i = 0, at = 0; i < n; i++, at += n) {
    let product = 0;
    for (let j = 0; j < n; j++) product += tile[at + j]! * e[first + j]!;
    sum += product * e[first + i]!;
  }
  return sum;
}
