// What is better: trials held against the goal. A drop counts in the direction that the metric declares, so that lower
// perplexity is as good as higher accuracy.

import type { Objectives, Trial, TuningGoal, TuningSearch } from "@tersor/core";

/** How much worse `metric` is than the source's: above 0 is worse, a share of the source's value where the goal is relative. */
export function dropOf({ higherIsBetter, reference, relative }: TuningGoal, metric: number): number {
  const lost = higherIsBetter ? reference - metric : metric - reference;
  return !relative || lost === 0 ? lost : lost / Math.abs(reference);
}

/** The drop of a trial; Infinity when it failed. */
export function dropOfTrial(goal: TuningGoal, { outcome }: Trial): number {
  return outcome === undefined ? Infinity : dropOf(goal, outcome.metric);
}

/**
 * Whether a trial meets the goal. Rounding of the difference does not decide: a drop of 0.01 from 0.92 to 0.91 is 0.01.
 */
export function meets(goal: TuningGoal, trial: Trial | undefined): boolean {
  return trial?.outcome !== undefined && dropOfTrial(goal, trial) <= goal.maxDrop + 1e-12;
}

/**
 * One number for the objectives: the mean logarithm of their ratios to those of the float model, so that halving the
 * time is worth as much as halving the size. Objectives of which a value is missing are left out; measured ones count in
 * steps of 3 %.
 */
export function objectiveLoss({ minimize, referenceObjectives }: TuningGoal, objectives: Objectives): number {
  const wanted = minimize.length > 0 ? minimize : (["sizeBytes"] as const);
  const logs = wanted.flatMap((name) => {
    const [value, reference = 1] = [objectives[name], referenceObjectives[name]];
    if (value === undefined) return [];
    const log = Math.log(value / reference);
    return name === "sizeBytes" ? log : Math.round(log / NOISE) * NOISE;
  });
  return logs.length === 0 ? 0 : logs.reduce((sum, log) => sum + log, 0) / logs.length;
}

/** Times and memory that differ by less are equal: measuring twice differs by as much. */
const NOISE = 0.03;

/** How far a trial is from what is wanted, for strategies that model it: violation of the goal before objectives. */
export function lossOf(goal: TuningGoal, trial: Trial): number {
  if (trial.outcome === undefined) return FAILED;
  const excess = dropOfTrial(goal, trial) - goal.maxDrop;
  const violation = Math.max(0, excess) / Math.max(goal.maxDrop, LEAST_DROP);
  return Math.min(violation, FAILED / 2) + objectiveLoss(goal, trial.outcome.objectives);
}

const FAILED = 20;
/** The unit of violation where no drop at all is allowed. */
const LEAST_DROP = 1e-3;

/**
 * Orders trials, best first: those that meet the goal by their objectives, then the others by their drop; ties by size,
 * nodes left float, drop, and age.
 */
export function compareTrials(goal: TuningGoal): (a: Trial, b: Trial) => number {
  const rank = (trial: Trial): readonly number[] => {
    const met = meets(goal, trial);
    const objectives = trial.outcome?.objectives ?? {};
    return [
      trial.outcome === undefined ? 2 : met ? 0 : 1,
      met ? objectiveLoss(goal, objectives) : dropOfTrial(goal, trial),
      objectives.sizeBytes ?? Infinity,
      trial.config.float.length,
      dropOfTrial(goal, trial),
      trial.index,
    ];
  };
  return (a, b) => {
    const [left, right] = [rank(a), rank(b)];
    const at = left.findIndex((value, i) => value !== right[i]);
    return at < 0 ? 0 : left[at]! < right[at]! ? -1 : 1;
  };
}

/** The best trial, or the nearest to the goal; undefined while all failed. */
export function bestOf(goal: TuningGoal, trials: Iterable<Trial | undefined>): Trial | undefined {
  const order = compareTrials(goal);
  let best: Trial | undefined;
  for (const trial of trials)
    if (trial?.outcome !== undefined && (best === undefined || order(trial, best) < 0)) best = trial;
  return best;
}

/** Whether nothing left to try can be much better: right enough, all quantized, and only size is asked for. */
export function isBestPossible({ goal }: TuningSearch, trial: Trial | undefined): boolean {
  return meets(goal, trial) && trial?.config.float.length === 0 && goal.minimize.every((name) => name === "sizeBytes");
}
