// A row of several models, or of one that generates, as published: its models and data from where they are.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { take, type Dataset, type Executor } from "@tersor/core";
import { resolveHubFolder, textDecoder } from "@tersor/data";
import { dataFor } from "../../api/data.ts";
import { openModel } from "../../api/model.ts";
import { compose, type CommonOptions } from "../../api/session.ts";
import { exportMissing } from "../../errors.ts";
import { publishedRow, type RowResult } from "../row-result.ts";
import type { SuiteRow } from "../suite.ts";
import type { Decode } from "./generation.ts";
import { labelledByResults } from "./labels.ts";
import { pipelineOf, type PipelineDescription } from "./pipeline.ts";
import { runPipeline } from "./run-pipeline.ts";

/** Samples whose way through the models is what they are calibrated on. */
const CALIBRATION_SAMPLES = 16;

/** Where a row runs. */
interface PipelineRun {
  readonly folder: string;
  readonly dataFolder: string;
  readonly executor: Executor;
  readonly common: CommonOptions;
}

/** Runs one row; `description` is that of its model. */
export async function pipelinePublished(
  row: SuiteRow,
  run: PipelineRun,
  description: PipelineDescription,
): Promise<RowResult> {
  const { executor, common, folder } = run;
  const files = filesOf(row, run);
  const pipeline = pipelineOf(description, await decoderOf(row, run));
  const calibration = take(await dataOf(row, run, files, "calibration"), CALIBRATION_SAMPLES);
  const given = await dataOf(row, run, files, "evaluation");
  const isDrawing = description.kind === "text-to-image";
  const evaluation = isDrawing ? await labelledByResults(executor, files, pipeline, given) : given;
  const { report, judgement } = await runPipeline({
    ...{ row, executor, common, folder, files, pipeline },
    ...{ calibration, evaluation },
  });
  return publishedRow(row, report, judgement);
}

type Files = Readonly<Record<string, string>>;

/** @throws TERSOR_EXPORT_MISSING when a model was not exported yet */
function filesOf({ id, model }: SuiteRow, { dataFolder }: PipelineRun): Files {
  const place = join(dataFolder, model.file);
  const files = model.parts
    ? Object.fromEntries(Object.keys(model.parts).map((part) => [part, join(place, part)]))
    : { decoder: place };
  const missing = Object.values(files).find((file) => !existsSync(file));
  if (missing !== undefined)
    throw exportMissing(id, missing, model.export ?? { source: model.file, how: "as its publisher says." });
  return files;
}

async function dataOf(
  { recipe }: SuiteRow,
  { common, dataFolder }: PipelineRun,
  files: Files,
  part: "calibration" | "evaluation",
): Promise<Dataset> {
  const tersor = compose(common);
  const { graph } = await openModel(Object.values(files)[0]!, tersor);
  return dataFor(recipe.data?.[part] ?? "random", { graph, tersor, folder: dataFolder });
}

/** Texts by the tokenizer of the row's data. */
async function decoderOf({ model }: SuiteRow, { dataFolder }: PipelineRun): Promise<Decode> {
  const tokenizer = String(model.data["tokenizer"]);
  if (!tokenizer.startsWith("hf:")) return textDecoder(join(dataFolder, tokenizer));
  return textDecoder(await resolveHubFolder(tokenizer, ["tokenizer*.json", "config.json"]));
}
