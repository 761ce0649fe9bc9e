// Histogram over [-limit, limit] with a power of two as limit. Where a batch goes beyond, the limit doubles and bins
// merge in pairs around zero, so nothing is clipped and the result does not depend on how the data was batched.

import { observerRequest, summariesDiffer } from "../errors.ts";
import type { Observer, ObserverRequest, Summary } from "../observer.ts";
import { elementsOf, type Elements } from "./elements.ts";
import { extentOf } from "./range.ts";

type Histogram = Extract<Summary, { readonly kind: "histogram" }>;

const FEWEST_BINS = 2048;

/** Largest limit; what goes beyond is counted as not finite (only float64 can). */
const LARGEST = 2 ** 1000;

/**
 * Bins are half-open, [edge, next edge). This factor moves every edge outwards by a part in 2^40: no float32 lies in
 * between, but an element on an edge falls into the bin nearer to zero, and so +limit into the last one. Halving the
 * scale stays exact, so merging bins gives what counting over the wider range would have given.
 */
const EDGE = 1 - 2 ** -40;

export function histogramObserver(request: Extract<ObserverRequest, { readonly observer: "histogram" }>): Observer {
  const { bins } = request;
  if (!Number.isInteger(bins) || bins < FEWEST_BINS || bins % 2 !== 0 || bins > 2 ** 24) {
    throw observerRequest({
      ...request,
      expected: `bins must be an even number from ${FEWEST_BINS} to 2^24, not ${bins}`,
    });
  }
  let state: Histogram = {
    kind: "histogram",
    min: Infinity,
    max: -Infinity,
    limit: 0,
    counts: new Float64Array(bins),
    count: 0,
    nonFinite: 0,
  };
  return {
    update: (tensor) => {
      state = addBatch(state, elementsOf(tensor));
    },
    summary: () => ({ ...state, counts: state.counts.slice() }),
  };
}

function addBatch(state: Histogram, values: Elements): Histogram {
  const extent = extentOf(values);
  if (extent.nonFinite > 0 || Math.max(-extent.min, extent.max) > LARGEST) {
    const kept = values.filter((value: number) => Math.abs(value) <= LARGEST);
    const rest = kept.length > 0 ? addBatch(state, kept) : state;
    return { ...rest, nonFinite: rest.nonFinite + values.length - kept.length };
  }
  const wide = widened(state, Math.max(state.limit, limitFor(Math.max(-extent.min, extent.max))));
  count(values, wide.counts, wide.limit);
  return {
    ...wide,
    min: Math.min(wide.min, extent.min),
    max: Math.max(wide.max, extent.max),
    count: wide.count + values.length,
  };
}

/** The smallest power of two that is not below the magnitude; 0 where all is zero. */
function limitFor(magnitude: number): number {
  if (!(magnitude > 0)) return 0;
  let limit = 2 ** Math.floor(Math.log2(magnitude));
  while (limit < magnitude) limit *= 2;
  while (limit / 2 >= magnitude) limit /= 2;
  return limit;
}

/** Adds the elements to their bins: the hot loop. With limit 0 all elements are zero and lie just above the middle. */
function count(values: Elements, counts: Float64Array, limit: number): void {
  const half = counts.length / 2;
  const scale = limit === 0 ? 0 : (half / limit) * EDGE;
  for (let i = 0; i < values.length; i++) {
    counts[(Math.floor(values[i]! * scale) + half) | 0]!++;
  }
}

/** The histogram over a wider range; owns its counts when the limit changes. */
function widened(from: Histogram, limit: number): Histogram {
  if (limit === from.limit) return from;
  // Zeros stay in the bin just above the middle whatever the limit is.
  const doublings = from.limit === 0 ? 0 : Math.log2(limit / from.limit);
  return { ...from, limit, counts: doublings === 0 ? from.counts.slice() : mergeBins(from.counts, doublings) };
}

function mergeBins(counts: Float64Array, doublings: number): Float64Array {
  const half = counts.length / 2;
  const wide = new Float64Array(counts.length);
  const factor = 2 ** doublings;
  for (let i = 0; i < half; i++) {
    const to = Math.floor(i / factor);
    wide[half + to]! += counts[half + i]!;
    wide[half - 1 - to]! += counts[half - 1 - i]!;
  }
  return wide;
}

/** Merges two histograms: the narrower one is widened first. */
export function mergeHistograms(a: Histogram, b: Histogram): Histogram {
  if (a.counts.length !== b.counts.length) {
    throw summariesDiffer({ left: `${a.counts.length} bins`, right: `${b.counts.length} bins` });
  }
  const limit = Math.max(a.limit, b.limit);
  const counts = widened(a, limit).counts.slice();
  const others = widened(b, limit).counts;
  for (let i = 0; i < counts.length; i++) counts[i]! += others[i]!;
  return {
    kind: "histogram",
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
    limit,
    counts,
    count: a.count + b.count,
    nonFinite: a.nonFinite + b.nonFinite,
  };
}
