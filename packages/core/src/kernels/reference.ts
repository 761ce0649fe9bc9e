// The reference kernels in plain TypeScript. Hot loops are long and plain on purpose.

import type { Kernels } from "./kernels.ts";

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
};
