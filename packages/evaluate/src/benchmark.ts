// How long a model takes: percentiles of latency and throughput after a warm-up, and two models by turns, so that a
// machine that slows down slows both. Times are taken where the model runs; CPU time counts all threads.

import type {
  CompileOptions,
  Executable,
  Executor,
  Feeds,
  Latency,
  LatencyPair,
  Runnable,
  RunOptions,
  TimeRatio,
  Timing,
} from "@tersor/core";
import { invalidOption } from "./errors.ts";
import { percentilesOf } from "./percentiles.ts";

/** What both benchmarks take: where to run, on what. */
export interface TimeOptions extends Omit<CompileOptions, "tap">, RunOptions {
  readonly executor: Executor;
  readonly feeds: Feeds;
  /** Runs before the first that counts. Default 5. */
  readonly warmup?: number;
  /** Default: the first axis of the first feed, or 1. */
  readonly batchSize?: number;
}

/** One model to time. */
export interface BenchmarkOptions extends TimeOptions {
  readonly model: Runnable;
  /** Runs that count. Default 50. */
  readonly iterations?: number;
}

/** Two models to time against each other, in turns. */
export interface BenchmarkPairOptions extends TimeOptions {
  readonly fp32: Runnable;
  readonly int8: Runnable;
  /** Turns of each model. Default 10. */
  readonly rounds?: number;
  /** Runs of a model per turn. Default 5. */
  readonly iterationsPerRound?: number;
  readonly onRound?: (done: number) => void;
}

/**
 * Times one model.
 * @throws EVALUATE_INVALID_OPTION for counts that are no whole numbers, and what the executor throws.
 */
export async function benchmark(options: BenchmarkOptions): Promise<Latency> {
  const { executor, model, feeds, warmup = 5, iterations = 50 } = options;
  assertCount("warmup", warmup, 0);
  assertCount("iterations", iterations, 1);
  const executable = await executor.compile(model, options);
  try {
    const timings = await executable.time(feeds, { ...limits(options), warmup, iterations });
    return latencyOf(timings, options, warmup);
  } finally {
    await executable.dispose();
  }
}

/**
 * Times two models by turns: FP32, INT8, FP32, INT8 and so on, in one child process of the executor. Each ratio is that
 * of the medians over all runs, with the smallest and largest ratio of the medians of one round.
 * @throws EVALUATE_INVALID_OPTION for counts that are no whole numbers, and what the executor throws.
 */
export async function benchmarkPair(options: BenchmarkPairOptions): Promise<LatencyPair> {
  const { executor, fp32, int8, warmup = 5, rounds = 10, iterationsPerRound = 5 } = options;
  assertCount("warmup", warmup, 0);
  assertCount("rounds", rounds, 1);
  assertCount("iterationsPerRound", iterationsPerRound, 1);
  const first = await executor.compile(fp32, options);
  try {
    const second = await executor.compile(int8, options);
    try {
      const turns = await takeTurns(first, second, { ...options, warmup, rounds, iterationsPerRound });
      return pairOf(turns, options, warmup);
    } finally {
      await second.dispose();
    }
  } finally {
    await first.dispose();
  }
}

interface Turn {
  readonly fp32: readonly Timing[];
  readonly int8: readonly Timing[];
}

type Turns = BenchmarkPairOptions & {
  readonly warmup: number;
  readonly rounds: number;
  readonly iterationsPerRound: number;
};

async function takeTurns(fp32: Executable, int8: Executable, options: Turns): Promise<readonly Turn[]> {
  const { feeds, warmup, rounds, iterationsPerRound, onRound } = options;
  const turns: Turn[] = [];
  for (let round = 0; round < rounds; round++) {
    // The other model ran in between, so each turn begins with one run that brings its weights back into the cache.
    const counts = { ...limits(options), warmup: round === 0 ? warmup : 1, iterations: iterationsPerRound };
    turns.push({ fp32: await fp32.time(feeds, counts), int8: await int8.time(feeds, counts) });
    onRound?.(round + 1);
  }
  return turns;
}

function pairOf(turns: readonly Turn[], options: TimeOptions, warmup: number): LatencyPair {
  return {
    fp32: latencyOf(
      turns.flatMap((turn) => turn.fp32),
      options,
      warmup,
    ),
    int8: latencyOf(
      turns.flatMap((turn) => turn.int8),
      options,
      warmup,
    ),
    wall: ratioOf(turns, "wallMs"),
    cpu: ratioOf(turns, "cpuMs"),
    rounds: turns.length,
  };
}

/** FP32 over INT8: above 1, INT8 is faster. */
function ratioOf(turns: readonly Turn[], time: keyof Timing): TimeRatio {
  const median = (timings: readonly Timing[]) => percentilesOf(timings.map((timing) => timing[time])).p50;
  const paired = turns.map((turn) => median(turn.fp32) / median(turn.int8));
  const value = median(turns.flatMap((turn) => turn.fp32)) / median(turns.flatMap((turn) => turn.int8));
  const { min, max } = percentilesOf(paired);
  return { value, min, max };
}

function latencyOf(timings: readonly Timing[], options: TimeOptions, warmup: number): Latency {
  const batchSize = options.batchSize ?? firstAxis(options.feeds);
  const wallMs = percentilesOf(timings.map((timing) => timing.wallMs));
  return {
    wallMs,
    cpuMs: percentilesOf(timings.map((timing) => timing.cpuMs)),
    // At the median, not over the whole time: on a machine that does other work, a few long runs would decide.
    throughput: (batchSize * 1000) / wallMs.p50,
    batchSize,
    threads: options.threads ?? 1,
    warmup,
    iterations: timings.length,
  };
}

/** Samples of one run, as far as the feeds show it: the first axis of the first feed, 1 when that is a scalar. */
export function firstAxis(feeds: Feeds): number {
  return Object.values(feeds)[0]?.shape[0] ?? 1;
}

function limits({ signal, timeoutMs }: RunOptions): RunOptions {
  return { ...(signal ? { signal } : {}), ...(timeoutMs === undefined ? {} : { timeoutMs }) };
}

/** @throws EVALUATE_INVALID_OPTION when `value` is no whole number of at least `least`. */
export function assertCount(option: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least)
    throw invalidOption(option, value, `a whole number of at least ${least}`);
}
