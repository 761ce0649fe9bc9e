// The reference kernels in plain TypeScript. Hot loops are long and plain on purpose.

import type { Kernels, MatrixBlock } from "./kernels.ts";

/** Adding and subtracting 1.5 * 2^52 rounds a double half to even, for magnitudes below 2^51. */
const ROUND = 6755399441055744;

/** Rounds to the nearest integer, halves to even (IEEE roundTiesToEven), for magnitudes below 2^51. */
export function roundHalfEven(value: number): number {
  return value + ROUND - ROUND;
}

/** The TypeScript table: what every other table is measured against. */
export const referenceKernels: Kernels = {
  name: "reference",

  minMax(data, { outer, channels, inner }) {
    const min = new Float32Array(channels).fill(Infinity);
    const max = new Float32Array(channels).fill(-Infinity);
    if (inner === 1) {
      for (let o = 0, i = 0; o < outer; o++) {
        for (let c = 0; c < channels; c++, i++) {
          const value = data[i]!;
          if (value < min[c]!) min[c] = value;
          if (value > max[c]!) max[c] = value;
        }
      }
    } else {
      for (let o = 0, start = 0; o < outer; o++) {
        for (let c = 0; c < channels; c++, start += inner) {
          let low = min[c]!;
          let high = max[c]!;
          for (let i = start; i < start + inner; i++) {
            const value = data[i]!;
            if (value < low) low = value;
            if (value > high) high = value;
          }
          min[c] = low;
          max[c] = high;
        }
      }
    }
    for (let c = 0; c < channels; c++) if (min[c]! > max[c]!) min[c] = max[c] = 0;
    return { min, max };
  },

  quantize(data, { outer, channels, inner }, scale, zeroPoint, low, high, out) {
    const { fround, min, max } = Math;
    if (inner === 1) {
      // Channels last, as in the weight of a MatMul: no inner loop of one step.
      for (let o = 0, i = 0; o < outer; o++) {
        for (let c = 0; c < channels; c++, i++) {
          const q = fround(data[i]! / scale[c]!) + ROUND - ROUND + zeroPoint[c]!;
          out[i] = max(low, min(high, q));
        }
      }
      return;
    }
    for (let o = 0, start = 0; o < outer; o++) {
      for (let c = 0; c < channels; c++, start += inner) {
        const step = scale[c]!;
        const zero = zeroPoint[c]!;
        for (let i = start; i < start + inner; i++) {
          const q = fround(data[i]! / step) + ROUND - ROUND + zero;
          out[i] = max(low, min(high, q));
        }
      }
    }
  },

  dequantize(data, { outer, channels, inner }, scale, zeroPoint, out) {
    for (let o = 0, start = 0; o < outer; o++) {
      for (let c = 0; c < channels; c++, start += inner) {
        const step = scale[c]!;
        const zero = zeroPoint[c]!;
        for (let i = start; i < start + inner; i++) out[i] = (data[i]! - zero) * step;
      }
    }
  },

  quantizationError(data, { outer, channels, inner }, scale, low, high) {
    const error = new Float64Array(channels);
    for (let o = 0, start = 0; o < outer; o++) {
      for (let c = 0; c < channels; c++, start += inner) {
        const step = scale[c]!;
        let sum = 0;
        for (let i = start; i < start + inner; i++) {
          let q = data[i]! / step + ROUND - ROUND;
          if (q < low) q = low;
          else if (q > high) q = high;
          const difference = q * step - data[i]!;
          sum += difference * difference;
        }
        error[c]! += sum;
      }
    }
    return error;
  },

  subtractProduct(c, a, b) {
    // Strips of C and B that stay in the cache; inside, two rows of C take four rows of B at a time.
    for (let from = 0; from < c.columns; from += STRIP) {
      const to = Math.min(c.columns, from + STRIP);
      let row = 0;
      for (; row + 2 <= c.rows; row += 2) subtractTwoRows(c, a, b, row, from, to);
      if (row < c.rows) subtractRow(c, a, b, row, from, to);
    }
  },
};

/** Columns of a strip: 16 kB per four rows. */
const STRIP = 512;

function subtractTwoRows(c: MatrixBlock, a: MatrixBlock, b: MatrixBlock, row: number, from: number, to: number): void {
  const [x, y, z] = [c.data, a.data, b.data];
  const inner = a.columns - (a.columns % 4);
  const upper = c.start + row * c.stride;
  const lower = upper + c.stride;
  const p = a.start + row * a.stride;
  const q = p + a.stride;
  for (let k = 0; k < inner; k += 4) {
    const [p0, p1, p2, p3] = [y[p + k]!, y[p + k + 1]!, y[p + k + 2]!, y[p + k + 3]!];
    const [q0, q1, q2, q3] = [y[q + k]!, y[q + k + 1]!, y[q + k + 2]!, y[q + k + 3]!];
    const r0 = b.start + k * b.stride;
    const r1 = r0 + b.stride;
    const r2 = r1 + b.stride;
    const r3 = r2 + b.stride;
    for (let j = from; j < to; j++) {
      const b0 = z[r0 + j]!;
      const b1 = z[r1 + j]!;
      const b2 = z[r2 + j]!;
      const b3 = z[r3 + j]!;
      x[upper + j]! -= p0 * b0 + p1 * b1 + p2 * b2 + p3 * b3;
      x[lower + j]! -= q0 * b0 + q1 * b1 + q2 * b2 + q3 * b3;
    }
  }
  subtractRow(c, a, b, row, from, to, inner);
  subtractRow(c, a, b, row + 1, from, to, inner);
}

/** One row of C, from the inner index `first` on. */
function subtractRow(
  c: MatrixBlock,
  a: MatrixBlock,
  b: MatrixBlock,
  row: number,
  from: number,
  to: number,
  first = 0,
): void {
  const [x, y] = [c.data, b.data];
  const target = c.start + row * c.stride;
  for (let k = first; k < a.columns; k++) {
    const factor = a.data[a.start + row * a.stride + k]!;
    const source = b.start + k * b.stride;
    for (let j = from; j < to; j++) x[target + j]! -= factor * y[source + j]!;
  }
}
