// Where the time goes: operators of two models timed by the runtime itself, where the executor can.

import type { Batches, Executor, Feeds, OpProfile, ProfileReport, Runnable, RunOptions } from "@tersor/core";

/** Models to time. */
export interface ProfileOptions extends RunOptions {
  readonly executor: Executor;
  readonly reference: Runnable;
  /** Absent: one model alone. */
  readonly candidate?: Runnable;
  /** The first of its feeds is run. */
  readonly batches: Batches;
  /** Default 20. */
  readonly iterations?: number;
}

/**
 * Times the operators of one or two models on the same feeds, in one thread; undefined where the executor can't or
 * there are no feeds.
 */
export async function profileModels(options: ProfileOptions): Promise<ProfileReport | undefined> {
  const { executor, reference, candidate, batches } = options;
  const feeds = await firstOf(batches);
  const fp32 = feeds && (await profileOne(executor, reference, feeds, options));
  if (!fp32) return undefined;
  const int8 = candidate && (await profileOne(executor, candidate, feeds, options));
  return { fp32, ...(int8 && { int8 }) };
}

async function profileOne(
  executor: Executor,
  model: Runnable,
  feeds: Feeds,
  { iterations = 20, signal, timeoutMs }: ProfileOptions,
): Promise<OpProfile | undefined> {
  const control = { ...(signal && { signal }), ...(timeoutMs !== undefined && { timeoutMs }) };
  return executor.profile?.(model, feeds, { warmup: 2, iterations, ...control });
}

async function firstOf(batches: Batches): Promise<Feeds | undefined> {
  for await (const feeds of batches) return feeds;
  return undefined;
}
