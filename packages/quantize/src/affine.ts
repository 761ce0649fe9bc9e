// Affine quantization, x = (q - zeroPoint) * scale. Formulas: ONNX QuantizeLinear and Jacob et al. 2018 (arXiv 1712.05877),
// with ranges that contain zero, so that padding and ReLU are exact.

import { integerRange, roundHalfEven, type AffineParameters, type QuantizedType, type Range } from "@tersor/core";

/** Smallest scale: below it, 1 / scale is no longer a finite float32. */
const SMALLEST_SCALE = 2 ** -126;

/**
 * Scale and zero point of an asymmetric range: s = (max - min) / (qmax - qmin), z = clip(round(qmin - min / s)).
 * A range without width gets scale 1.
 */
export function asymmetricParameters(
  { min, max }: Range,
  dtype: QuantizedType,
  [low, high] = integerRange(dtype),
): AffineParameters {
  const bottom = Math.min(min, 0);
  const top = Math.max(max, 0);
  const scale = usableScale((top - bottom) / (high - low));
  const zeroPoint = Math.min(high, Math.max(low, roundHalfEven(low - bottom / scale)));
  return { dtype, scale: [scale], zeroPoint: [zeroPoint] };
}

/** Scale of a symmetric range: s = max|x| / qmax; the zero point is 0, or 128 for uint8. */
export function symmetricParameters({ min, max }: Range, dtype: QuantizedType): AffineParameters {
  const [, high] = integerRange(dtype);
  const signed = dtype === "int8" || dtype === "int16";
  const half = signed ? high : (high - 1) / 2;
  const scale = usableScale(Math.max(-min, max, 0) / half);
  return { dtype, scale: [scale], zeroPoint: [signed ? 0 : half + 1] };
}

/** The scale as float32; 1 where it would be zero, not finite or too small to divide by. */
export function usableScale(scale: number): number {
  const rounded = Math.fround(scale);
  return Number.isFinite(rounded) && rounded >= SMALLEST_SCALE ? rounded : 1;
}

/** Number of integer bits of a quantized type. */
export function bitWidthOf(dtype: QuantizedType): number {
  return dtype === "int16" || dtype === "uint16" ? 16 : 8;
}
