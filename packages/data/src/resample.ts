// Resizing to the bit as Pillow does it (libImaging/Resample.c): separable filters that widen when a picture becomes
// smaller, weights in 22-bit fixed point, bytes between the two passes. Rows first, as Pillow 11 has it: Pillow 13
// turns that round in some sizes, which differs by one level. Published accuracies were measured with it, and the
// resizing of other libraries moves pixels by several levels.

import type { Pixels } from "./preprocessing.ts";

/** How pixels between pixels are made; the names of Pillow are NEAREST, BILINEAR, BICUBIC and LANCZOS. */
export type Kernel = "nearest" | "linear" | "cubic" | "lanczos3";

interface Filter {
  /** Half of its width, in pixels of the larger picture. */
  readonly support: number;
  weight(distance: number): number;
}

const filters: Readonly<Record<Exclude<Kernel, "nearest">, Filter>> = {
  linear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  cubic: { support: 2, weight: (x) => cubic(Math.abs(x)) },
  lanczos3: { support: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

/** Keys' cubic with a = -0.5. */
function cubic(x: number): number {
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
}

/** Pixels in another size. */
export function resample(pixels: Pixels, height: number, width: number, kernel: Kernel): Pixels {
  if (kernel === "nearest") return nearest(pixels, height, width);
  const wide = width === pixels.width ? pixels : resampleRows(pixels, tapsFor(pixels.width, width, filters[kernel]));
  return height === pixels.height ? wide : resampleColumns(wide, tapsFor(pixels.height, height, filters[kernel]));
}

function nearest({ height: rows, width: columns, channels, data }: Pixels, height: number, width: number): Pixels {
  const out = new Uint8Array(height * width * channels);
  for (let y = 0, at = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * rows) / height) * columns;
    for (let x = 0; x < width; x++, at += channels) {
      const from = (row + Math.floor(((x + 0.5) * columns) / width)) * channels;
      for (let channel = 0; channel < channels; channel++) out[at + channel] = data[from + channel]!;
    }
  }
  return { height, width, channels, data: out };
}

/** For each place of a result: the first source place, and the weights from there on. */
interface Taps {
  readonly first: number;
  readonly weights: Int32Array;
}

const PRECISION_BITS = 22;
const HALF = 1 << (PRECISION_BITS - 1);

function tapsFor(from: number, to: number, filter: Filter): readonly Taps[] {
  const scale = from / to;
  const widening = Math.max(scale, 1);
  const support = filter.support * widening;
  return Array.from({ length: to }, (_, place) => {
    const center = (place + 0.5) * scale;
    const first = Math.max(0, Math.trunc(center - support + 0.5));
    const last = Math.min(from, Math.trunc(center + support + 0.5));
    const plain = Array.from({ length: last - first }, (_, i) => filter.weight((i + first - center + 0.5) / widening));
    const sum = plain.reduce((a, b) => a + b, 0);
    return { first, weights: Int32Array.from(plain, (weight) => fixed(sum === 0 ? weight : weight / sum)) };
  });
}

/** Half away from zero. */
function fixed(weight: number): number {
  return Math.trunc(weight * 2 ** PRECISION_BITS + (weight < 0 ? -0.5 : 0.5));
}

function resampleRows({ height, width: columns, channels, data }: Pixels, taps: readonly Taps[]): Pixels {
  const width = taps.length;
  const out = new Uint8ClampedArray(height * width * channels);
  let at = 0;
  for (let y = 0; y < height; y++) {
    for (const { first, weights } of taps) {
      const from = (y * columns + first) * channels;
      for (let channel = 0; channel < channels; channel++) {
        let sum = HALF;
        for (let i = 0; i < weights.length; i++) sum += data[from + channel + i * channels]! * weights[i]!;
        out[at++] = sum >> PRECISION_BITS;
      }
    }
  }
  return { height, width, channels, data: new Uint8Array(out.buffer) };
}

function resampleColumns({ width, channels, data }: Pixels, taps: readonly Taps[]): Pixels {
  const height = taps.length;
  const stride = width * channels;
  const out = new Uint8ClampedArray(height * stride);
  const sums = new Int32Array(stride);
  for (const [y, { first, weights }] of taps.entries()) {
    sums.fill(HALF);
    for (let i = 0; i < weights.length; i++) {
      const [from, weight] = [(first + i) * stride, weights[i]!];
      for (let x = 0; x < stride; x++) sums[x] = sums[x]! + data[from + x]! * weight;
    }
    for (let x = 0; x < stride; x++) out[y * stride + x] = sums[x]! >> PRECISION_BITS;
  }
  return { height, width, channels, data: new Uint8Array(out.buffer) };
}
