// HQQ (Badri and Shaji 2023, "Half-Quadratic Quantization of Large Machine Learning Models"): the zero point of a group
// minimises sum |w - dequantized|^p with p < 1, which forgives outliers, by half-quadratic splitting: what exceeds a
// threshold is set aside, and the mean that fits the rest is the next zero point. No data needed.
//
// The authors store zero points as floats and leave the scale alone. Here a zero point has as many bits as a code, and
// rounding it takes back all that was gained: so the same splitting also solves for the scale, from several scales at
// first. Among the solutions the squared error decides, which is what outputs feel: the norm forgives clipped outliers.

import { roundHalfEven } from "@tersor/core";
import type { RoundingAlgorithm } from "./algorithm.ts";
import { nearestZeroPoint, roundGroups, scaleInUse, type Grid, type GroupParameters } from "./grid.ts";

/** How HQQ runs; the defaults are the authors'. */
export interface HqqOptions {
  /** The exponent p of the error. Default 0.7. */
  readonly norm?: number;
  /** Weight of the quadratic term at first. Default 10. */
  readonly beta?: number;
  /** What the weight is multiplied by in each iteration. Default 1.01. */
  readonly kappa?: number;
  /** Most iterations; fewer where the error no longer falls. Default 20. */
  readonly iterations?: number;
}

/** Parts of the covering scale to begin with. */
const STARTS = [1.04, 1, 0.96, 0.92];

/** HQQ with options. */
export function hqq(options: HqqOptions = {}): RoundingAlgorithm {
  const { norm = 0.7, beta = 10, kappa = 1.01, iterations = 20 } = options;
  const settings = { norm, beta, kappa, iterations };
  return {
    name: "hqq",
    needs: "nothing",
    open: (spec) => (rows) =>
      roundGroups(spec, rows, (grid, start, end) => fit(grid, rows.data.subarray(start, end), settings)),
  };
}

/** The parameters with the least squared error of those found, the covering ones among them. */
function fit(grid: Grid, group: Float32Array, settings: Required<HqqOptions>): GroupParameters {
  let best = grid.cover(group, 0, group.length);
  let least = squaredError(grid, group, best);
  const { scale, zeroPoint } = best;
  for (const part of STARTS) {
    const zero = grid.shifts ? realZeroPoint(grid.top, group, scale * part, settings) : zeroPoint;
    for (const whole of new Set([Math.floor(zero), Math.ceil(zero)])) {
      const start = { scale: scale * part, zeroPoint: nearestZeroPoint(whole, grid.top) };
      const found = refitScale(grid, group, start, settings);
      const error = squaredError(grid, group, found);
      if (error < least) [best, least] = [found, error];
    }
  }
  return best;
}

function squaredError(grid: Grid, group: Float32Array, parameters: GroupParameters): number {
  let sum = 0;
  for (const value of group) {
    const difference = value - grid.value(grid.code(value, parameters), parameters);
    sum += difference * difference;
  }
  return sum;
}

/**
 * The zero point by half-quadratic splitting, the scale fixed: errors e = shrink(w - dequantized) are set aside, and
 * z = mean(code - (w - e) / s). Of all iterations the one with the least mean error.
 */
export function realZeroPoint(
  top: number,
  group: Float32Array,
  scale: number,
  { norm, beta, kappa, iterations }: Required<HqqOptions>,
): number {
  let zero = -smallestOf(group) / scale;
  let best = zero;
  let least = Infinity;
  for (let i = 0, weight = beta; i < iterations; i++, weight *= kappa) {
    const threshold = shrinkThreshold(weight, norm);
    let shift = 0;
    let error = 0;
    for (const value of group) {
      const code = Math.max(0, Math.min(top, roundHalfEven(value / scale + zero)));
      const rest = value - (code - zero) * scale;
      const aside = Math.abs(rest) > threshold ? shrink(rest, weight, norm) : 0;
      shift += code - (value - aside) / scale;
      error += Math.abs(rest);
    }
    if (error >= least) break;
    [best, least] = [zero, error];
    zero = shift / group.length;
  }
  return best;
}

function smallestOf(group: Float32Array): number {
  let smallest = 0;
  for (const value of group) if (value < smallest) smallest = value;
  return smallest;
}

/** Steps of scale and codes in turn: both settle quickly. */
const SCALE_STEPS = 3;

/** The scale by the same splitting, the zero point fixed: s = sum(u (w - e)) / sum(u^2), u the codes less the zero point. */
function refitScale(
  grid: Grid,
  group: Float32Array,
  start: GroupParameters,
  { norm, beta }: Required<HqqOptions>,
): GroupParameters {
  const threshold = shrinkThreshold(beta, norm);
  const unit = { scale: 1, zeroPoint: start.zeroPoint };
  let current = start;
  for (let step = 0; step < SCALE_STEPS; step++) {
    let mixed = 0;
    let squares = 0;
    for (const value of group) {
      const u = grid.value(grid.code(value, current), unit);
      const rest = value - u * current.scale;
      const aside = Math.abs(rest) > threshold ? shrink(rest, beta, norm) : 0;
      mixed += u * (value - aside);
      squares += u * u;
    }
    if (!(squares > 0)) break;
    current = { ...current, scale: scaleInUse(mixed / squares) };
  }
  return { ...current, scale: scaleInUse(current.scale) };
}

/** The proximal operator of |x|^p: sign(x) relu(|x| - |x|^(p-1) / beta). */
function shrink(x: number, beta: number, norm: number): number {
  const magnitude = Math.abs(x);
  return Math.sign(x) * Math.max(0, magnitude - magnitude ** (norm - 1) / beta);
}

/** Up to here the operator gives zero. */
function shrinkThreshold(beta: number, norm: number): number {
  return beta ** (-1 / (2 - norm));
}
