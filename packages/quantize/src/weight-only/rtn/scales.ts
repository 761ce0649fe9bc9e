// Scales of round to nearest, float32 step by step as in onnxruntime's quantizer (MlasQuantizeBlockwise), so that codes,
// scales and zero points are the same to the bit: its symmetric form is "full-range" here.

import type { GroupSpec } from "../algorithm.ts";

/** The scale of a group that reaches from `low` <= 0 to `high` >= 0; `levels` is the largest code. */
export type ScaleRule = (low: number, high: number, levels: number) => number;

/** The scales of the schemes, see `GroupSpec.scheme`. Zero where the group is zero: so is every product with it then. */
export const scaleRules: Readonly<Record<GroupSpec["scheme"], ScaleRule>> = {
  asymmetric: (low, high, levels) => Math.fround(Math.fround(high - low) / levels),
  symmetric: (low, high, levels) => Math.fround(Math.max(-low, high) / ((levels - 1) / 2)),
  "full-range": (low, high, levels) => Math.fround((high > -low ? high : low) / (-(levels + 1) / 2)),
};

/** The code of zero for an asymmetric group that begins at `low` <= 0. */
export function zeroPointOf(low: number, scale: number, levels: number): number {
  if (scale === 0) return 0;
  return Math.min(levels, Math.max(0, Math.floor(Math.fround(-low / scale) + 0.5)));
}

/** What weights are multiplied by; zero for groups so small that their scale has no finite reciprocal. */
export function factorOf(scale: number): number {
  const factor = Math.fround(1 / scale);
  return Number.isFinite(factor) ? factor : 0;
}

/**
 * Extremes of groups, zero among them, as bit patterns: those of floats of one sign are ordered as their integers are, and
 * integers have a maximum without a branch. Branches on weights are mispredicted too often.
 */
export interface Extremes {
  /** The largest element, where it is positive. */
  readonly high: Int32Array;
  /** The magnitude of the smallest element, where it is negative. */
  readonly low: Int32Array;
}

/** Parameters of groups. */
export interface GroupScales {
  readonly scale: Float32Array;
  readonly zeroPoint: Uint8Array;
  /** See `factorOf`, and the zero point, as doubles: what the inner loops read without converting it. */
  readonly factor: Float64Array;
  readonly zero: Float64Array;
}

/** Room for so many groups. */
export function emptyExtremes(groups: number): Extremes {
  return { high: new Int32Array(groups), low: new Int32Array(groups) };
}

/** Parameters of all groups at once, so that the divisions of one need not wait for those of another. NaN where an element is not finite. */
export function scalesOf({ high, low }: Extremes, { bits, scheme }: GroupSpec): GroupScales {
  const groups = high.length;
  const [highs, lows] = [new Float32Array(high.buffer), new Float32Array(low.buffer)];
  const levels = (1 << bits) - 1;
  const scaleOf = scaleRules[scheme];
  const scale = new Float32Array(groups);
  const zeroPoint = new Uint8Array(groups).fill((levels + 1) / 2);
  const factor = new Float64Array(groups);
  for (let g = 0; g < groups; g++) {
    const [least, most] = [0 - lows[g]!, highs[g]!];
    scale[g] = Number.isFinite(most - least) ? scaleOf(least, most, levels) : NaN;
    factor[g] = factorOf(scale[g]!);
    if (scheme === "asymmetric") zeroPoint[g] = zeroPointOf(least, scale[g]!, levels);
  }
  return { scale, zeroPoint, factor, zero: Float64Array.from(zeroPoint) };
}
