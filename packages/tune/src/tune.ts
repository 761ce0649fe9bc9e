// The search: asks a strategy what to try, has it tried, writes down what came of it, until the goal is met as well as it
// can be or the budget is spent. Batches wait for each other and results are taken in the order of proposals, so the
// course of a search depends on its journal alone, not on how many trials ran at once.

import { seededRandom, type Proposal, type Trial, type TuningSearch, type TuningStrategy } from "@tersor/core";
import { journalOther, optionInvalid } from "./errors.ts";
import { bestOf, meets } from "./goal.ts";
import type { Journal, TrialRecord } from "./journal.ts";
import { runBatch, type BatchJob, type TrialWork } from "./run-batch.ts";
import { configKey } from "./space.ts";

/** What a search may use up; absent or 0 is no limit. */
export interface Budget {
  /**
   * Time of all sessions together. When it is over no trial begins and the running ones are ended and not counted, but
   * the first result is always waited for.
   */
  readonly minutes?: number;
  /** Trials, failed ones too. */
  readonly trials?: number;
}

/** A search. */
export interface TuneOptions extends TrialWork {
  readonly strategy: TuningStrategy;
  /** What is searched is in the journal, see `openJournal`. */
  readonly journal: Journal;
  readonly seed?: number;
  readonly budget?: Budget;
  /** Trials that run at once; objectives are always measured with nothing else running. Default 1. */
  readonly concurrency?: number;
  /** A trial that takes longer has failed. Default 10 minutes. */
  readonly trialTimeoutMs?: number;
  /** Ends the search; the trials that were running are tried again when it goes on. */
  readonly signal?: AbortSignal;
  /** Told of each result in the order of proposals, those of earlier sessions too; `isBest` when none before was better. */
  readonly onTrial?: (trial: Trial, isBest: boolean) => Promise<void> | void;
  /** Milliseconds of a clock. Default that of the machine. */
  readonly now?: () => number;
}

/** What a search found. */
export interface TuningResult {
  readonly search: TuningSearch;
  /** In the order of proposals. */
  readonly trials: readonly Trial[];
  /** The best that meets the goal, else the nearest to it; absent when all failed. */
  readonly best?: Trial;
  readonly met: boolean;
  readonly ended: "finished" | "trials" | "minutes" | "stopped";
}

/**
 * Searches for the best configuration. Goes on where the journal ends.
 * @throws TUNE_OPTION_INVALID; TUNE_JOURNAL_OTHER when the strategy does not propose what the journal says was tried;
 * what the journal's store throws. A trial that throws is a failed trial.
 */
export async function tune(options: TuneOptions): Promise<TuningResult> {
  const { strategy, journal, seed = 0, budget = {}, onTrial } = options;
  assertOptions(options);
  const { search } = journal;
  const earlier = recordsByTrial(journal.records);
  const clock = clockFrom(journal.records, options.now ?? (() => performance.now()));
  const trials: Trial[] = [];
  const onSettled = async (trial: Trial): Promise<void> => {
    trials.push(trial);
    await onTrial?.(trial, bestOf(search.goal, trials) === trial);
  };
  let next = 0;
  let ended: TuningResult["ended"] | undefined;
  while (ended === undefined) {
    const proposals = untried(strategy.next(search, trials, seededRandom(seed)), trials);
    const batch = proposals.slice(0, Math.min(MOST_AT_ONCE, (budget.trials || Infinity) - trials.length));
    const jobs = jobsOf(batch, next, earlier);
    const isFirst = trials.every(({ outcome }) => outcome === undefined);
    if (jobs.length > 0) ended = await runBatch(jobs, { ...options, search, clock, isFirst, onSettled });
    else ended = proposals.length === 0 ? "finished" : "trials";
    next += jobs.length;
  }
  const best = bestOf(search.goal, trials);
  return { search, trials, ...(best && { best }), met: meets(search.goal, best), ended };
}

/** Longer batches are cut: what is measured alone is measured when a batch is through. */
const MOST_AT_ONCE = 8;

function assertOptions({ budget = {}, concurrency = 1, trialTimeoutMs = 1, journal }: TuneOptions): void {
  const { minutes = 0, trials = 0 } = budget;
  const { maxDrop, reference } = journal.search.goal;
  if (!(minutes >= 0)) throw optionInvalid("minutes", minutes, "at least 0");
  if (!Number.isSafeInteger(trials) || trials < 0) throw optionInvalid("trials", trials, "a whole number from 0 up");
  if (!Number.isSafeInteger(concurrency) || concurrency < 1)
    throw optionInvalid("concurrency", concurrency, "a whole number from 1 up");
  if (!(trialTimeoutMs > 0)) throw optionInvalid("trialTimeoutMs", trialTimeoutMs, "above 0");
  if (!(maxDrop >= 0)) throw optionInvalid("maxDrop", maxDrop, "at least 0");
  if (!Number.isFinite(reference)) throw optionInvalid("the metric of the source", reference, "a number");
}

/** Proposals without those that were tried before or stand twice. */
function untried(proposals: readonly Proposal[], trials: readonly Trial[]): readonly Proposal[] {
  const seen = new Set(trials.map(({ config }) => configKey(config)));
  return proposals.filter(({ config }) => {
    const key = configKey(config);
    return !seen.has(key) && seen.add(key);
  });
}

/** What earlier sessions wrote of each trial. */
export type TrialRecords = Partial<{ readonly [Kind in TrialRecord["kind"]]: Extract<TrialRecord, { kind: Kind }> }>;

function recordsByTrial(records: readonly TrialRecord[]): ReadonlyMap<number, TrialRecords> {
  const byTrial = new Map<number, TrialRecords>();
  for (const record of records) byTrial.set(record.trial, { ...byTrial.get(record.trial), [record.kind]: record });
  return byTrial;
}

/** @throws TUNE_JOURNAL_OTHER when a trial was begun with another configuration. */
function jobsOf(
  proposals: readonly Proposal[],
  from: number,
  earlier: ReadonlyMap<number, TrialRecords>,
): readonly BatchJob[] {
  return proposals.map((proposal, i) => {
    const known = earlier.get(from + i) ?? {};
    if (known.started && configKey(known.started.config) !== configKey(proposal.config))
      throw journalOther([`the configuration of trial ${from + i}`]);
    return { index: from + i, proposal, known };
  });
}

/** Seconds of the search so far, over all sessions. */
function clockFrom(records: readonly TrialRecord[], now: () => number): () => number {
  const before = Math.max(0, ...records.map((record) => ("at" in record ? record.at : 0)));
  const start = now();
  return () => before + (now() - start) / 1000;
}
