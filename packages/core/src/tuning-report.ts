// What a search found, for reports: every configuration that was tried, the best of them, and what stands in the way.

import type { Trial, TunableNode, TuningDimension, TuningGoal } from "./strategy/tuning.ts";

/** A trial, held against the goal. */
export interface ReportedTrial extends Trial {
  /** How much worse the metric got, a share where the goal is relative; negative when it got better. */
  readonly drop?: number;
  readonly met: boolean;
}

/** A search and what came of it. */
export interface TuningReport {
  readonly strategy: string;
  readonly seed: number;
  /** With the metric and the objectives of the float model, which trials are held against. */
  readonly goal: TuningGoal;
  /** Zero says no limit. */
  readonly budget: { readonly minutes: number; readonly trials: number };
  readonly dimensions: readonly TuningDimension[];
  /** In the order of proposals. */
  readonly trials: readonly ReportedTrial[];
  /** Index of the trial that was kept: the best that meets the goal, else the nearest to it. */
  readonly best?: number;
  readonly met: boolean;
  /** Indexes of the trials that no other beats in accuracy and every objective at once. */
  readonly front: readonly number[];
  /** Why the search ended. */
  readonly ended: "finished" | "trials" | "minutes" | "stopped";
  /** When nothing met the goal: the nodes with most error, worst first, of those that the kept model has quantized. */
  readonly inTheWay?: readonly TunableNode[];
  /** Types of operators that are slower quantized on this machine, found by measurement. */
  readonly slower: readonly { readonly op: string; readonly slowdown: number }[];
}
