// A row of several models, or one that generates, on stand-ins. The float models run first: what goes into each of them
// on the way is what it is calibrated on. Each is quantized and judged apart, and the metric judges what they make together.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  datasetOf,
  defineDataset,
  numbersOf,
  type Dataset,
  type Executor,
  type Feeds,
  type Label,
  type Plugin,
  type Report,
  type Sample,
} from "@tersor/core";
import { openDataset } from "@tersor/data";
import { compareEvaluations, evaluate } from "@tersor/evaluate";
import { metricOf } from "../../api/evaluate.ts";
import { inputsOf } from "../../api/model.ts";
import { runOpened } from "../../api/run.ts";
import { compose } from "../../api/session.ts";
import { judge, metricCondition, type Condition, type Judgement } from "../judge.ts";
import { pngOf } from "../png.ts";
import { standInRow, type RowResult } from "../row-result.ts";
import { standInData } from "../stand-in-data.ts";
import { skeletonOf, type StandInFile, type StandInRun } from "../skeleton-files.ts";
import { suiteMetrics } from "../suite-metrics.ts";
import type { DataDescription, SuiteRow } from "../suite.ts";
import { pipelineExecutor, runRecorded, type Recording } from "./executor.ts";
import type { Pipeline } from "./models.ts";
import { pipelineOf, type PipelineDescription } from "./pipeline.ts";
import { pixelsOf } from "./text-to-image.ts";

const CALIBRATION_SAMPLES = 4;
const EVALUATION_SAMPLES = 8;
/** A picture takes many runs. */
const PICTURES = 2;

type Files = Readonly<Record<string, StandInFile>>;

/** Runs one row; `description` is that of its model. */
export async function pipelineStandIn(
  row: SuiteRow,
  run: StandInRun,
  description: PipelineDescription,
): Promise<RowResult> {
  const files = await filesOf(row, run);
  const pipeline = pipelineOf(description);
  const isDrawing = description.kind === "text-to-image";
  const data = {
    calibration: await samplesOf(row, run, files, "calibration", isDrawing ? PICTURES : CALIBRATION_SAMPLES),
    evaluation: await samplesOf(row, run, files, "evaluation", isDrawing ? PICTURES : EVALUATION_SAMPLES),
  };
  const paths = Object.fromEntries(Object.entries(files).map(([part, { file }]) => [part, file]));
  const { recordings } = await runRecorded(run.executor, paths, pipeline, data.calibration.dataset);
  const { outputs } = await runRecorded(run.executor, paths, pipeline, data.evaluation.dataset);
  const parts = await quantizedParts(row, run, files, recordings);
  const evaluation = await evaluationOf(
    row,
    run,
    pipeline,
    paths,
    parts,
    await labelled(data.evaluation.dataset, outputs),
  );
  const first = outputs[0]?.["image"];
  if (first) writePicture(join(run.folder, `${row.id.replaceAll("/", "-")}.float.png`), first);
  return standInRow(row, joinedReport(parts, evaluation), joinedJudgement(parts, evaluation), {
    model: Object.values(row.model.parts ?? { model: row.model })
      .map(namedSkeleton)
      .join("; "),
    calibration: data.calibration.replaced,
    evaluation: data.evaluation.replaced,
    labels: "what the float models made",
  });
}

function namedSkeleton({ standIn }: Pick<SuiteRow["model"], "standIn">): string {
  return standIn.difference === undefined ? standIn.skeleton : `${standIn.skeleton}: ${standIn.difference}`;
}

async function filesOf({ model }: SuiteRow, run: StandInRun): Promise<Files> {
  const parts = model.parts ?? { decoder: { standIn: model.standIn } };
  const files: Record<string, StandInFile> = {};
  for (const [part, { standIn }] of Object.entries(parts)) files[part] = await skeletonOf(standIn, run);
  return files;
}

/** Samples for the first of the models. */
async function samplesOf(
  row: SuiteRow,
  run: StandInRun,
  files: Files,
  part: "calibration" | "evaluation",
  samples: number,
): Promise<{ readonly dataset: Dataset; readonly replaced: DataDescription }> {
  const { graph, sketches } = Object.values(files)[0]!;
  const own = row.recipe.data?.[part];
  const seed = part === "calibration" ? 1 : 2;
  const place = { folder: run.folder, row, graph, sketches, samples, seed };
  const { description, replaced } = standInData(place, typeof own === "object" ? own : {});
  return { dataset: await openDataset(description, { inputs: inputsOf(graph) }), replaced };
}

/** A model of the row, quantized, with what was seen of it. */
interface QuantizedPart {
  readonly part: string;
  readonly report: Report;
  readonly judgement: Judgement;
}

async function quantizedParts(
  row: SuiteRow,
  run: StandInRun,
  files: Files,
  recordings: Readonly<Record<string, Recording>>,
): Promise<readonly QuantizedPart[]> {
  const parts: QuantizedPart[] = [];
  for (const [part, { file }] of Object.entries(files)) {
    const feeds = recordings[part]!.feeds;
    const data = datasetOf(`what went into ${part}`, () => feeds.map((one) => ({ feeds: one })), feeds.length);
    const report = await quantizedPart(row, run, part, file, data);
    parts.push({ part, report, judgement: await judge({ executor: run.executor, source: file, report, data }) });
  }
  return parts;
}

function quantizedPart(row: SuiteRow, run: StandInRun, part: string, file: string, data: Dataset): Promise<Report> {
  const open = () => data;
  const plugin: Plugin = { name: "recorded", datasets: [defineDataset({ name: "recorded", open })] };
  const { goal: _, metric: __, ...recipe } = row.recipe;
  return runOpened(
    {
      recipe: {
        ...recipe,
        model: file,
        output: join(run.folder, `${row.id.replaceAll("/", "-")}-${part}.onnx`),
        data: { calibration: { recorded: part } },
      },
      name: `The recipe of ${row.id}`,
      folder: run.folder,
    },
    {
      ...run.common,
      executor: run.executor,
      plugins: [...(run.common.plugins ?? []), suiteMetrics, plugin],
      force: true,
    },
  );
}

/** What the float models made is right. */
async function labelled(dataset: Dataset, outputs: readonly Feeds[]): Promise<Dataset> {
  const samples: Sample[] = [];
  for await (const sample of dataset) samples.push({ ...sample, label: labelOf(outputs[samples.length]!) });
  return datasetOf(dataset.name, () => samples, samples.length);
}

function labelOf(outputs: Feeds): Label {
  const made = Object.values(outputs)[0]!;
  return made.dtype === "string" ? (made.data as readonly string[])[0]! : Array.from(numbersOf(made));
}

async function evaluationOf(
  row: SuiteRow,
  run: StandInRun,
  pipeline: Pipeline,
  paths: Readonly<Record<string, string>>,
  parts: readonly QuantizedPart[],
  dataset: Dataset,
): Promise<NonNullable<Report["evaluation"]>> {
  const { metric: description = "accuracy" } = row.recipe;
  const plugins = [...(run.common.plugins ?? []), suiteMetrics];
  const metric = metricOf({ metric: description }, compose({ ...run.common, plugins }).metrics.list());
  const one = (files: Readonly<Record<string, string>>, executor: Executor = run.executor) =>
    evaluate({ executor: pipelineExecutor(executor, files, pipeline), model: { file: row.id }, dataset, metric });
  const written = Object.fromEntries(parts.map(({ part, report }) => [part, report.output[0]!.path]));
  return compareEvaluations(await one(paths), await one(written));
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

/** A condition holds when it holds for every part; the metric is that of the whole. */
function joinedJudgement(parts: readonly QuantizedPart[], evaluation: NonNullable<Report["evaluation"]>): Judgement {
  const names = ["steps", "reloaded", "macs", "check"] as const;
  const conditions = names.map((name): Condition => {
    const own = parts.flatMap(({ part, judgement }) =>
      judgement.conditions.filter((condition) => condition.name === name).map((condition) => ({ part, ...condition })),
    );
    const detail = own.map(({ part, detail: text }) => `${part}: ${text}`).join("; ");
    return { name, ok: own.length === parts.length && own.every(({ ok }) => ok), detail };
  });
  const sqnrs = parts.flatMap(({ judgement }) => judgement.sqnrDb ?? []);
  return {
    conditions: [...conditions, metricCondition({ evaluation })],
    macShare: Math.min(...parts.map(({ judgement }) => judgement.macShare)),
    sqnrDb: sqnrs.length === 0 ? undefined : Math.min(...sqnrs),
  };
}
