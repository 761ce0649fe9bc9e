// OCTAV: the clipping threshold with the least mean squared error, found by Newton's method
// (Sakr et al. 2022, "Optimal Clipping and Magnitude-aware Differentiation", arXiv 2206.06501, equation 11).
// A plugin of one file: plain JavaScript with checked types, so that it needs no build.
// @ts-check

import { defineCalibrator, TersorError } from "@tersor/core";

/** @import { Plugin, Range, RangeSpec, Summary } from "@tersor/core" */
/** @typedef {Extract<Summary, { kind: "histogram" }>} Histogram */

export const octav = defineCalibrator({
  name: "octav",
  observer: { observer: "histogram", bins: 4096 },
  range: (summary, spec) => {
    const { min, max } = histogramOf(summary);
    const threshold = bestThreshold(histogramOf(summary), spec);
    return { min: Math.max(min, -threshold), max: Math.min(max, threshold) };
  },
});

/** @type {Plugin} */
export const plugin = { name: "tersor-plugin-octav", calibrators: [octav] };

/** More steps than Newton's method ever took; it is there so that no data can make it go on forever. */
const MOST_STEPS = 100;

/**
 * s <- E[|x| 1(|x| > s)] / (noise E[1(|x| <= s)] + E[1(|x| > s)]), from the mean of |x|.
 * @param {Histogram} histogram
 * @param {RangeSpec} spec
 * @returns {number} the threshold; Infinity where clipping nothing is best
 */
function bestThreshold(histogram, spec) {
  const noise = noiseOf(histogram, spec);
  let threshold = 0;
  for (let step = 0; step < MOST_STEPS; step++) {
    const { sumAbove, above, below } = partsAt(histogram, threshold);
    if (above === 0) return Infinity;
    const next = sumAbove / (noise * below + above);
    if (Math.abs(next - threshold) <= 1e-9 * next) break;
    threshold = next;
  }
  return threshold;
}

/**
 * Variance of rounding, step^2 / 12, for a threshold of 1: 4^-bits / 3 over [-1, 1], a quarter of it over [0, 1].
 * @param {Histogram} histogram
 * @param {RangeSpec} spec
 */
function noiseOf({ min, max }, { bitWidth, symmetric }) {
  const oneSided = !symmetric && (min >= 0 || max <= 0);
  return 4 ** -bitWidth / (oneSided ? 12 : 3);
}

/**
 * How many elements lie on either side of the threshold, and the sum of the magnitudes above it.
 * @param {Histogram} histogram
 * @param {number} threshold
 */
function partsAt({ counts, limit }, threshold) {
  const width = (2 * limit) / counts.length;
  let sumAbove = 0;
  let above = 0;
  let below = 0;
  for (const [bin, count] of counts.entries()) {
    const magnitude = Math.abs(-limit + (bin + 0.5) * width);
    if (magnitude <= threshold) below += count;
    else {
      above += count;
      sumAbove += count * magnitude;
    }
  }
  return { sumAbove, above, below };
}

/**
 * @param {Summary} summary
 * @returns {Histogram}
 */
function histogramOf(summary) {
  if (summary.kind === "histogram") return summary;
  throw new TersorError("OCTAV_SUMMARY", `OCTAV reads a histogram, not a summary of kind "${summary.kind}".`);
}
