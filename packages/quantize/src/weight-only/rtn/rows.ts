// Round to nearest where rows lie in one piece: three walks, over the extremes of all groups, their scales, their codes.

import type { GroupCodes, GroupSpec, WeightRows } from "../algorithm.ts";
import { emptyExtremes, scalesOf, type Extremes, type GroupScales } from "./scales.ts";

/** Rounds rows of evenly spaced codes. */
export function roundRows({ data, outputs, inputs }: WeightRows, spec: GroupSpec): GroupCodes {
  const groups = Math.ceil(inputs / spec.groupSize);
  const codes = new Uint8Array(outputs * inputs);
  const patterns = new Int32Array(data.buffer, data.byteOffset, data.length);
  const extremes = emptyExtremes(outputs * groups);
  for (let row = 0; row < outputs; row++)
    findExtremes(patterns, row * inputs, (row + 1) * inputs, spec.groupSize, extremes, row * groups);
  const scales = scalesOf(extremes, spec);
  for (let row = 0; row < outputs; row++)
    writeCodes(data, row * inputs, (row + 1) * inputs, spec, scales, row * groups, codes);
  return { codes, scale: scales.scale, zeroPoint: scales.zeroPoint };
}

const MAGNITUDE = 0x7fffffff;

/** The extremes of the groups of one row, from group `at` on. */
function findExtremes(
  patterns: Int32Array,
  from: number,
  end: number,
  groupSize: number,
  { high, low }: Extremes,
  at: number,
): void {
  for (let group = from; group < end; group += groupSize, at++) {
    const to = Math.min(end, group + groupSize);
    let most = 0;
    let least = 0;
    for (let i = group; i < to; i++) {
      const pattern = patterns[i]!;
      const sign = pattern >> 31;
      const above = (pattern & ~sign) - most;
      const below = (pattern & sign & MAGNITUDE) - least;
      most += above & ~(above >> 31);
      least += below & ~(below >> 31);
    }
    high[at] = most;
    low[at] = least;
  }
}

/** Within the range no code is below zero, and the largest may be one too large: the clamp needs no branch. */
function writeCodes(
  data: Float32Array,
  from: number,
  end: number,
  { groupSize, bits }: GroupSpec,
  { factor, zero }: GroupScales,
  at: number,
  codes: Uint8Array,
): void {
  for (let group = from; group < end; group += groupSize, at++) {
    const to = Math.min(end, group + groupSize);
    const [f, z] = [factor[at]!, zero[at]!];
    for (let i = group; i < to; i++) {
      const code = (Math.fround(Math.fround(data[i]! * f) + z) + 0.5) | 0;
      codes[i] = code - (code >> bits);
    }
  }
}
