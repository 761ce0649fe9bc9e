// One batch of trials: several at once, each under its own time limit, then what has to be measured alone, one by one.

import {
  isTersorError,
  type Objectives,
  type Proposal,
  type Trial,
  type TrialOutcome,
  type TuningSearch,
} from "@tersor/core";
import { metricNotFinite, trialTimeout } from "./errors.ts";
import { meets } from "./goal.ts";
import type { Journal } from "./journal.ts";
import type { Budget, TrialRecords, TuningResult } from "./tune.ts";

/** A configuration with its number. */
export interface TrialJob {
  readonly index: number;
  readonly config: Proposal["config"];
}

/** What a trial is: the caller quantizes and judges. */
export interface TrialWork {
  /** Makes the model of a configuration and judges it. The signal ends it: the time is over, or it is not needed. */
  readonly runTrial: (job: TrialJob, signal: AbortSignal) => Promise<TrialOutcome>;
  /** Measures what needs the machine to itself, such as latency; called with no other trial running. */
  readonly measure?: (job: TrialJob, signal: AbortSignal) => Promise<Objectives>;
}

/** A trial to run, and what is known of it from earlier sessions. */
export interface BatchJob {
  readonly index: number;
  readonly proposal: Proposal;
  readonly known: TrialRecords;
}

interface BatchOptions extends TrialWork {
  readonly search: TuningSearch;
  readonly journal: Journal;
  readonly budget?: Budget;
  readonly concurrency?: number;
  readonly trialTimeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Seconds of the search so far. */
  readonly clock: () => number;
  /** Whether there is no result yet: then time does not end the batch before it has one. */
  readonly isFirst: boolean;
  /** Is handed the results in the order of proposals, each as soon as all before it are there. */
  readonly onSettled: (trial: Trial) => Promise<void>;
}

/** Why the search can't go on. */
type Ended = Extract<TuningResult["ended"], "minutes" | "stopped">;

/**
 * Runs the trials of a batch, or takes what the journal has of them. Gives why it did not come to the end, if it did not;
 * results after the first that is missing then wait in the journal for the next session, so that they stay in order.
 */
export async function runBatch(jobs: readonly BatchJob[], options: BatchOptions): Promise<Ended | undefined> {
  const batch = new Batch(jobs, options);
  return batch.run();
}

const TEN_MINUTES = 600_000;

/** The state of a batch while it runs. */
class Batch {
  readonly #jobs: readonly BatchJob[];
  readonly #options: BatchOptions;
  /** Results by place in the batch. */
  readonly #trials: (Trial | undefined)[];
  /** What stops the trials that are running. */
  readonly #running = new Map<number, AbortController>();
  #ended: Ended | undefined;
  /** The first place whose result was not handed on yet. */
  #next = 0;
  #handingOn: Promise<void> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(jobs: readonly BatchJob[], options: BatchOptions) {
    this.#jobs = jobs;
    this.#options = options;
    this.#trials = jobs.map(fromJournal);
  }

  async run(): Promise<Ended | undefined> {
    const { signal } = this.#options;
    const stop = () => this.#end("stopped");
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop);
    this.#watchTime();
    try {
      await this.#runAll();
      await this.#measureAll();
      return this.#next < this.#jobs.length ? (this.#ended ?? "stopped") : undefined;
    } finally {
      clearTimeout(this.#timer);
      signal?.removeEventListener("abort", stop);
      // Whatever ended this: no trial runs on.
      for (const controller of this.#running.values()) controller.abort();
    }
  }

  async #runAll(): Promise<void> {
    await this.#handOn();
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < this.#jobs.length && this.#mayGoOn()) await this.#runOne(next++);
    };
    await Promise.all(Array.from({ length: this.#options.concurrency ?? 1 }, worker));
  }

  /** Measures what has finished, one at a time. */
  async #measureAll(): Promise<void> {
    const { measure } = this.#options;
    if (measure === undefined) return;
    while (this.#next < this.#jobs.length) {
      const place = this.#next;
      const trial = this.#trials[place];
      if (this.#isNeeded(place)) {
        if (trial === undefined) return;
        if (trial.outcome !== undefined && !(await this.#measured(place, trial, measure))) return;
      }
      await this.#handOnOne();
    }
  }

  /** Hands on the results that are whole, in order. */
  #handOn(): Promise<void> {
    const { measure } = this.#options;
    this.#handingOn = this.#handingOn.then(async () => {
      if (measure !== undefined) return;
      while (this.#next < this.#jobs.length && (this.#trials[this.#next] || !this.#isNeeded(this.#next)))
        await this.#handOnOne();
    });
    return this.#handingOn;
  }

  async #handOnOne(): Promise<void> {
    const place = this.#next++;
    const trial = this.#trials[place];
    if (trial !== undefined && this.#isNeeded(place)) await this.#options.onSettled(trial);
  }

  /** Time is over, or the caller has had enough. */
  #end(why: Ended): void {
    this.#ended ??= why;
    for (const controller of this.#running.values()) controller.abort();
  }

  /** Looks at the clock when the time should be over; a timer may come early. */
  #watchTime(): void {
    this.#timeIsOver();
    const left = this.#secondsLeft();
    if (left > 0 && Number.isFinite(left))
      this.#timer = setTimeout(() => this.#watchTime(), Math.min(left * 1000 + 1, MOST_DELAY));
  }

  #timeIsOver(): void {
    if (this.#secondsLeft() <= 0 && !this.#waitsForFirst()) this.#end("minutes");
  }

  #secondsLeft(): number {
    const { budget = {}, clock } = this.#options;
    return budget.minutes ? budget.minutes * 60 - clock() : Infinity;
  }

  /** The first result of a search is waited for, however long it takes. */
  #waitsForFirst(): boolean {
    return this.#options.isFirst && this.#trials.every((trial) => trial?.outcome === undefined);
  }

  #mayGoOn(): boolean {
    if (this.#ended === undefined) this.#timeIsOver();
    return this.#ended === undefined;
  }

  /** Whether a trial counts: no earlier success made it needless. */
  #isNeeded(place: number): boolean {
    if (!this.#jobs[place]!.proposal.unlessMet) return true;
    return !this.#trials.slice(0, place).some((trial) => meets(this.#options.search.goal, trial));
  }

  async #runOne(place: number): Promise<void> {
    if (this.#trials[place] !== undefined || !this.#isNeeded(place)) return;
    const { journal, runTrial } = this.#options;
    const { index, proposal, known } = this.#jobs[place]!;
    const { config, note } = proposal;
    if (!known.started)
      await journal.append({ kind: "started", trial: index, config, ...(note !== undefined && { note }) });
    const trial = await this.#attempt(place, async (signal) => {
      const outcome = await runTrial({ index, config }, signal);
      if (!Number.isFinite(outcome.metric)) throw metricNotFinite(outcome.metric);
      return outcome;
    });
    if (trial === undefined) return;
    this.#trials[place] = trial;
    await this.#writeDown(trial);
    this.#dropNeedless();
    await this.#handOn();
  }

  /** Completes the objectives of a trial; false when the search ended before. */
  async #measured(place: number, trial: Trial, measure: NonNullable<TrialWork["measure"]>): Promise<boolean> {
    const { journal, clock } = this.#options;
    const known = this.#jobs[place]!.known.measured?.objectives;
    if (known === undefined && !this.#mayGoOn()) return false;
    const { index, config, seconds } = trial;
    const outcome = trial.outcome!;
    const withMore = (objectives: Objectives) => ({ ...outcome, objectives: { ...outcome.objectives, ...objectives } });
    const whole = known
      ? { ...trial, outcome: withMore(known) }
      : await this.#attempt(place, async (signal) => withMore(await measure({ index, config }, signal)));
    if (whole === undefined) return false;
    this.#trials[place] = known ? whole : { ...whole, seconds: whole.seconds + seconds };
    if (whole.outcome === undefined) await this.#writeDown(this.#trials[place]);
    else if (known === undefined)
      await journal.append({ kind: "measured", trial: index, objectives: whole.outcome.objectives, at: clock() });
    return true;
  }

  /** Runs the work of a trial under its time limit; undefined when the search was ended or the trial became needless. */
  async #attempt(place: number, work: (signal: AbortSignal) => Promise<TrialOutcome>): Promise<Trial | undefined> {
    const { trialTimeoutMs = TEN_MINUTES, clock } = this.#options;
    const { index, proposal } = this.#jobs[place]!;
    const { unlessMet: _, ...tried } = proposal;
    const controller = new AbortController();
    const begun = clock();
    this.#running.set(place, controller);
    const limited = withLimit(
      work(controller.signal),
      controller,
      () => trialTimeout(index, trialTimeoutMs),
      trialTimeoutMs,
    );
    try {
      const outcome = await limited;
      return { index, ...tried, outcome, seconds: clock() - begun };
    } catch (error) {
      if (controller.signal.aborted && !isTersorError(error, "TUNE_TRIAL_TIMEOUT")) return undefined;
      return { index, ...tried, failure: failureOf(error), seconds: clock() - begun };
    } finally {
      this.#running.delete(place);
    }
  }

  async #writeDown({ index: trial, outcome, failure, seconds }: Trial): Promise<void> {
    const { journal, clock } = this.#options;
    const common = { trial, seconds, at: clock() };
    if (outcome) await journal.append({ kind: "finished", outcome, ...common });
    else if (failure) await journal.append({ kind: "failed", failure, ...common });
  }

  /** Ends running trials that a success before them made needless. */
  #dropNeedless(): void {
    for (const [place, controller] of this.#running) if (!this.#isNeeded(place)) controller.abort();
  }
}

/** Timers of browsers and Node hold at most this many milliseconds. */
const MOST_DELAY = 2 ** 31 - 1;

/** What the journal has of a trial. */
function fromJournal({ index, proposal, known }: BatchJob): Trial | undefined {
  const { unlessMet: _, ...tried } = proposal;
  const { finished, failed } = known;
  if (failed) return { index, ...tried, failure: failed.failure, seconds: failed.seconds };
  return finished && { index, ...tried, outcome: finished.outcome, seconds: finished.seconds };
}

/** The result of `work`, or an error when the time is over or it was aborted, whether or not the work listens. */
function withLimit<T>(
  work: Promise<T>,
  controller: AbortController,
  timedOut: () => Error,
  timeoutMs: number,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => {
        // First the rejection, so that what the abort brings about does not stand in for it.
        reject(timedOut());
        controller.abort();
      },
      Math.min(timeoutMs, MOST_DELAY),
    );
    controller.signal.addEventListener("abort", () => reject(controller.signal.reason), { once: true });
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function failureOf(error: unknown): NonNullable<Trial["failure"]> {
  if (isTersorError(error)) return { code: error.code, message: error.message };
  return { code: "TUNE_TRIAL_CRASHED", message: error instanceof Error ? error.message : String(error) };
}
