// Floating types of 4 to 8 bits: which numbers they hold, and the nearest of them, halves to even.
// E4M3 and E5M2: Micikevicius et al. 2022 (arXiv 2209.05433), ONNX's FLOAT8E4M3FN and FLOAT8E5M2; E3M2, E2M3, E2M1: OCP
// Microscaling Formats v1.0, section 5.3. Numbers are held as doubles, in which all of this is exact.

import { roundHalfEven } from "@tersor/core";

/** A floating type of at most 8 bits: sign, exponent, fraction. */
export interface MiniFloat {
  readonly name: "e4m3" | "e5m2" | "e3m2" | "e2m3" | "e2m1";
  readonly fractionBits: number;
  readonly bias: number;
  /** Largest finite number. */
  readonly largest: number;
  /** Codes beyond the largest number: IEEE's infinity and NaN, one NaN only, or none. */
  readonly beyond: "infinity" | "nan" | "none";
  /** Bits of a code. */
  readonly bits: 4 | 6 | 8;
}

/** The types by name. */
export const miniFloats = {
  e4m3: { name: "e4m3", fractionBits: 3, bias: 7, largest: 448, beyond: "nan", bits: 8 },
  e5m2: { name: "e5m2", fractionBits: 2, bias: 15, largest: 57344, beyond: "infinity", bits: 8 },
  e3m2: { name: "e3m2", fractionBits: 2, bias: 3, largest: 28, beyond: "none", bits: 6 },
  e2m3: { name: "e2m3", fractionBits: 3, bias: 1, largest: 7.5, beyond: "none", bits: 6 },
  e2m1: { name: "e2m1", fractionBits: 1, bias: 1, largest: 6, beyond: "none", bits: 4 },
} as const satisfies Readonly<Record<MiniFloat["name"], MiniFloat>>;

/** Exponent of the largest power of two in a positive finite number, subnormal ones included. */
export function exponentOf(value: number): number {
  scratch[0] = value;
  const exponent = (words[1]! >>> 20) & 0x7ff;
  return exponent === 0 ? Math.floor(Math.log2(value)) : exponent - 1023;
}

const scratch = new Float64Array(1);
const words = new Uint32Array(scratch.buffer);

/**
 * The number of the type that is nearest to `value`, halves to even. Larger numbers become the largest ("saturate", as
 * in ONNX and MX), or what the type has beyond it: infinity or NaN ("overflow"); where it has neither they saturate.
 * NaN stays.
 */
export function roundToMiniFloat(
  value: number,
  { fractionBits, bias, largest, beyond }: MiniFloat,
  tooLarge: "saturate" | "overflow" = "saturate",
): number {
  const magnitude = Math.abs(value);
  if (magnitude === 0 || Number.isNaN(value)) return value;
  if (magnitude === Infinity) return Math.sign(value) * outside(largest, beyond, tooLarge);
  const step = 2 ** (Math.max(exponentOf(magnitude), 1 - bias) - fractionBits);
  const rounded = roundHalfEven(magnitude / step) * step;
  return (value < 0 ? -1 : 1) * (rounded > largest ? outside(largest, beyond, tooLarge) : rounded);
}

function outside(largest: number, beyond: MiniFloat["beyond"], tooLarge: "saturate" | "overflow"): number {
  if (tooLarge === "saturate" || beyond === "none") return largest;
  return beyond === "infinity" ? Infinity : NaN;
}

/** The code of a number that the type holds (see `roundToMiniFloat`), in the lowest bits; NaN has the largest code. */
export function miniFloatCode(value: number, { fractionBits, bias, beyond, bits }: MiniFloat): number {
  const sign = value < 0 || Object.is(value, -0) ? 1 << (bits - 1) : 0;
  const magnitude = Math.abs(value);
  if (Number.isNaN(value)) return (1 << (bits - 1)) - 1;
  if (magnitude === Infinity)
    return beyond === "infinity" ? sign | (31 << fractionBits) : sign | ((1 << (bits - 1)) - 1);
  if (magnitude === 0) return sign;
  const exponent = Math.max(exponentOf(magnitude), 1 - bias);
  const fraction = magnitude / 2 ** (exponent - fractionBits);
  const hidden = 1 << fractionBits;
  return fraction < hidden ? sign | fraction : sign | ((exponent + bias) << fractionBits) | (fraction - hidden);
}

/** The number that a code stands for. */
export function miniFloatValue(code: number, { fractionBits, bias, beyond, bits }: MiniFloat): number {
  const sign = code >>> (bits - 1) ? -1 : 1;
  const magnitude = code & ((1 << (bits - 1)) - 1);
  const exponent = magnitude >>> fractionBits;
  const fraction = magnitude & ((1 << fractionBits) - 1);
  if (beyond === "infinity" && exponent === 31) return fraction ? NaN : sign * Infinity;
  if (beyond === "nan" && magnitude === (1 << (bits - 1)) - 1) return NaN;
  if (exponent === 0) return sign * fraction * 2 ** (1 - bias - fractionBits);
  return sign * ((1 << fractionBits) + fraction) * 2 ** (exponent - bias - fractionBits);
}

/** How the scale of a tensor in an 8-bit floating type is chosen from its largest magnitude. */
export type Float8Scaling = "unit" | "maxabs" | "power-of-two";

/** The scale with which a tensor fits a type: 1, amax / largest, or the power of two above it. A float32, never zero. */
export function float8Scale(largestMagnitude: number, { largest }: MiniFloat, scaling: Float8Scaling): number {
  const scale = Math.fround(largestMagnitude / largest);
  if (scaling === "unit" || !(scale >= 2 ** -126) || scale === Infinity) return 1;
  return scaling === "maxabs" ? scale : 2 ** Math.min(127, Math.ceil(Math.log2(scale)));
}
