// Percentile: cuts the share (100 - p) of the elements, half of it on each side where the range is asymmetric.

import { defineCalibrator, type Calibrator, type Range } from "@tersor/core";
import { histogramOf, type HistogramSummary } from "./summary.ts";

/** A calibrator that keeps `percent` of the elements. */
export function percentileOf(percent: number, name = `percentile-${percent}`): Calibrator {
  return defineCalibrator({
    name,
    observer: { observer: "histogram", bins: 2048 },
    range: (summary, { symmetric }) => {
      const histogram = histogramOf(summary, name);
      const cut = (1 - percent / 100) * histogram.count;
      return symmetric
        ? symmetricCut(histogram, cut)
        : { min: lowerCut(histogram, cut / 2), max: upperCut(histogram, cut / 2) };
    },
  });
}

/** 99.999 percent of the elements. */
export const percentile = percentileOf(99.999, "percentile");

/** The edge below which `mass` elements lie, not below the minimum seen. */
function lowerCut({ counts, limit, min }: HistogramSummary, mass: number): number {
  const width = (2 * limit) / counts.length;
  let seen = 0;
  let bin = 0;
  while (bin < counts.length && seen + counts[bin]! <= mass) seen += counts[bin++]!;
  return Math.max(min, -limit + bin * width);
}

function upperCut({ counts, limit, max }: HistogramSummary, mass: number): number {
  const width = (2 * limit) / counts.length;
  let seen = 0;
  let bin = counts.length - 1;
  while (bin >= 0 && seen + counts[bin]! <= mass) seen += counts[bin--]!;
  return Math.min(max, -limit + (bin + 1) * width);
}

function symmetricCut({ counts, limit, min, max }: HistogramSummary, mass: number): Range {
  const half = counts.length / 2;
  const width = limit / half;
  let seen = 0;
  let bin = half - 1;
  while (bin > 0) {
    const outer = counts[half + bin]! + counts[half - 1 - bin]!;
    if (seen + outer > mass) break;
    seen += outer;
    bin--;
  }
  const edge = Math.min(Math.max(-min, max), (bin + 1) * width);
  return { min: -edge, max: edge };
}
