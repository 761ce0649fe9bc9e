// float16 and bfloat16 as bit patterns in a Uint16Array, rounded half to even (IEEE 754-2008).

const scratch = new Float32Array(1);
const bits = new Uint32Array(scratch.buffer);

/** The number that a float16 (IEEE 754 binary16) bit pattern means. */
export function float32FromFloat16(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The bit pattern of the float16 (IEEE 754 binary16) that is nearest to a number; ties go to even. */
export function float16FromFloat32(value: number): number {
  scratch[0] = value;
  const word = bits[0]!;
  const sign = (word >>> 16) & 0x8000;
  const magnitude = word & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x477ff000) return sign | 0x7c00; // 65520 and above round to infinity
  if (magnitude < 0x38800000) {
    // Subnormal: adding 0.5 aligns the 10 fraction bits at the end of the float32 fraction and rounds half to even.
    scratch[0] = Math.abs(value) + 0.5;
    return sign | (bits[0]! - 0x3f000000);
  }
  const rebased = magnitude - 0x38000000;
  return sign | ((rebased + 0xfff + ((rebased >>> 13) & 1)) >>> 13);
}

/** The number that a bfloat16 bit pattern means. */
export function float32FromBfloat16(half: number): number {
  bits[0] = half << 16;
  return scratch[0]!;
}

/** The bit pattern of the bfloat16 that is nearest to a number; ties go to even. */
export function bfloat16FromFloat32(value: number): number {
  scratch[0] = value;
  const word = bits[0]!;
  if ((word & 0x7fffffff) > 0x7f800000) return (word >>> 16) | 0x40;
  return (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;
}
