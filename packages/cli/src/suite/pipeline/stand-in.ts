// A row of several models, or of one that generates, on stand-ins.

import type { Dataset } from "@tersor/core";
import { openDataset } from "@tersor/data";
import { inputsOf } from "../../api/model.ts";
import { standInRow, type RowResult } from "../row-result.ts";
import { skeletonOf, type StandInFile, type StandInRun } from "../skeleton-files.ts";
import { standInData } from "../stand-in-data.ts";
import type { DataDescription, SuiteRow } from "../suite.ts";
import { standInWords } from "./generation.ts";
import { labelledByResults } from "./labels.ts";
import { pipelineOf, type PipelineDescription } from "./pipeline.ts";
import { runPipeline } from "./run-pipeline.ts";

const CALIBRATION_SAMPLES = 4;
const EVALUATION_SAMPLES = 8;

/** Runs one row; `description` is that of its model. */
export async function pipelineStandIn(
  row: SuiteRow,
  run: StandInRun,
  description: PipelineDescription,
): Promise<RowResult> {
  const { executor, common, folder } = run;
  const skeletons = await skeletonsOf(row, run);
  const files = Object.fromEntries(Object.entries(skeletons).map(([part, { file }]) => [part, file]));
  const { settings = {} } = row.model.standIn;
  const changed = { ...description, settings: { ...description.settings, ...settings } } as PipelineDescription;
  const pipeline = pipelineOf(changed, standInWords);
  // A picture takes many runs.
  const most = description.kind === "text-to-image" ? 1 : Infinity;
  const calibration = await samplesOf(row, run, skeletons, "calibration", Math.min(most, CALIBRATION_SAMPLES));
  const evaluation = await samplesOf(row, run, skeletons, "evaluation", Math.min(most, EVALUATION_SAMPLES));
  const judged = await labelledByResults(executor, files, pipeline, evaluation.dataset);
  const { report, judgement } = await runPipeline({
    ...{ row, executor, common, folder, files, pipeline },
    calibration: calibration.dataset,
    evaluation: judged,
  });
  return standInRow(row, report, judgement, {
    model: Object.values(row.model.parts ?? { model: row.model })
      .map(namedSkeleton)
      .join("; "),
    calibration: calibration.replaced,
    evaluation: evaluation.replaced,
    labels: "what the float models made",
  });
}

function namedSkeleton({ standIn }: Pick<SuiteRow["model"], "standIn">): string {
  return standIn.difference === undefined ? standIn.skeleton : `${standIn.skeleton}: ${standIn.difference}`;
}

type Skeletons = Readonly<Record<string, StandInFile>>;

async function skeletonsOf({ model }: SuiteRow, run: StandInRun): Promise<Skeletons> {
  const parts = model.parts ?? { decoder: { standIn: model.standIn } };
  const skeletons: Record<string, StandInFile> = {};
  for (const [part, { standIn }] of Object.entries(parts)) skeletons[part] = await skeletonOf(standIn, run);
  return skeletons;
}

/** Samples for the first of the models. */
async function samplesOf(
  row: SuiteRow,
  run: StandInRun,
  skeletons: Skeletons,
  part: "calibration" | "evaluation",
  samples: number,
): Promise<{ readonly dataset: Dataset; readonly replaced: DataDescription }> {
  const { graph, sketches } = Object.values(skeletons)[0]!;
  const own = row.recipe.data?.[part];
  const seed = part === "calibration" ? 1 : 2;
  const place = { folder: run.folder, row, graph, sketches, samples, seed };
  const { description, replaced } = standInData(place, typeof own === "object" ? own : {});
  return { dataset: await openDataset(description, { inputs: inputsOf(graph) }), replaced };
}
