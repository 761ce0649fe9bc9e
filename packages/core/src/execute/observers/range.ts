// Smallest and largest element: over everything, or as an exponential moving average over batches.

import { summariesDiffer } from "../errors.ts";
import type { Observer, ObserverRequest, Summary } from "../observer.ts";
import { elementsOf, type Elements } from "./elements.ts";

/** What one look at a batch finds. `min` > `max` where no element is finite. */
export interface Extent {
  readonly min: number;
  readonly max: number;
  readonly nonFinite: number;
}

type Range = Extract<Summary, { readonly kind: "min-max" | "moving" }>;

/**
 * Smallest and largest finite element. The hot loop tests four elements against the range so far, which they almost
 * always lie in; NaN never does, so finding it costs nothing.
 */
export function extentOf(values: Elements): Extent {
  const range = { min: Infinity, max: -Infinity, nonFinite: 0 };
  const head = Math.min(values.length, 16);
  take(values, 0, head, range);
  let { min, max } = range;
  let i = head;
  for (; i + 4 <= values.length; i += 4) {
    const a = values[i]!;
    const b = values[i + 1]!;
    const c = values[i + 2]!;
    const d = values[i + 3]!;
    if (a >= min && a <= max && b >= min && b <= max && c >= min && c <= max && d >= min && d <= max) continue;
    take(values, i, i + 4, range);
    ({ min, max } = range);
  }
  take(values, i, values.length, range);
  return range;
}

/** Takes the elements from `start` to `end` into the range. */
function take(
  values: Elements,
  start: number,
  end: number,
  range: { min: number; max: number; nonFinite: number },
): void {
  for (let i = start; i < end; i++) {
    const value = values[i]!;
    if (value - value !== 0) range.nonFinite++;
    else {
      if (value < range.min) range.min = value;
      if (value > range.max) range.max = value;
    }
  }
}

export function minMaxObserver(): Observer {
  let summary: Range = { kind: "min-max", min: Infinity, max: -Infinity, count: 0, batches: 0, nonFinite: 0 };
  return {
    update: (tensor) => {
      summary = widen(summary, batchOf("min-max", elementsOf(tensor)));
    },
    summary: () => summary,
  };
}

/** The first batch sets the range; each further one moves it by `constant` of the difference. */
export function movingObserver({ constant }: Extract<ObserverRequest, { readonly observer: "moving" }>): Observer {
  let summary: Range = { kind: "moving", min: Infinity, max: -Infinity, count: 0, batches: 0, nonFinite: 0 };
  return {
    update: (tensor) => {
      const batch = batchOf("moving", elementsOf(tensor));
      summary = blend(summary, batch, summary.batches === 0 ? 1 : constant);
    },
    summary: () => summary,
  };
}

function batchOf(kind: Range["kind"], values: Elements): Range {
  const { min, max, nonFinite } = extentOf(values);
  const count = values.length - nonFinite;
  return { kind, min, max, count, batches: count > 0 ? 1 : 0, nonFinite };
}

function widen(a: Range, b: Range): Range {
  return { ...totals(a, b), min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) };
}

/** `share` of the way from a to b; a range without elements weighs nothing. */
function blend(a: Range, b: Range, share: number): Range {
  const both = totals(a, b);
  if (b.batches === 0) return { ...both, min: a.min, max: a.max };
  if (a.batches === 0) return { ...both, min: b.min, max: b.max };
  return { ...both, min: a.min + share * (b.min - a.min), max: a.max + share * (b.max - a.max) };
}

function totals(a: Range, b: Range): Range {
  return { ...a, count: a.count + b.count, batches: a.batches + b.batches, nonFinite: a.nonFinite + b.nonFinite };
}

/**
 * Merges two ranges. Moving averages are weighted by their batches: exact merging would need the order of all
 * batches, and this keeps the merge associative.
 */
export function mergeRanges(a: Range, b: Range): Range {
  if (a.kind !== b.kind) throw summariesDiffer({ left: a.kind, right: b.kind });
  return a.kind === "min-max" ? widen(a, b) : blend(a, b, b.batches / Math.max(1, a.batches + b.batches));
}
