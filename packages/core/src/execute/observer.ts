// Observers reduce a tensor to a small summary, batch by batch, in memory that does not grow with the data.
// The list is closed, a request is plain data and a summary can be cloned between processes; merging is associative.

import type { Shape, Tensor } from "../tensor/tensor.ts";
import { observerUnknown, summariesDiffer } from "./errors.ts";
import { channelAbsmaxObserver, mergeChannelAbsmax } from "./observers/channel-absmax.ts";
import { histogramObserver, mergeHistograms } from "./observers/histogram.ts";
import { mergeRanges, minMaxObserver, movingObserver } from "./observers/range.ts";
import { mergeSamples, sampleObserver } from "./observers/sample.ts";
import { mergeSecondMoments, secondMomentObserver } from "./observers/second-moment.ts";
import { mergeSums, sumObserver } from "./observers/sum.ts";

/** What to collect of one tensor. */
export type ObserverRequest =
  | { readonly tensor: string; readonly observer: "min-max" }
  /** Exponential moving average of the minimum and maximum of each batch: it moves by `constant` of the difference. */
  | { readonly tensor: string; readonly observer: "moving"; readonly constant: number }
  /** Histogram over [-limit, limit] that widens by doubling, so counts are never clipped. `bins` is even, at least 2048. */
  | { readonly tensor: string; readonly observer: "histogram"; readonly bins: number }
  /** Largest magnitude per index of `axis`. */
  | { readonly tensor: string; readonly observer: "channel-absmax"; readonly axis: number }
  /** Sum over all batches, element by element; the shape must not vary. */
  | { readonly tensor: string; readonly observer: "sum" }
  /** X^T X over all rows; the last axis holds the features. */
  | { readonly tensor: string; readonly observer: "second-moment" }
  /** A sample of at most `rows` rows along `axis` (default the last), seeded; a vector is one row. */
  | {
      readonly tensor: string;
      readonly observer: "sample";
      readonly rows: number;
      readonly seed: number;
      readonly axis?: number;
    };

/** The name of an observer. */
export type ObserverKind = ObserverRequest["observer"];

/**
 * What an observer found. `count` is the number of elements (or rows) that went in; `nonFinite` those that were NaN or
 * infinite and were left out. A range over no elements has min = Infinity and max = -Infinity.
 */
export type Summary =
  | {
      readonly kind: "min-max" | "moving";
      readonly min: number;
      readonly max: number;
      readonly count: number;
      readonly batches: number;
      readonly nonFinite: number;
    }
  | {
      readonly kind: "histogram";
      readonly min: number;
      readonly max: number;
      /** Bins span [-limit, limit] evenly; a power of two, or 0 while every element was zero. */
      readonly limit: number;
      readonly counts: Float64Array;
      readonly count: number;
      readonly nonFinite: number;
    }
  | { readonly kind: "channel-absmax"; readonly absmax: Float32Array; readonly count: number }
  | { readonly kind: "sum"; readonly sum: Float64Array; readonly shape: Shape; readonly count: number }
  /** `matrix` is row-major, `features` x `features`; `count` is the number of rows. */
  | { readonly kind: "second-moment"; readonly matrix: Float64Array; readonly features: number; readonly count: number }
  | {
      readonly kind: "sample";
      readonly rows: readonly Float32Array[];
      /** The random key of each row; the rows with the smallest keys are kept. */
      readonly keys: readonly number[];
      /** How many rows are kept at most. */
      readonly most: number;
      readonly count: number;
    };

/** Collects one summary. */
export interface Observer {
  /**
   * Takes one more batch in.
   * @throws CORE_NOT_NUMERIC for strings and complex numbers, CORE_OBSERVED_SHAPE where the shape does not fit.
   */
  update(tensor: Tensor): void;
  /** What was found so far; the observer can go on afterwards. */
  summary(): Summary;
}

/**
 * Makes the observer of a request.
 * @throws CORE_OBSERVER_REQUEST where a parameter makes no sense.
 */
export function createObserver(request: ObserverRequest): Observer {
  switch (request.observer) {
    case "min-max":
      return minMaxObserver();
    case "moving":
      return movingObserver(request);
    case "histogram":
      return histogramObserver(request);
    case "channel-absmax":
      return channelAbsmaxObserver(request);
    case "sum":
      return sumObserver(request);
    case "second-moment":
      return secondMomentObserver(request);
    case "sample":
      return sampleObserver(request);
    default:
      throw observerUnknown((request as ObserverRequest).observer);
  }
}

/**
 * Merges the summaries of two parts of the data, `a` before `b`. Associative; sums of floating point numbers up to rounding.
 * @throws CORE_SUMMARIES_DIFFER where they are not of the same request.
 */
export function mergeSummaries(a: Summary, b: Summary): Summary {
  if (isRange(a) && isRange(b)) return mergeRanges(a, b);
  if (a.kind === "histogram" && b.kind === "histogram") return mergeHistograms(a, b);
  if (a.kind === "channel-absmax" && b.kind === "channel-absmax") return mergeChannelAbsmax(a, b);
  if (a.kind === "sum" && b.kind === "sum") return mergeSums(a, b);
  if (a.kind === "second-moment" && b.kind === "second-moment") return mergeSecondMoments(a, b);
  if (a.kind === "sample" && b.kind === "sample") return mergeSamples(a, b);
  throw summariesDiffer({ left: a.kind, right: b.kind });
}

function isRange(summary: Summary): summary is Extract<Summary, { readonly kind: "min-max" | "moving" }> {
  return summary.kind === "min-max" || summary.kind === "moving";
}
