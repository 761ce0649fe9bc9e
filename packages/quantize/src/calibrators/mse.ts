// MSE: the range with the least expected squared error of quantize-dequantize over the histogram, clipping included
// (Sung et al. 2015, arXiv 1511.06488; Banner et al. 2019, arXiv 1810.05723). Each side of an asymmetric range is cut on its own.

import { defineCalibrator, type Range } from "@tersor/core";
import { histogramOf, type HistogramSummary } from "./summary.ts";

/** Shares of the seen range that are tried on each side. */
const CANDIDATES = 40;
const LEAST = 0.1;

/** The range with the least expected squared error. The default. */
export const mse = defineCalibrator({
  name: "mse",
  observer: { observer: "histogram", bins: 4096 },
  range: (summary, { bitWidth, symmetric }) => {
    const histogram = histogramOf(summary, "mse");
    const levels = 2 ** bitWidth - 1;
    const bottom = Math.min(histogram.min, 0);
    const top = Math.max(histogram.max, 0);
    if (symmetric) {
      const edge = Math.max(-bottom, top);
      return best(
        histogram,
        levels,
        shares().map((share) => ({ min: -edge * share, max: edge * share })),
      );
    }
    // Coordinate descent: the two sides touch each other only through the step, so two rounds settle.
    let range: Range = { min: bottom, max: top };
    for (let round = 0; round < 2; round++) {
      range = best(histogram, levels, [range, ...shares().map((share) => ({ min: range.min, max: top * share }))]);
      range = best(histogram, levels, [range, ...shares().map((share) => ({ min: bottom * share, max: range.max }))]);
    }
    return range;
  },
});

function shares(): readonly number[] {
  return Array.from({ length: CANDIDATES }, (_, i) => 1 - (i * (1 - LEAST)) / CANDIDATES);
}

function best(histogram: HistogramSummary, levels: number, ranges: readonly Range[]): Range {
  let found = ranges[0]!;
  let least = Infinity;
  for (const range of ranges) {
    const error = expectedError(histogram, range, levels);
    if (error < least * (1 - 1e-9)) {
      least = error;
      found = range;
    }
  }
  return found;
}

/** Sum over the bins of count * error^2: the square of the overshoot where clipped, step^2 / 12 where rounded. */
export function expectedError({ counts, limit }: HistogramSummary, { min, max }: Range, levels: number): number {
  const width = (2 * limit) / counts.length;
  const step = (max - min) / levels;
  const rounding = (step * step) / 12;
  let sum = 0;
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i]!;
    if (count === 0) continue;
    const center = -limit + (i + 0.5) * width;
    const over = center > max ? center - max : center < min ? min - center : 0;
    sum += count * (over > 0 ? over * over + rounding : rounding);
  }
  return sum;
}
