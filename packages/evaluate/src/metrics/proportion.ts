// The accumulation of metrics that are a share of right answers.

import type { Feeds, Label, MetricRun, Verdict } from "@tersor/core";

/** Counts the verdicts of `judge`; the value is the share of correct ones. */
export function proportionRun(judge: (outputs: Feeds, labels: readonly Label[]) => readonly Verdict[]): MetricRun {
  let count = 0;
  let correct = 0;
  return {
    update(outputs, labels) {
      const verdicts = judge(outputs, labels);
      count += verdicts.length;
      correct += verdicts.filter((verdict) => verdict.correct).length;
      return verdicts;
    },
    value: () => correct / count,
  };
}
