// What the processes of trials are asked, and what they answer. All of it can be cloned between processes.

import type { ErrorData, Feeds, LatencyPair, MetricValue } from "@tersor/core";
import type { EvaluateOptions } from "../evaluate.ts";
import type { QuantizeOptions } from "../quantize.ts";
import type { CommonOptions } from "../session.ts";
import type { SummaryMemory } from "./remember.ts";

/** Makes the model of a configuration and judges it. */
export interface TrialRequest {
  readonly kind: "trial";
  readonly model: string;
  /** With the configuration in it; `output` is where the model goes. */
  readonly quantize: Omit<QuantizeOptions, keyof CommonOptions> & { readonly output: string };
  readonly evaluate: Omit<EvaluateOptions, keyof CommonOptions | "candidate">;
  /** Where summaries are that other trials have observed too; absent where they are not the same. */
  readonly memory?: SummaryMemory;
  readonly memoryLimitBytes?: number;
  /** Packages or paths of the plugins that both need. */
  readonly plugins: readonly string[];
}

/** What came of it. */
export interface TrialAnswer {
  readonly metric: MetricValue;
  /** Whether each sample is right, as digits; empty for metrics without a notion of that. */
  readonly correct: string;
  readonly sizeBytes: number;
}

/** Measures time and memory of a model, by turns with its source. */
export interface MeasureRequest {
  readonly kind: "measure";
  readonly source: string;
  readonly model: string;
  readonly feeds: Feeds;
  readonly threads: number;
}

/** What was measured. */
export interface MeasureAnswer {
  readonly pair: LatencyPair;
  /** Most memory that loading and running the model took beyond that of the empty process; absent where nobody knows. */
  readonly memoryBytes?: number;
}

/** What a process says. */
export type Told<Answer> =
  | { readonly kind: "done"; readonly answer: Answer }
  | { readonly kind: "failed"; readonly code: string; readonly message: string; readonly data: ErrorData };
