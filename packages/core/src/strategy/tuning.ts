// What a search for the best configuration is about, as data, and what a strategy of tuning looks like from outside:
// a pure function from what was found so far to what to try next. @tersor/tune runs it; a trial itself is the caller's.

import type { EvaluationReport } from "../report.ts";

/** A value of a setting: whatever JSON can say. */
export type Setting = string | number | boolean | null | readonly Setting[] | { readonly [name: string]: Setting };

/** One configuration to try: what it says beyond the step that is tuned. Plain data, equal as JSON. */
export interface TuningConfig {
  /** Overrides of the quantize step, by the names it has in recipes. */
  readonly settings: Readonly<Record<string, Setting>>;
  /** Names of the nodes that stay float, in the order of the search's nodes. */
  readonly float: readonly string[];
}

/** A setting that may be chosen. */
export interface TuningDimension {
  readonly name: string;
  /** The default first. */
  readonly values: readonly Setting[];
  /** Values of other settings under which this one matters; it is left out of configurations otherwise. */
  readonly when?: Readonly<Record<string, readonly Setting[]>>;
}

/** A node that can be quantized or stay float, and what is known of it. */
export interface TunableNode {
  readonly name: string;
  readonly op: string;
  /** What it is part of, such as "layer.3": nodes of one block can stay float together. */
  readonly block?: string;
  /** Multiply-accumulates of one run. */
  readonly macs?: number;
  /** Bytes of its weights in the float model. */
  readonly weightBytes: number;
  /** Noise over signal that it adds at its own output in the quantized model. */
  readonly outputError?: number;
  /** Noise over signal at the network's outputs when it alone is quantized. */
  readonly networkError?: number;
  /** Time of the quantized model over its time with the operators of this type left float: above 1, float is faster. */
  readonly slowdown?: number;
}

/** What a search makes small, among the configurations that are right enough. */
export type TuningObjective = "latencyMs" | "sizeBytes" | "memoryBytes";

/** What has to hold. */
export interface TuningGoal {
  /** Most that the metric may get worse. */
  readonly maxDrop: number;
  /** Whether the drop is a share of the source's value. */
  readonly relative: boolean;
  readonly higherIsBetter: boolean;
  /** The metric of the float model. */
  readonly reference: number;
  readonly minimize: readonly TuningObjective[];
  /** Size, and where they were measured time and memory, of the float model. */
  readonly referenceObjectives: Objectives;
}

/** Values of objectives; all are better when smaller. */
export type Objectives = Readonly<Partial<Record<TuningObjective, number>>>;

/** A search: all that strategies see of a model. */
export interface TuningSearch {
  readonly dimensions: readonly TuningDimension[];
  /** In graph order. */
  readonly nodes: readonly TunableNode[];
  readonly goal: TuningGoal;
}

/** What running a configuration gave. */
export interface TrialOutcome {
  /** The metric of the quantized model. */
  readonly metric: number;
  readonly objectives: Objectives;
  /** The metric beside the source's, with counts, interval and test. */
  readonly evaluation?: EvaluationReport;
}

/** A configuration that was tried. */
export interface Trial {
  /** Its place in the order of proposals, from 0. */
  readonly index: number;
  readonly config: TuningConfig;
  /** What the strategy wanted to know. */
  readonly note?: string;
  /** Absent when it failed. */
  readonly outcome?: TrialOutcome;
  /** Why there is no outcome. */
  readonly failure?: { readonly code: string; readonly message: string };
  readonly seconds: number;
}

/** A configuration that a strategy wants tried. */
export interface Proposal {
  readonly config: TuningConfig;
  /** What is to be learned from it, in a few words. */
  readonly note?: string;
  /** It is not needed when an earlier proposal beside it meets the goal; it then has no trial. */
  readonly unlessMet?: boolean;
}

/** Facts of nodes that have to be measured before a strategy can begin. */
export type TuningNeed = "outputError" | "networkError" | "slowdown";

/** A way to search. */
export interface TuningStrategy {
  readonly name: string;
  /** What it has to know of the nodes; default nothing. */
  readonly needs?: readonly TuningNeed[];
  /**
   * What to try next, several where they don't wait for each other; nothing when the search is over. Pure: `history` has
   * all earlier trials in the order of their proposals, none of them running, and `random` begins anew with each call,
   * so the same history gives the same proposals. Of a long list only the first may have been tried before the next call;
   * a configuration that was tried is not run again.
   */
  next(search: TuningSearch, history: readonly Trial[], random: () => number): readonly Proposal[];
}

/** Defines a tuning strategy; an identity function whose job is inference. */
export function defineTuningStrategy(strategy: TuningStrategy): TuningStrategy {
  return strategy;
}
