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

/** Inputs of larger groups are taken as independent: with all their products, a search would take hours. */
const LARGEST_BLOCK = 256;

/** The second moments of the inputs of each group, square or the diagonal; other groups are taken as independent. */
function momentsOfGroups(spec: GroupSpec, inputs: number, { secondMoment }: InputStatistics): readonly Float64Array[] {
  if (!secondMoment) throw secondMomentsMissing("awq");
  if (secondMoment.length !== inputs * inputs) throw secondMomentsUnusable(inputs, "is of another size");
  return Array.from({ length: groupsOf(spec, inputs) }, (_, group) => {
    const first = group * spec.groupSize;
    const size = Math.min(spec.groupSize, inputs - first);
    const width = size > LARGEST_BLOCK ? 1 : size;
    const block = new Float64Array(size * width);
    for (let i = 0; i < size; i++) {
      const row = (first + i) * inputs + first + (width === 1 ? i : 0);
      block.set(secondMoment.subarray(row, row + width), i * width);
    }
    if (!block.every(Number.isFinite)) throw secondMomentsUnusable(inputs, "holds NaN or infinite values");
    return block;
  });
}

/** The range that has the least error of the group's output; the widest of those that are alike. */
function leastOutputError(
  grid: Grid,
  group: Float32Array,
  moments: Float64Array,
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
    const found = quadraticForm(error, moments, group.length);
    if (found < least) [best, least] = [parameters, found];
  }
  return best;
}

/** e^T H e, H square or its diagonal. */
function quadraticForm(e: Float64Array, moments: Float64Array, n: number): number {
  let sum = 0;
  if (moments.length === n) {
    for (let i = 0; i < n; i++) sum += moments[i]! * e[i]! * e[i]!;
    return sum;
  }
  for (let i = 0, at = 0; i < n; i++, at += n) {
    let product = 0;
    for (let j = 0; j < n; j++) product += moments[at + j]! * e[j]!;
    sum += product * e[i]!;
  }
  return sum;
}
