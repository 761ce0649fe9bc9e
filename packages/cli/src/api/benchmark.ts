// tersor benchmark: how long a model takes, alone, beside another by turns, or in several processes at once.

import { batchesOf, type BenchmarkReport, type Executor, type Feeds, type Report } from "@tersor/core";
import { benchmark as time, benchmarkPair, type TimeOptions } from "@tersor/evaluate";
import { measureInstances } from "./benchmark-instances.ts";
import { dataFor, type DataSource } from "./data.ts";
import { fileOf } from "./evaluate.ts";
import { modelFacts, openCandidate, openModel, type ModelFile, type OpenModel } from "./model.ts";
import { printableReport, type Printable } from "./report.ts";
import { compose, machineFacts, stopOption, withExecutor, type CommonOptions } from "./session.ts";
import { stopwatch } from "./stopwatch.ts";

/** What to measure, and how long. */
export interface BenchmarkOptions extends CommonOptions {
  /** A second model that takes turns with the first one. */
  readonly candidate?: string;
  /** Inputs, of which the first batch is taken. Default "random". */
  readonly data?: DataSource;
  /** Samples per run. Default 1. */
  readonly batchSize?: number;
  /** Threads within one operator; 0 lets the runtime decide. Default 1. */
  readonly threads?: number;
  /** Runs before the first that counts. Default 5. */
  readonly warmup?: number;
  /** Runs of each model that count. Default 50. */
  readonly iterations?: number;
  /** Measure this many processes at once, each on cores of its own. */
  readonly instances?: number;
  /** Default 1. */
  readonly coresPerInstance?: number;
}

/** Runs of a model before the other has its turn. */
const RUNS_PER_TURN = 5;

/**
 * Measures latency and throughput.
 * @example
 * const report = await benchmark("model.onnx", { candidate: "model.qdq.onnx", threads: 1 });
 * @throws EVALUATE_TOO_FEW_CORES, EVALUATE_INVALID_OPTION, and what reading and running throw.
 */
export async function benchmark(model: string, options: BenchmarkOptions = {}): Promise<Printable<Report>> {
  const clock = stopwatch();
  const tersor = compose(options);
  const source = await openModel(model, tersor, options.onProgress);
  const candidate =
    options.candidate === undefined ? undefined : await openCandidate(options.candidate, tersor, options.onProgress);
  const { feeds, random } = await feedsFor(source, options);
  clock.lap("read");
  return withExecutor(options, async (executor) => {
    const result = await measure({ executor, feeds, source, candidate, options });
    clock.lap("benchmark");
    return printableReport({
      version: 1,
      command: "benchmark",
      model: modelFacts(source),
      output: candidate ? [fileOf(candidate)] : [],
      machine: await machineFacts(executor),
      benchmark: result,
      notes: [...(random ? [`The inputs were made up: ${shapesText(feeds)}; give typical ones with --data.`] : [])],
      warnings: [],
      seconds: clock.laps(),
    });
  });
}

/** The first batch of the data. */
export async function feedsFor(
  { graph }: OpenModel,
  options: BenchmarkOptions,
): Promise<{ readonly feeds: Feeds; readonly random: boolean }> {
  const { data = "random", batchSize = 1 } = options;
  const dataset = await dataFor(data, { graph, tersor: compose(options) });
  const random = dataset.name === "random";
  let feeds: Feeds = {};
  for await (feeds of batchesOf(dataset, { batchSize, samples: batchSize })) break;
  return { feeds, random };
}

function shapesText(feeds: Feeds): string {
  return Object.entries(feeds)
    .map(([name, { dtype, shape }]) => `${name} ${dtype} [${shape.join(", ")}]`)
    .join(", ");
}

interface Job {
  readonly executor: Executor;
  readonly feeds: Feeds;
  readonly source: OpenModel;
  readonly candidate: ModelFile | undefined;
  readonly options: BenchmarkOptions;
}

async function measure(job: Job): Promise<BenchmarkReport> {
  const { source, candidate, options } = job;
  if (options.instances !== undefined) return { instances: await instancesOf(job, options.instances) };
  const how = timeOptions(job);
  const { iterations = 50, onProgress } = options;
  if (candidate === undefined) {
    onProgress?.({ stage: "benchmark" });
    return { single: await time({ ...how, model: { file: source.path }, iterations }) };
  }
  const rounds = Math.max(1, Math.round(iterations / RUNS_PER_TURN));
  const pair = await benchmarkPair({
    ...how,
    fp32: { file: source.path },
    int8: { file: candidate.path },
    rounds,
    iterationsPerRound: Math.min(RUNS_PER_TURN, iterations),
    onRound: (done) => onProgress?.({ stage: "benchmark", done, total: rounds }),
  });
  return { pair };
}

function timeOptions({ executor, feeds, options }: Job): TimeOptions {
  const { threads = 1, warmup } = options;
  return { executor, feeds, threads, ...(warmup !== undefined && { warmup }), ...stopOption(options) };
}

async function instancesOf(
  { source, candidate, options }: Job,
  instances: number,
): Promise<NonNullable<BenchmarkReport["instances"]>> {
  const first = await measureInstances(source.path, instances, options);
  if (candidate === undefined) return { int8: first };
  return { fp32: first, int8: await measureInstances(candidate.path, instances, options) };
}
