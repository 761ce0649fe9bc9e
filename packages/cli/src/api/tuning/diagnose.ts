// Measures of single operators, before a search: what each errs, and which types of them are slower quantized here.

import {
  batchesOf,
  take,
  type Batches,
  type Dataset,
  type Executor,
  type Feeds,
  type Graph,
  type LatencyPair,
  type TimeRatio,
  type TunableNode,
  type TuningConfig,
  type TuningNeed,
} from "@tersor/core";
import { benchmarkPair } from "@tersor/evaluate";
import { optionsOfMode, quantizeGraph, type QuantizedGraph } from "@tersor/quantize";
import { networkErrors, outputErrors } from "@tersor/tune";
import { settingsOf } from "../quantize-report.ts";
import { compose, stopOption, type CommonOptions } from "../session.ts";
import { sharesSummaries, stepOf, type TuneOptions } from "./options.ts";
import { remembering } from "./remember.ts";

/** What measuring works with. */
export interface Measured {
  readonly graph: Graph;
  readonly options: TuneOptions;
  readonly executor: Executor;
  readonly calibration: Dataset | undefined;
  /** Data that errors are seen on. */
  readonly typical: Dataset;
  readonly feeds: Feeds;
  /** Folder of summaries. */
  readonly memory: string;
  readonly common: CommonOptions;
  /** Has the machine to itself while it runs. */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Samples that errors are measured on. */
const SAMPLES = 4;

/** Errors of the nodes in a configuration, by need; what no strategy needs is empty. */
export async function measureErrors(
  tools: Measured,
  config: TuningConfig,
  nodes: readonly TunableNode[],
  needs: readonly TuningNeed[],
): Promise<Readonly<Record<"outputError" | "networkError", ReadonlyMap<string, number>>>> {
  const { common, executor } = tools;
  const names = nodes.map(({ name }) => name);
  const onNode = (done: number, total: number) => common.onProgress?.({ stage: "sensitivity", done, total });
  const run = { executor, batches: fewOf(tools), onNode, ...stopOption(common) };
  const none: ReadonlyMap<string, number> = new Map();
  const needed = needs.includes("outputError") || needs.includes("networkError");
  const whole = needed && nodes.length > 0 ? await quantized(tools, config) : undefined;
  if (whole === undefined) return { outputError: none, networkError: none };
  const only = async (name: string) => {
    const float = names.filter((other) => other !== name);
    return (await quantized(tools, { ...config, float }))?.graph;
  };
  return {
    outputError: needs.includes("outputError") ? await outputErrors(whole.prepared, whole.graph, names, run) : none,
    networkError: needs.includes("networkError") ? await networkErrors(whole.prepared, names, only, run) : none,
  };
}

function fewOf({ typical }: Measured): Batches {
  return batchesOf(take(typical, SAMPLES), { batchSize: 1 });
}

/** The graph of a configuration; undefined where it can't be made, which its trial will tell. */
async function quantized(tools: Measured, config: TuningConfig): Promise<QuantizedGraph | undefined> {
  const { graph, options, executor, calibration, memory, common } = tools;
  const step = stepOf(options, config);
  const mode = step.mode ?? (calibration === undefined ? "dynamic" : "static");
  try {
    return await quantizeGraph(graph, optionsOfMode({ ...settingsOf(step), mode }), {
      executor: remembering(executor, sharesSummaries(options, config) ? { folder: memory } : undefined),
      calibrators: compose(common).calibrators.list(),
      roundings: compose(common).roundings.list(),
      ...(calibration && { calibration: batchesOf(calibration, { batchSize: 1 }) }),
      observe: stopOption(common),
    });
  } catch (error) {
    if (common.signal?.aborted) throw error;
    return undefined;
  }
}

/**
 * The ratio of the times of two models that took turns, so that a machine that slows down slows both. Of one thread the
 * processor's time counts, which other work on the machine does not change; of several the time that went by.
 */
export function ratioOf({ cpu, wall }: LatencyPair, { threads = 1 }: Pick<TuneOptions, "threads">): TimeRatio {
  return threads === 1 ? cpu : wall;
}

const ROUNDS = 8;
/** How much slower an operator must be, in every round, to count as slower: less is noise. */
const LEAST = 1.03;

/**
 * By type of operator, the time of the model with all quantized over its time with that type left float, where it is
 * above 1 for sure: in each of several rounds by turns.
 */
export async function measureSlowdowns(
  tools: Measured,
  config: TuningConfig,
  nodes: readonly TunableNode[],
): Promise<ReadonlyMap<string, number>> {
  const types = [...new Set(nodes.map(({ op }) => op))];
  const slow = new Map<string, number>();
  const whole = types.length > 1 ? await quantized(tools, config) : undefined;
  if (whole === undefined) return slow;
  for (const [i, op] of types.entries()) {
    const float = nodes.flatMap((node) => (node.op === op ? [node.name] : []));
    const without = await quantized(tools, { ...config, float });
    const ratio = without && (await slowdownOf(tools, whole.graph, without.graph));
    if (ratio !== undefined && ratio > 1) slow.set(op, ratio);
    tools.common.onProgress?.({ stage: "op times", done: i + 1, total: types.length });
  }
  return slow;
}

function slowdownOf(
  { executor, feeds, options, alone, common }: Measured,
  all: Graph,
  without: Graph,
): Promise<number> {
  const { threads = 1 } = options;
  return alone(async () => {
    const how = { executor, feeds, threads, rounds: ROUNDS, ...stopOption(common) };
    // The ratio is that of the float variant over the quantized one.
    const { value, max } = ratioOf(await benchmarkPair({ ...how, fp32: without, int8: all }), options);
    return 1 / max > LEAST ? 1 / value : 1;
  });
}
