// Numbers in blocks that share a scale: MX (OCP Microscaling Formats v1.0) with a power of two for 32 numbers, and NVFP4
// with an E4M3 scale for 16 numbers of four bits and a float32 for the tensor. For study: values are rounded to what the
// formats hold and stay float32. Blocks run along rows; the last one of a row may be shorter.

import { roundHalfEven } from "@tersor/core";
import { exponentOf, miniFloats, roundToMiniFloat, type MiniFloat } from "./mini-float.ts";

/** Element types of MX. "int8" is a fixed-point number of 6 fractional bits, at most 127 / 64. */
export type MxElement = MiniFloat["name"] | "int8";

/** Numbers that share a scale. */
export const mxBlockSize = 32;
export const nvfp4BlockSize = 16;

/** Exponents of scales (E8M0). */
const LARGEST_EXPONENT = 127;

/** `values` as MX holds them, `width` to a row; rounded half to even, larger ones saturate. */
export function roundToMx(values: Float32Array, width: number, element: MxElement): Float32Array {
  const round = roundings[element];
  const largestExponent = element === "int8" ? 0 : exponentOf(miniFloats[element].largest);
  const out = new Float32Array(values.length);
  for (const [start, end] of blocksOf(values.length, width, mxBlockSize)) {
    const largest = largestMagnitude(values, start, end);
    if (largest === 0) continue;
    const scale = 2 ** clampedExponent(exponentOf(largest) - largestExponent);
    for (let i = start; i < end; i++) out[i] = round(values[i]! / scale) * scale;
  }
  return out;
}

type Rounding = (value: number) => number;

const roundings: Readonly<Record<MxElement, Rounding>> = {
  e4m3: (value) => roundToMiniFloat(value, miniFloats.e4m3),
  e5m2: (value) => roundToMiniFloat(value, miniFloats.e5m2),
  e3m2: (value) => roundToMiniFloat(value, miniFloats.e3m2),
  e2m3: (value) => roundToMiniFloat(value, miniFloats.e2m3),
  e2m1: (value) => roundToMiniFloat(value, miniFloats.e2m1),
  int8: (value) => Math.max(-127, Math.min(127, roundHalfEven(value * 64))) / 64,
};

function clampedExponent(exponent: number): number {
  return Math.max(-LARGEST_EXPONENT, Math.min(LARGEST_EXPONENT, exponent));
}

/**
 * `values` as NVFP4 holds them, `width` to a row: E2M1 x E4M3 x float32, where the last is `largest` / (448 x 6), `largest`
 * the largest magnitude of the whole tensor (by default of these values).
 */
export function roundToNvfp4(
  values: Float32Array,
  width: number,
  largest = largestMagnitude(values, 0, values.length),
): Float32Array {
  const { e2m1, e4m3 } = miniFloats;
  const global = Math.fround(largest / (e4m3.largest * e2m1.largest));
  const out = new Float32Array(values.length);
  if (!(global > 0)) return out;
  for (const [start, end] of blocksOf(values.length, width, nvfp4BlockSize)) {
    const wanted = largestMagnitude(values, start, end) / e2m1.largest / global;
    const scale = roundToMiniFloat(wanted, e4m3) * global;
    if (scale === 0) continue;
    for (let i = start; i < end; i++) out[i] = roundToMiniFloat(values[i]! / scale, e2m1) * scale;
  }
  return out;
}

/** Starts and ends of the blocks of all rows. */
function* blocksOf(length: number, width: number, size: number): Generator<readonly [number, number]> {
  for (let row = 0; row < length; row += width) {
    for (let start = row; start < row + width; start += size) yield [start, Math.min(start + size, row + width)];
  }
}

/** The largest finite magnitude; NaN and infinity do not set a scale. */
function largestMagnitude(values: Float32Array, start: number, end: number): number {
  let largest = 0;
  for (let i = start; i < end; i++) {
    const magnitude = Math.abs(values[i]!);
    if (magnitude > largest && magnitude !== Infinity) largest = magnitude;
  }
  return largest;
}
