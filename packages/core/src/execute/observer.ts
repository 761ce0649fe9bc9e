// Observers reduce a tensor to a small summary, batch by batch, in memory that does not grow with the data.
// The list is closed, a request is plain data and a summary can be cloned between processes; `merge` is associative.

import { TersorError } from "../errors.ts";
import { float32Of, numbersOf, type Tensor } from "../tensor/tensor.ts";

/** What to collect of one tensor. */
export type ObserverRequest =
  | { readonly tensor: string; readonly observer: "min-max" }
  /** Exponential moving average of the minimum and maximum of each batch. */
  | { readonly tensor: string; readonly observer: "moving"; readonly constant: number }
  /** Histogram over [-limit, limit] that widens by doubling, so counts are never clipped. `bins` is even, at least 2048. */
  | { readonly tensor: string; readonly observer: "histogram"; readonly bins: number }
  /** Largest magnitude per index of `axis`. */
  | { readonly tensor: string; readonly observer: "channel-absmax"; readonly axis: number }
  /** X^T X over all rows; the last axis holds the features. */
  | { readonly tensor: string; readonly observer: "second-moment" }
  /** A reservoir of at most `rows` rows of the last axis (seeded), or whole tensors flattened when it is a vector. */
  | { readonly tensor: string; readonly observer: "sample"; readonly rows: number; readonly seed: number };

export type ObserverKind = ObserverRequest["observer"];

/** What an observer found. `count` is the number of elements (or rows) seen; `nonFinite` those that were NaN or infinite and left out. */
export type Summary =
  | { readonly kind: "min-max" | "moving"; readonly min: number; readonly max: number; readonly count: number; readonly batches: number; readonly nonFinite: number }
  | {
      readonly kind: "histogram";
      readonly min: number;
      readonly max: number;
      /** Bins span [-limit, limit] evenly. */
      readonly limit: number;
      readonly counts: Float64Array;
      readonly count: number;
      readonly nonFinite: number;
    }
  | { readonly kind: "channel-absmax"; readonly absmax: Float32Array; readonly count: number }
  | { readonly kind: "second-moment"; readonly matrix: Float64Array; readonly features: number; readonly count: number }
  | { readonly kind: "sample"; readonly rows: readonly Float32Array[]; readonly count: number };
