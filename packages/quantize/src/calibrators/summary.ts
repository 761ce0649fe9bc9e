// Reading summaries: a calibrator that is given what another observer saw is a bug of the caller, said plainly.

import { TersorError, type Range, type Summary } from "@tersor/core";

export type HistogramSummary = Extract<Summary, { readonly kind: "histogram" }>;

/** Minimum and maximum of a summary that has them. */
export function extremes(summary: Summary, calibrator: string): Range {
  if ("min" in summary) return { min: summary.min, max: summary.max };
  throw wrongSummary(summary, calibrator);
}

export function histogramOf(summary: Summary, calibrator: string): HistogramSummary {
  if (summary.kind === "histogram") return summary;
  throw wrongSummary(summary, calibrator);
}

function wrongSummary(summary: Summary, calibrator: string): TersorError {
  return new TersorError(
    "QUANTIZE_WRONG_SUMMARY",
    `The calibrator "${calibrator}" can't read a summary of kind "${summary.kind}". Give it what the observer it names has collected.`,
    { calibrator, kind: summary.kind },
  );
}
