// Round to nearest where columns lie in one piece, as in the weights of MatMul: the same arithmetic as for rows, without
// turning the weight first. Every column has its own extremes, so that no element waits for the one before.

import type { GroupCodes, GroupSpec, WeightRows } from "../algorithm.ts";
import { emptyExtremes, scalesOf, type Extremes } from "./scales.ts";

/** Rounds `inputs` x `outputs` elements to codes that lie like them, with scales and zero points groups x `outputs`. */
export function roundColumns({ data, outputs, inputs }: WeightRows, spec: GroupSpec): GroupCodes {
  const { groupSize, bits } = spec;
  const codes = new Uint8Array(outputs * inputs);
  const patterns = new Int32Array(data.buffer, data.byteOffset, data.length);
  const extremes = emptyExtremes(outputs * Math.ceil(inputs / groupSize));
  for (let first = 0, group = 0; first < inputs; first += groupSize, group += outputs)
    findExtremes(patterns, first * outputs, Math.min(groupSize, inputs - first), extremes, group, outputs);
  const { scale, zeroPoint, factor, zero } = scalesOf(extremes, spec);
  for (let input = 0; input < inputs; input++) {
    const group = Math.floor(input / groupSize) * outputs;
    const [factors, zeros] = [factor, zero].map((values) => values.subarray(group, group + outputs));
    writeCodes(data, input * outputs, factors!, zeros!, bits, codes);
  }
  return { codes, scale, zeroPoint };
}

/** The extremes of the groups that begin with element `from`. */
function findExtremes(
  patterns: Int32Array,
  from: number,
  inputs: number,
  extremes: Extremes,
  group: number,
  outputs: number,
): void {
  const high = extremes.high.subarray(group, group + outputs);
  const low = extremes.low.subarray(group, group + outputs);
  const whole = inputs - (inputs % 4);
  for (let input = 0; input < whole; input += 4) raiseByFour(patterns, from + input * outputs, high, low);
  for (let input = whole; input < inputs; input++) raiseByOne(patterns, from + input * outputs, high, low);
}

const MAGNITUDE = 0x7fffffff;

/** Takes one input of all outputs into the extremes of their groups. */
function raiseByOne(patterns: Int32Array, from: number, high: Int32Array, low: Int32Array): void {
  for (let i = 0; i < high.length; i++) {
    const pattern = patterns[from + i]!;
    const sign = pattern >> 31;
    const above = (pattern & ~sign) - high[i]!;
    const below = (pattern & sign & MAGNITUDE) - low[i]!;
    high[i]! += above & ~(above >> 31);
    low[i]! += below & ~(below >> 31);
  }
}

/** The same for four inputs, written out: the extremes are fetched and put back once, which saves a quarter of the time. */
function raiseByFour(patterns: Int32Array, from: number, high: Int32Array, low: Int32Array): void {
  const count = high.length;
  for (let i = 0; i < count; i++) {
    let most = high[i]!;
    let least = low[i]!;
    let at = from + i;
    let pattern = patterns[at]!;
    let sign = pattern >> 31;
    let above = (pattern & ~sign) - most;
    let below = (pattern & sign & MAGNITUDE) - least;
    most += above & ~(above >> 31);
    least += below & ~(below >> 31);
    pattern = patterns[(at += count)]!;
    sign = pattern >> 31;
    above = (pattern & ~sign) - most;
    below = (pattern & sign & MAGNITUDE) - least;
    most += above & ~(above >> 31);
    least += below & ~(below >> 31);
    pattern = patterns[(at += count)]!;
    sign = pattern >> 31;
    above = (pattern & ~sign) - most;
    below = (pattern & sign & MAGNITUDE) - least;
    most += above & ~(above >> 31);
    least += below & ~(below >> 31);
    pattern = patterns[(at += count)]!;
    sign = pattern >> 31;
    above = (pattern & ~sign) - most;
    below = (pattern & sign & MAGNITUDE) - least;
    high[i] = most + (above & ~(above >> 31));
    low[i] = least + (below & ~(below >> 31));
  }
}

/**
 * Codes of one input of all outputs. Within the range no code is below zero, and the largest may be one too large: the clamp
 * needs no branch. Four at a time, so that the conversions of one need not wait for those of another.
 */
function writeCodes(
  data: Float32Array,
  from: number,
  factors: Float64Array,
  zeros: Float64Array,
  bits: number,
  codes: Uint8Array,
): void {
  const count = factors.length;
  const whole = count - (count % 4);
  for (let i = 0, at = from; i < whole; i += 4, at += 4) {
    const a = codeOf(data[at]!, factors[i]!, zeros[i]!);
    const b = codeOf(data[at + 1]!, factors[i + 1]!, zeros[i + 1]!);
    const c = codeOf(data[at + 2]!, factors[i + 2]!, zeros[i + 2]!);
    const d = codeOf(data[at + 3]!, factors[i + 3]!, zeros[i + 3]!);
    codes[at] = a - (a >> bits);
    codes[at + 1] = b - (b >> bits);
    codes[at + 2] = c - (c >> bits);
    codes[at + 3] = d - (d >> bits);
  }
  for (let i = whole; i < count; i++) {
    const code = codeOf(data[from + i]!, factors[i]!, zeros[i]!);
    codes[from + i] = code - (code >> bits);
  }
}

function codeOf(value: number, factor: number, zero: number): number {
  return (Math.fround(Math.fround(value * factor) + zero) + 0.5) | 0;
}
