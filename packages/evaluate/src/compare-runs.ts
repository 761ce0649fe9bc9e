// Runs two models on the same feeds and compares what they give, tensor by tensor, one feed in memory at a time.

import {
  byteLengthOf,
  elementCount,
  isTersorError,
  type Batches,
  type CheckedTensor,
  type CompileOptions,
  type Executable,
  type Executor,
  type Feeds,
  type Runnable,
  type RunOptions,
  type Tensor,
} from "@tersor/core";
import { countNonFinite, createComparison, type Comparison } from "./compare-tensors.ts";

export interface CompareRunsOptions extends CompileOptions, RunOptions {
  readonly executor: Executor;
  readonly reference: Runnable;
  readonly candidate: Runnable;
  readonly batches: Batches;
  /** Most feeds to run. Default all. */
  readonly limit?: number;
  readonly onBatch?: (done: number) => void;
}

export interface ComparedRuns {
  /** Every tensor that the reference gave, in its order. */
  readonly tensors: readonly CheckedTensor[];
  readonly samples: number;
  /** Most bytes that both models' results of one feed took. */
  readonly bytes: number;
}

/** Runs both models on each feed in turn. */
export async function compareRuns(options: CompareRunsOptions): Promise<ComparedRuns> {
  const { executor, reference, candidate } = options;
  const first = await executor.compile(reference, options);
  try {
    const second = await executor.compile(candidate, options);
    try {
      const compared = await walk(
        (feeds) => first.run(feeds, options),
        (feeds) => second.run(feeds, options),
        options,
      );
      return { ...compared, tensors: [...compared.tensors, ...otherOutputs(first)] };
    } finally {
      await second.dispose();
    }
  } finally {
    await first.dispose();
  }
}

/** Outputs that are no tensors: a run does not give them. */
function otherOutputs({ outputs }: Executable): readonly CheckedTensor[] {
  return outputs.flatMap(({ name, type: { kind } }) =>
    kind === "tensor" || kind === "unknown"
      ? []
      : [{ name, kind: "not-comparable", reason: `it is a ${kind}, not a tensor`, nonFinite: 0 } as const],
  );
}

type Run = (feeds: Feeds) => Promise<Feeds>;

async function walk(reference: Run, candidate: Run, options: CompareRunsOptions): Promise<ComparedRuns> {
  const { batches, limit = Infinity, onBatch } = options;
  const trackers = new Map<string, Tracker>();
  let samples = 0;
  let bytes = 0;
  for await (const feeds of batches) {
    if (samples >= limit) break;
    const expected = await reference(feeds);
    const actual = await candidate(feeds);
    for (const [name, tensor] of Object.entries(expected)) track(trackers, name, tensor, actual[name]);
    bytes = Math.max(bytes, sizeOf(expected) + sizeOf(actual));
    samples++;
    onBatch?.(samples);
  }
  return { tensors: Array.from(trackers, ([name, tracker]) => conclude(name, tracker)), samples, bytes };
}

interface Tracker {
  readonly comparison: Comparison;
  /** Why the tensors can't be compared, once one sample showed it. */
  reason?: string;
  /** NaN and infinite elements of the candidate alone. */
  nonFinite: number;
}

function track(trackers: Map<string, Tracker>, name: string, reference: Tensor, actual: Tensor | undefined): void {
  const tracker = trackers.get(name) ?? { comparison: createComparison(), nonFinite: 0 };
  trackers.set(name, tracker);
  if (actual === undefined) {
    tracker.reason ??= "the candidate has no value of this name";
    return;
  }
  tracker.nonFinite += Math.max(0, countNonFinite(actual) - countNonFinite(reference));
  if (tracker.reason !== undefined) return;
  try {
    tracker.comparison.update(reference, actual);
  } catch (error) {
    if (!isTersorError(error, "EVALUATE_NOT_COMPARABLE") && !isTersorError(error, "CORE_NOT_NUMERIC")) throw error;
    tracker.reason = typeof error.data["reason"] === "string" ? error.data["reason"] : error.message;
  }
}

function conclude(name: string, { comparison, reason, nonFinite }: Tracker): CheckedTensor {
  if (reason !== undefined) return { name, kind: "not-comparable", reason, nonFinite };
  return { name, ...comparison.summary()! };
}

function sizeOf(feeds: Feeds): number {
  return Object.values(feeds).reduce((sum, { dtype, shape }) => sum + byteLengthOf(dtype, elementCount(shape)), 0);
}
