// Runs a row of several models, or of one that generates. The float models run first: what goes into each of them on the
// way is what it is calibrated on. Each is quantized and judged apart, and the metric judges what they make together.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  datasetOf,
  defineDataset,
  type Dataset,
  type Executor,
  type Feeds,
  type Plugin,
  type Report,
} from "@tersor/core";
import { compareEvaluations, evaluate } from "@tersor/evaluate";
import { metricOf } from "../../api/evaluate.ts";
import { runOpened } from "../../api/run.ts";
import { compose, type CommonOptions } from "../../api/session.ts";
import { judge, macCondition, metricCondition, type Condition, type Judgement } from "../judge.ts";
import { pngOf } from "../png.ts";
import { suiteMetrics } from "../suite-metrics.ts";
import type { SuiteRow } from "../suite.ts";
import { pipelineExecutor, runRecorded, type Files, type Recording } from "./executor.ts";
import type { Pipeline } from "./models.ts";
import { pixelsOf } from "./text-to-image.ts";

/** A row whose models and data are there. */
export interface PipelineJob {
  readonly row: SuiteRow;
  readonly executor: Executor;
  readonly common: CommonOptions;
  /** Folder for results. */
  readonly folder: string;
  /** The models by the parts of the pipeline. */
  readonly files: Files;
  readonly pipeline: Pipeline;
  readonly calibration: Dataset;
  /** With labels. */
  readonly evaluation: Dataset;
}

/** What was made, and what was seen of it. */
export interface PipelineOutcome {
  readonly report: Report;
  readonly judgement: Judgement;
}

/** Runs a row. Pictures are drawn beside the results, of the float models and of the quantized ones. */
export async function runPipeline(job: PipelineJob): Promise<PipelineOutcome> {
  const { executor, files, pipeline, calibration } = job;
  const { recordings } = await runRecorded(executor, files, pipeline, calibration);
  const parts = await quantizedParts(job, recordings);
  const evaluation = await evaluationOf(job, parts);
  return { report: joinedReport(parts, evaluation), judgement: joinedJudgement(parts, evaluation) };
}

/** A model of the row, quantized, with what was seen of it. */
interface QuantizedPart {
  readonly part: string;
  readonly report: Report;
  readonly judgement: Judgement;
}

async function quantizedParts(
  job: PipelineJob,
  recordings: Readonly<Record<string, Recording>>,
): Promise<readonly QuantizedPart[]> {
  const parts: QuantizedPart[] = [];
  for (const [part, file] of Object.entries(job.files)) {
    const feeds = recordings[part]!.feeds;
    const data = datasetOf(`what went into ${part}`, () => feeds.map((one) => ({ feeds: one })), feeds.length);
    const report = await quantizedPart(job, part, file, data);
    parts.push({ part, report, judgement: await judge({ executor: job.executor, source: file, report, data }) });
  }
  return parts;
}

function quantizedPart(job: PipelineJob, part: string, file: string, data: Dataset): Promise<Report> {
  const { row, folder, common, executor } = job;
  const open = () => data;
  const plugin: Plugin = { name: "recorded", datasets: [defineDataset({ name: "recorded", open })] };
  const { goal: _, metric: __, ...recipe } = row.recipe;
  return runOpened(
    {
      recipe: {
        ...recipe,
        model: file,
        output: join(folder, `${nameOf(row)}-${part}.onnx`),
        data: { calibration: { recorded: part } },
      },
      name: `The recipe of ${row.id}`,
      folder,
    },
    {
      ...common,
      executor,
      plugins: [...(common.plugins ?? []), suiteMetrics, plugin],
      force: true,
    },
  );
}

function nameOf({ id }: SuiteRow): string {
  return id.replaceAll("/", "-");
}

async function evaluationOf(
  job: PipelineJob,
  parts: readonly QuantizedPart[],
): Promise<NonNullable<Report["evaluation"]>> {
  const { row, common, files, evaluation: dataset } = job;
  const { metric: description = "accuracy" } = row.recipe;
  const plugins = [...(common.plugins ?? []), suiteMetrics];
  const metric = metricOf({ metric: description }, compose({ ...common, plugins }).metrics.list());
  const one = (kind: string, own: Files) =>
    evaluate({
      executor: pipelineExecutor(job.executor, own, drawing(job, kind)),
      model: { file: row.id },
      dataset,
      metric,
    });
  const written = Object.fromEntries(parts.map(({ part, report }) => [part, report.output[0]!.path]));
  return compareEvaluations(await one("float", files), await one("int8", written));
}

/** The pipeline, which writes the last of its pictures to a file. */
function drawing({ pipeline, folder, row }: PipelineJob, kind: string): Pipeline {
  return async (models, feeds) => {
    const outputs = await pipeline(models, feeds);
    if (outputs["image"]) writePicture(join(folder, `${nameOf(row)}.${kind}.png`), outputs["image"]);
    return outputs;
  };
}

function writePicture(file: string, image: Feeds[string]): void {
  const { height, width, pixels } = pixelsOf(image);
  writeFileSync(file, pngOf(height, width, 3, pixels));
}

/** One report for all parts: sizes are sums. */
function joinedReport(parts: readonly QuantizedPart[], evaluation: NonNullable<Report["evaluation"]>): Report {
  const { report } = parts[0]!;
  const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);
  return {
    ...report,
    model: { ...report.model, sizeBytes: sum(parts.map((one) => one.report.model.sizeBytes)) },
    output: [{ ...report.output[0]!, sizeBytes: sum(parts.map((one) => one.report.output[0]!.sizeBytes)) }],
    evaluation,
  };
}

/**
 * A condition holds when it holds for every part; of the multiply-accumulates those of all parts count, each run once,
 * and the metric is that of the whole.
 */
function joinedJudgement(parts: readonly QuantizedPart[], evaluation: NonNullable<Report["evaluation"]>): Judgement {
  const macs = parts.reduce((sum, { judgement }) => sum + judgement.macs, 0);
  const macShare = parts.reduce((sum, { judgement }) => sum + judgement.macShare * judgement.macs, 0) / macs;
  const sqnrs = parts.flatMap(({ judgement }) => judgement.sqnrDb ?? []);
  return {
    conditions: [
      ofAllParts("steps", parts),
      ofAllParts("reloaded", parts),
      macCondition(macShare),
      ofAllParts("check", parts),
      metricCondition({ evaluation }),
    ],
    macShare,
    macs,
    sqnrDb: sqnrs.length === 0 ? undefined : Math.min(...sqnrs),
  };
}

function ofAllParts(name: Condition["name"], parts: readonly QuantizedPart[]): Condition {
  const own = parts.flatMap(({ part, judgement }) =>
    judgement.conditions.filter((condition) => condition.name === name).map((condition) => ({ ...condition, part })),
  );
  const detail = own.map(({ part, detail: text }) => `${part}: ${text}`).join("; ");
  return { name, ok: own.length === parts.length && own.every(({ ok }) => ok), detail };
}
