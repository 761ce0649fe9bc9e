// tersor evaluate: how right a model is on labelled data, alone or beside the one it was made from.

import type { Dataset, Executor, Metric, OutputFile, Report, Tersor } from "@tersor/core";
import {
  compareEvaluations,
  evaluate as evaluateModel,
  metricFrom,
  metricValueOf,
  type Evaluation,
  type GenerationOptions,
  type MetricDescription,
} from "@tersor/evaluate";
import { optionMissing } from "../errors.ts";
import { dataFor, type DataSource } from "./data.ts";
import { writingOf, type GenerateSettings } from "./generation.ts";
import { formatOf, modelFacts, openCandidate, openModel, type ModelFile, type OpenModel } from "./model.ts";
import { printableReport, type Printable } from "./report.ts";
import { compose, machineFacts, stopOption, withExecutor, type CommonOptions } from "./session.ts";
import { stopwatch } from "./stopwatch.ts";

/** What to judge with. */
export interface EvaluateOptions extends CommonOptions {
  /** Labelled data. */
  readonly data: DataSource;
  /** Name of a metric, its name with options, or a metric. Default "accuracy". */
  readonly metric?: MetricDescription | Metric;
  /** Has the model write texts, which the metric judges in place of its outputs. */
  readonly generate?: GenerateSettings;
  /** The output that is judged. Default: the model's first. */
  readonly output?: string;
  /** A second model, held against the first one on the same samples. */
  readonly candidate?: string;
  /** Most samples to judge. Default all. */
  readonly samples?: number;
  /** Most samples per run. Default 1. */
  readonly batchSize?: number;
  /** Threads within one operator; 0 lets the runtime decide. Default 0. */
  readonly threads?: number;
  /** Folder that relative paths of the data start from. Default the current one. */
  readonly dataFolder?: string;
}

/**
 * Judges a model, or two on the same samples.
 * @example
 * const report = await evaluate("model.onnx", { candidate: "model.qdq.onnx", data: "dev.tsv" });
 * @throws TERSOR_OPTION_MISSING without data, EVALUATE_* when metric and model do not fit, and what reading throws.
 */
export async function evaluate(model: string, options: EvaluateOptions): Promise<Printable<Report>> {
  if (options.data === undefined) throw optionMissing("data", "an evaluation needs labelled data");
  const clock = stopwatch();
  const tersor = compose(options);
  const metric = metricOf(options, tersor.metrics.list());
  const source = await openModel(model, tersor, options.onProgress);
  const candidate =
    options.candidate === undefined ? undefined : await openCandidate(options.candidate, tersor, options.onProgress);
  const { dataset, generation } = await judgedOn(source, tersor, options);
  clock.lap("read");
  return withExecutor(options, async (executor) => {
    const results = await judge(executor, metric, dataset, source, candidate, { ...options, generation });
    clock.lap("evaluate");
    return printableReport({
      version: 1,
      command: "evaluate",
      model: modelFacts(source),
      output: candidate ? [fileOf(candidate)] : [],
      machine: await machineFacts(executor),
      ...results,
      notes: [],
      warnings: [],
      seconds: clock.laps(),
    });
  });
}

/** Judges one model; what a paired comparison needs is kept. */
export async function evaluationOf(model: string, options: Omit<EvaluateOptions, "candidate">): Promise<Evaluation> {
  const tersor = compose(options);
  const metric = metricOf(options, tersor.metrics.list());
  const opened = await openModel(model, tersor, options.onProgress);
  const { dataset, generation } = await judgedOn(opened, tersor, options);
  return withExecutor(options, (executor) =>
    evaluateOne(executor, metric, dataset, opened, { ...options, generation }),
  );
}

/** The data, and how texts are written for it where they are. */
async function judgedOn(model: OpenModel, tersor: Tersor, { data, dataFolder, generate }: EvaluateOptions) {
  const writing = generate && (await writingOf(generate, model, tersor, dataFolder));
  const { graph } = writing ?? model;
  return { dataset: await dataFor(data, { graph, tersor, folder: dataFolder }), generation: writing?.generation };
}

type Judging = Omit<EvaluateOptions, "candidate"> & { readonly generation: GenerationOptions | undefined };

/** The metric of the options: itself, or one of `known` by name. */
export function metricOf(
  { metric = "accuracy", output }: Pick<EvaluateOptions, "metric" | "output">,
  known: readonly Metric[],
): Metric {
  if (typeof metric === "object" && "begin" in metric) return metric as Metric;
  const description = typeof metric === "string" ? { name: metric } : metric;
  return metricFrom({ ...description, ...(output !== undefined && { output }) }, known);
}

async function judge(
  executor: Executor,
  metric: Metric,
  dataset: Dataset,
  source: OpenModel,
  candidate: ModelFile | undefined,
  options: Judging,
): Promise<Pick<Report, "evaluation" | "metric">> {
  const one = (model: ModelFile) => evaluateOne(executor, metric, dataset, model, options);
  const fp32 = await one(source);
  if (candidate !== undefined) return { evaluation: compareEvaluations(fp32, await one(candidate)) };
  return { metric: metricValueOf(fp32) };
}

function evaluateOne(
  executor: Executor,
  metric: Metric,
  dataset: Dataset,
  { path }: ModelFile,
  options: Judging,
): Promise<Evaluation> {
  const { samples, batchSize, threads = 0, onProgress, generation } = options;
  const total = Math.min(samples ?? Infinity, dataset.length ?? Infinity);
  return evaluateModel({
    executor,
    model: { file: path },
    dataset,
    metric,
    threads,
    ...(generation && { generation }),
    ...(samples !== undefined && { samples }),
    ...(batchSize !== undefined && { batchSize }),
    ...stopOption(options),
    onBatch: (done) => onProgress?.({ stage: "evaluate", done, ...(Number.isFinite(total) && { total }) }),
  });
}

/** A model that is there already, as reports list what was made. */
export function fileOf(model: ModelFile): OutputFile {
  return { ...modelFacts(model), format: model.graph ? formatOf(model.graph) : model.adapter.name };
}
