// Runs a model over a labelled dataset and judges it with a metric; compares two such runs sample by sample.

import {
  sampleBatchesOf,
  type CompileOptions,
  type Dataset,
  type EvaluationReport,
  type Executor,
  type Label,
  type Metric,
  type MetricRun,
  type MetricValue,
  type Resampling,
  type Runnable,
  type RunOptions,
  type Sample,
  type Verdict,
} from "@tersor/core";
import { bootstrapInterval, pairedBootstrap } from "./bootstrap.ts";
import { labelMismatch, noSamples, unpaired } from "./errors.ts";
import { openWriter, type Answering, type GenerationOptions } from "./generation/writer.ts";
import { mcnemarExact, pairedDifference, pairedRatioInterval, wilsonInterval, type PairedCounts } from "./intervals.ts";

/** The model, the labelled data and the metric. */
export interface EvaluateOptions extends Omit<CompileOptions, "tap">, RunOptions {
  readonly executor: Executor;
  readonly model: Runnable;
  readonly dataset: Dataset;
  readonly metric: Metric;
  /** Has the model write texts, which the metric judges in place of its outputs. */
  readonly generation?: GenerationOptions;
  /** Most samples per run; ragged samples give smaller batches. Default 1. */
  readonly batchSize?: number;
  /** Most samples to judge. Default all. */
  readonly samples?: number;
  /** Called after each batch with the number of samples done. */
  readonly onBatch?: (done: number) => void;
}

/** The value of a metric, with what a paired comparison needs. */
export interface Evaluation extends MetricValue {
  /** Per sample, in the order of the data set; empty for metrics without a notion of a correct sample. */
  readonly verdicts: readonly Verdict[];
  /** The samples to be drawn anew, for metrics that are no proportions. */
  readonly resampling?: Resampling;
}

/**
 * Judges `model` on `dataset`.
 * @throws EVALUATE_LABEL_MISMATCH when a sample has no label, and what the metric and the executor throw.
 */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation> {
  const { executor, model, metric, generation } = options;
  const start = performance.now();
  const executable = generation
    ? await openWriter(executor, model, generation, options)
    : await executor.compile(model, options);
  try {
    const run = metric.begin();
    const { verdicts, count } = await judgeAll(executable, run, options);
    return describe(metric, run, verdicts, count, (performance.now() - start) / 1000);
  } finally {
    await executable.dispose();
  }
}

async function judgeAll(executable: Answering, run: MetricRun, options: EvaluateOptions) {
  const { dataset, metric, batchSize = 1, samples, onBatch } = options;
  const verdicts: Verdict[] = [];
  let count = 0;
  for await (const batch of sampleBatchesOf(dataset, { batchSize, ...(samples === undefined ? {} : { samples }) })) {
    const labels = batch.samples.map((sample, i) => labelOf(metric, sample, count + i));
    const outputs = await executable.run(batch.feeds, options);
    for (const verdict of run.update(outputs, labels)) verdicts.push(verdict);
    count += batch.samples.length;
    onBatch?.(count);
  }
  if (count === 0) throw noSamples("evaluate");
  return { verdicts, count };
}

function labelOf(metric: Metric, sample: Sample, index: number): Label {
  const label = metric.labelOf ? metric.labelOf(sample) : sample.label;
  if (label !== undefined) return label;
  const name = sample.id ?? `sample ${index}`;
  throw labelMismatch(metric.name, `${name} has none`, { sample: name });
}

function describe(
  metric: Metric,
  run: MetricRun,
  verdicts: readonly Verdict[],
  samples: number,
  seconds: number,
): Evaluation {
  const { name, higherIsBetter } = metric;
  const common = { metric: name, higherIsBetter, value: run.value(), seconds, verdicts };
  if (metric.kind === "proportion") {
    const correct = verdicts.filter((verdict) => verdict.correct).length;
    return { ...common, count: verdicts.length, correct, interval: wilsonInterval(correct, verdicts.length) };
  }
  const resampling = run.resampling?.();
  if (resampling === undefined) return { ...common, count: samples, noInterval: "the metric keeps no samples" };
  return { ...common, count: samples, resampling, ...bootstrapInterval(resampling) };
}

/**
 * Holds the INT8 model's evaluation against the FP32 model's on the same samples: relative change and difference with
 * their intervals, and a paired test: McNemar's exact one where the metric is a proportion, else the paired bootstrap.
 * @throws EVALUATE_UNPAIRED when metric or number of samples differ.
 */
export function compareEvaluations(fp32: Evaluation, int8: Evaluation): EvaluationReport {
  if (fp32.metric !== int8.metric) throw unpaired(`one is "${fp32.metric}", the other "${int8.metric}"`);
  if (fp32.count !== int8.count) throw unpaired(`one has ${fp32.count} samples, the other ${int8.count}`);
  return {
    int8: metricValueOf(int8),
    fp32: metricValueOf(fp32),
    ratio: (int8.value - fp32.value) / fp32.value,
    ...(fp32.resampling && int8.resampling
      ? pairedBootstrap(fp32.resampling, int8.resampling)
      : compareVerdicts(fp32.verdicts, int8.verdicts)),
  };
}

function compareVerdicts(
  fp32: readonly Verdict[],
  int8: readonly Verdict[],
): Partial<Pick<EvaluationReport, "ratioInterval" | "difference" | "mcnemar">> {
  const counts = pairedCounts(fp32, int8);
  if (counts === undefined) return {};
  const ratioInterval = pairedRatioInterval(counts);
  return {
    ...(ratioInterval && { ratioInterval }),
    difference: pairedDifference(counts),
    mcnemar: mcnemarExact(counts),
  };
}

function pairedCounts(reference: readonly Verdict[], candidate: readonly Verdict[]): PairedCounts | undefined {
  if (reference.length === 0 || reference.length !== candidate.length) return undefined;
  const counts = { both: 0, onlyReference: 0, onlyCandidate: 0, neither: 0 };
  for (const [i, { correct }] of reference.entries()) {
    if (candidate[i]!.correct) counts[correct ? "both" : "onlyCandidate"]++;
    else counts[correct ? "onlyReference" : "neither"]++;
  }
  return counts;
}

/** What a report keeps of an evaluation: plain data, without what only a paired comparison needs. */
export function metricValueOf({ verdicts: _, resampling: __, ...value }: Evaluation): MetricValue {
  return value;
}
