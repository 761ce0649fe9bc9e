// Weights rounded to 16-bit floating types, element by element when they are read.

import {
  bfloat16FromFloat32,
  dropped,
  float16FromFloat32,
  lazySource,
  type Origin,
  type TensorSource,
  type Weight,
} from "@tersor/core";

/** A 16-bit floating type. */
export type HalfType = "float16" | "bfloat16";

const LARGEST_FLOAT16 = 65504;
const SMALLEST_FLOAT16 = 2 ** -24;

/** Constants this short may be an epsilon or a divisor: they never become zero. */
const FEW_ELEMENTS = 16;

const encoders: Readonly<Record<HalfType, (value: number) => number>> = {
  float16: (value) => float16FromFloat32(clamped(value)),
  bfloat16: bfloat16FromFloat32,
};

/** Finite numbers beyond the range of float16, such as the -3.4e38 of masks, become its largest; infinities stay. */
function clamped(value: number): number {
  if (value > LARGEST_FLOAT16 && value !== Infinity) return LARGEST_FLOAT16;
  return value < -LARGEST_FLOAT16 && value !== -Infinity ? -LARGEST_FLOAT16 : value;
}

/** Like `clamped`, and what would round to zero is the smallest number that does not: 1e-12 keeps a division finite. */
function neverZero(value: number): number {
  return value !== 0 && Math.abs(value) < SMALLEST_FLOAT16 ? Math.sign(value) * SMALLEST_FLOAT16 : clamped(value);
}

/** The float32 source in a 16-bit type, rounded half to even; nothing is read before the result is. */
export function halfSource(source: TensorSource, type: HalfType): TensorSource {
  const few = type === "float16" && source.sizeBytes <= 4 * FEW_ELEMENTS;
  const encode = few ? (value: number) => float16FromFloat32(neverZero(value)) : encoders[type];
  return lazySource(type, source.shape, (offset, length) => {
    const [first, end] = [Math.floor(offset / 2), Math.ceil((offset + length) / 2)];
    const bytes = source.bytes(4 * first, 4 * (end - first));
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const out = new Uint16Array(end - first);
    for (let i = 0; i < out.length; i++) out[i] = encode(view.getFloat32(4 * i, true));
    return new Uint8Array(out.buffer, offset - 2 * first, length);
  });
}

/** The weight in a 16-bit type. */
export function halfWeight({ source }: Weight, type: HalfType): Weight {
  return { source: halfSource(source, type), origin: roundedTo(type) };
}

function roundedTo(type: HalfType): Origin {
  return dropped(`rounded to ${type}`);
}
