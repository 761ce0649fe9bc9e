// Entropy: the threshold whose quantized distribution is nearest to the seen one in KL divergence
// (Migacz, "8-bit inference with TensorRT", GTC 2017). Histogram of |x| with 2048 bins up to the largest, 128 quantized
// bins: with as many bins as quantized ones there is a single candidate and the method is min-max.

import { defineCalibrator, type Range } from "@tersor/core";
import { histogramOf, type HistogramSummary } from "./summary.ts";

const QUANTIZED_BINS = 128;
const BINS = 2048;

/** The range whose quantized distribution is nearest to the seen one in KL divergence. */
export const entropy = defineCalibrator({
  name: "entropy",
  observer: { observer: "histogram", bins: 4 * BINS },
  range: (summary) => {
    const histogram = histogramOf(summary, "entropy");
    const threshold = bestThreshold(histogram);
    return clampTo(histogram, threshold);
  },
});

/** The threshold T = (i + 0.5) * binWidth with the least divergence, over i = 128 … 2048. */
export function bestThreshold(histogram: HistogramSummary): number {
  const largest = Math.max(-histogram.min, histogram.max);
  const magnitudes = sumsOf(foldedCounts(histogram, largest));
  let best = { bins: BINS, divergence: Infinity };
  for (let bins = QUANTIZED_BINS; bins <= BINS; bins++) {
    const divergence = divergenceAt(magnitudes, bins);
    if (divergence < best.divergence) best = { bins, divergence };
  }
  return (best.bins + 0.5) * (largest / BINS);
}

function clampTo({ min, max }: HistogramSummary, threshold: number): Range {
  return { min: Math.max(min, -threshold), max: Math.min(max, threshold) };
}

/**
 * Counts of |x| in bins up to the largest value: the negative half of the histogram folded onto the positive one, and
 * its bins, which reach up to a power of two, shared out in proportion to what they have in common with the new ones.
 */
function foldedCounts({ counts, limit }: HistogramSummary, largest: number): Float64Array {
  const folded = new Float64Array(BINS);
  const half = counts.length / 2;
  const width = (limit / half / largest) * BINS;
  for (let i = 0; i < half; i++) {
    const count = counts[half + i]! + counts[half - 1 - i]!;
    if (count === 0) continue;
    const from = Math.min(i * width, BINS - 1);
    const to = Math.min((i + 1) * width, BINS);
    for (let bin = Math.floor(from); bin < to; bin++)
      folded[bin]! += (count * (Math.min(to, bin + 1) - Math.max(from, bin))) / (to - from);
  }
  return folded;
}

/** Sums over the first i bins, so that a candidate costs as many steps as there are quantized bins. */
interface Sums {
  readonly counts: Float64Array;
  readonly mass: Float64Array;
  readonly filled: Uint16Array;
  /** Of count * log(count). */
  readonly information: Float64Array;
}

function sumsOf(counts: Float64Array): Sums {
  const mass = new Float64Array(BINS + 1);
  const filled = new Uint16Array(BINS + 1);
  const information = new Float64Array(BINS + 1);
  for (let i = 0; i < BINS; i++) {
    const count = counts[i]!;
    mass[i + 1] = mass[i]! + count;
    filled[i + 1] = filled[i]! + (count > 0 ? 1 : 0);
    information[i + 1] = information[i]! + timesLog(count);
  }
  return { counts, mass, filled, information };
}

function timesLog(count: number): number {
  return count > 0 ? count * Math.log(count) : 0;
}

/**
 * KL(P || Q) for a threshold after `bins` bins. P has the outliers in its last bin; Q is made of the bins without the
 * outliers, merged into 128 (the last takes what is left over) and spread evenly over the bins that were not empty.
 */
function divergenceAt({ counts, mass, filled, information }: Sums, bins: number): number {
  const total = mass[BINS]!;
  const kept = mass[bins]!;
  if (kept < LEAST_KEPT * total) return Infinity;
  const outliers = total - kept;
  const last = counts[bins - 1]!;
  const ownInformation = information[bins]! - timesLog(last) + timesLog(last + outliers) - total * Math.log(total);
  const size = Math.floor(bins / QUANTIZED_BINS);
  let shared = 0;
  for (let from = 0, q = 0; q < QUANTIZED_BINS; q++, from += size) {
    const isLast = q === QUANTIZED_BINS - 1;
    const to = isLast ? bins : from + size;
    const merged = mass[to]! - mass[from]!;
    const over = isLast ? outliers : 0;
    if (merged + over === 0) continue;
    const bearers = filled[to]! - filled[from]! + (over > 0 && last === 0 ? 1 : 0);
    shared += (merged + over) * Math.log(Math.max(merged / bearers / kept, SMOOTHING));
  }
  return (ownInformation - shared) / total;
}

/**
 * Least share of the elements that a threshold keeps. Without it the method collapses where all data lie far from zero:
 * cut at the first filled bin, P and Q are both one bin with everything in it, and equal.
 */
const LEAST_KEPT = 0.9;

/** Probability that stands for an empty bin of Q, so that the divergence stays finite. */
const SMOOTHING = 1e-10;
