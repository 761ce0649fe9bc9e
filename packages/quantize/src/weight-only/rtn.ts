// Round to nearest: the scale of a group from its extremes, every weight to the code that is nearest. The arithmetic is
// float32 step by step as in onnxruntime's quantizer (MlasQuantizeBlockwise), so that codes, scales and zero points are
// the same to the bit: its symmetric form is "full-range" here. No data needed.

import type { GroupCodes, GroupSpec, RoundingAlgorithm, WeightRows } from "./algorithm.ts";
import { roundGroups } from "./grid.ts";

/** How round to nearest chooses scales. */
export interface RtnOptions {
  /** Shrink the range of each group to where the squared error is least (ratios 0.805 to 1, step 0.005), of evenly spaced codes. Default false. */
  readonly clipSearch?: boolean;
}

/** Round to nearest. */
export function rtn({ clipSearch = false }: RtnOptions = {}): RoundingAlgorithm {
  return {
    name: "rtn",
    needs: "nothing",
    open: (spec) => {
      if (spec.codebook !== "integer") return (rows) => roundToTable(spec, rows);
      const code = clipSearch ? codeSearched : codeExtremes;
      return (rows) => roundRows(rows, spec, code);
    },
  };
}

/** Codes of a table: the scale is the largest magnitude, every weight takes the nearest value. */
function roundToTable(spec: GroupSpec, rows: WeightRows): GroupCodes {
  return roundGroups(spec, rows, (grid, start, end) => grid.cover(rows.data, start, end));
}

/** The scale of a group that reaches from `low` <= 0 to `high` >= 0; `levels` is the largest code. */
type ScaleRule = (low: number, high: number, levels: number) => number;

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

/** A group in a panel, and what to make of it. */
interface Group {
  readonly data: Float32Array;
  readonly codes: Uint8Array;
  readonly bits: number;
  readonly asymmetric: boolean;
  readonly scaleOf: ScaleRule;
  from: number;
  to: number;
  low: number;
  high: number;
  scale: number;
  zeroPoint: number;
}

function roundRows(
  { data, outputs, inputs }: WeightRows,
  { bits, groupSize, scheme }: GroupSpec,
  code: (group: Group) => void,
): GroupCodes {
  const groups = Math.ceil(inputs / groupSize);
  const codes = new Uint8Array(outputs * inputs);
  const scale = new Float32Array(outputs * groups);
  const zeroPoint = new Uint8Array(outputs * groups);
  const patterns = new Int32Array(data.buffer, data.byteOffset, data.length);
  const nothing = { from: 0, to: 0, low: 0, high: 0, scale: 0, zeroPoint: 0 };
  const group: Group = {
    data,
    codes,
    bits,
    asymmetric: scheme === "asymmetric",
    scaleOf: scaleRules[scheme],
    ...nothing,
  };
  for (let row = 0, at = 0; row < outputs; row++) {
    const end = (row + 1) * inputs;
    for (let from = row * inputs; from < end; from += groupSize, at++) {
      group.from = from;
      group.to = Math.min(end, from + groupSize);
      findExtremes(patterns, group);
      code(group);
      scale[at] = group.scale;
      zeroPoint[at] = group.zeroPoint;
    }
  }
  return { codes, scale, zeroPoint };
}

const extremes = new Int32Array(2);
const extremesAsFloats = new Float32Array(extremes.buffer);
const MAGNITUDE = 0x7fffffff;

/**
 * The extremes of a group, zero among them. Bit patterns of floats of one sign are ordered as their integers are, and
 * integers have a maximum without a branch: branches on weights are mispredicted too often. Every other element has
 * its own maximum, so that the processor works on two at once. Both are NaN where an element is not finite.
 */
function findExtremes(patterns: Int32Array, group: Group): void {
  const from = group.from;
  const to = group.to;
  let high0 = 0;
  let low0 = 0;
  let high1 = 0;
  let low1 = 0;
  for (let i = from; i < to; i += 2) {
    const a = patterns[i]!;
    const b = i + 1 < to ? patterns[i + 1]! : 0;
    const signA = a >> 31;
    const signB = b >> 31;
    const above0 = (a & ~signA) - high0;
    const above1 = (b & ~signB) - high1;
    const below0 = (a & signA & MAGNITUDE) - low0;
    const below1 = (b & signB & MAGNITUDE) - low1;
    high0 += above0 & ~(above0 >> 31);
    high1 += above1 & ~(above1 >> 31);
    low0 += below0 & ~(below0 >> 31);
    low1 += below1 & ~(below1 >> 31);
  }
  extremes[0] = Math.max(high0, high1);
  extremes[1] = Math.max(low0, low1);
  const finite = Number.isFinite(extremesAsFloats[0]! + extremesAsFloats[1]!);
  group.high = finite ? extremesAsFloats[0]! : NaN;
  group.low = finite ? -extremesAsFloats[1]! : NaN;
}

/** Codes over the whole range of the group. */
function codeExtremes(group: Group): void {
  setRange(group, 1);
  writeCodes(group);
}

/** Scale and zero point for the extremes times `ratio`. */
function setRange(group: Group, ratio: number): void {
  const levels = (1 << group.bits) - 1;
  const low = Math.fround(group.low * ratio);
  const scale = group.scaleOf(low, Math.fround(group.high * ratio), levels);
  group.scale = scale;
  group.zeroPoint = group.asymmetric ? zeroPointOf(low, scale, levels) : (levels + 1) / 2;
}

/** Within the range no code is below zero, and the largest may be one too large: the clamp needs no branch. */
function writeCodes({ data, codes, from, to, bits, scale, zeroPoint }: Group): void {
  const factor = reciprocal(scale);
  for (let i = from; i < to; i++) {
    const code = (Math.fround(Math.fround(data[i]! * factor) + zeroPoint) + 0.5) | 0;
    codes[i] = code - (code >> bits);
  }
}

/** Zero for groups so small that their scale has no finite reciprocal. */
function reciprocal(scale: number): number {
  const factor = Math.fround(1 / scale);
  return Number.isFinite(factor) ? factor : 0;
}

const CLIP_STEPS = 40;
const CLIP_STEP = 0.005;

/** Codes over the part of the range that has the least squared error; the widest of those that are alike. */
function codeSearched(group: Group): void {
  let best = 1;
  let least = Infinity;
  for (let step = 0; step < CLIP_STEPS; step++) {
    const ratio = 1 - step * CLIP_STEP;
    setRange(group, ratio);
    const error = squaredError(group);
    if (error < least) [best, least] = [ratio, error];
  }
  setRange(group, best);
  writeClampedCodes(group);
}

function codeOf(value: number, factor: number, zeroPoint: number, levels: number): number {
  const code = Math.floor(Math.fround(Math.fround(value * factor) + zeroPoint) + 0.5);
  return code < 0 ? 0 : code > levels ? levels : code;
}

function squaredError({ data, from, to, bits, scale, zeroPoint }: Group): number {
  const factor = reciprocal(scale);
  const levels = (1 << bits) - 1;
  let sum = 0;
  for (let i = from; i < to; i++) {
    const difference = data[i]! - (codeOf(data[i]!, factor, zeroPoint, levels) - zeroPoint) * scale;
    sum += difference * difference;
  }
  return sum;
}

/** Values beyond the range have the nearest code in it. */
function writeClampedCodes({ data, codes, from, to, bits, scale, zeroPoint }: Group): void {
  const factor = reciprocal(scale);
  const levels = (1 << bits) - 1;
  for (let i = from; i < to; i++) codes[i] = codeOf(data[i]!, factor, zeroPoint, levels);
}
