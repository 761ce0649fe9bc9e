// Runs a row where neither its model nor its data are there: the same recipe on the row's architecture with weights from a
// seed and on made-up data. What is replaced is said; whether the row held is the runner's judgement.

import { join } from "node:path";
import { defineDataset, type Dataset, type DatasetDefinition, type Plugin } from "@tersor/core";
import { openDataset } from "@tersor/data";
import { inputsOf } from "../api/model.ts";
import { runOpened } from "../api/run.ts";
import { suiteMetrics } from "./suite-metrics.ts";
import { labelledBy } from "./float-labels.ts";
import { judge } from "./judge.ts";
import { pipelineStandIn } from "./pipeline/stand-in.ts";
import { failedRow, standInRow, type RowResult } from "./row-result.ts";
import { once, skeletonOf, type StandInFile, type StandInRun } from "./skeleton-files.ts";
import { CALIBRATION_SAMPLES, EVALUATION_SAMPLES, standInData } from "./stand-in-data.ts";
import type { DataDescription, SuiteRow } from "./suite.ts";

/** Runs one row on stand-ins; what goes wrong is part of the result. */
export async function runStandIn(row: SuiteRow, run: StandInRun): Promise<RowResult> {
  const start = performance.now();
  const seconds = () => Number(((performance.now() - start) / 1000).toFixed(2));
  try {
    return { ...(await standInResult(row, run)), seconds: seconds() };
  } catch (error) {
    run.common.signal?.throwIfAborted();
    return { ...failedRow(row, "stand-in", error), seconds: seconds() };
  }
}

async function standInResult(row: SuiteRow, run: StandInRun): Promise<RowResult> {
  const { executor } = run;
  if (row.model.pipeline) return pipelineStandIn(row, run, row.model.pipeline);
  const { difference, metric, skeleton } = row.model.standIn;
  const model = await skeletonOf(row.model.standIn, run);
  const calibration = await dataOf(row, run, model, "calibration");
  const evaluation = await dataOf(row, run, model, "evaluation");
  const plugin: Plugin = { name: "stand-ins", datasets: [datasetNamed({ calibration, evaluation })] };
  const output = join(run.folder, `${row.id.replaceAll("/", "-")}.onnx`);
  const recipe = {
    ...row.recipe,
    model: model.file,
    output,
    ...(metric && { metric: { name: metricName(row), ...metric } }),
    data: { calibration: { standIn: "calibration" }, evaluation: { standIn: "evaluation" } },
  };
  const plugins = [...(run.common.plugins ?? []), suiteMetrics, plugin];
  const report = await runOpened(
    { recipe, name: `The recipe of ${row.id}`, folder: run.folder },
    { ...run.common, executor, plugins, force: true },
  );
  const judgement = await judge({ executor, source: model.file, report, data: calibration.dataset });
  return standInRow(row, report, judgement, {
    model: difference === undefined ? skeleton : `${skeleton}: ${difference}`,
    calibration: calibration.replaced,
    evaluation: evaluation.replaced,
    labels: "the float model's own answers",
  });
}

interface StandInSet {
  readonly dataset: Dataset;
  readonly replaced: DataDescription;
}

type Part = "calibration" | "evaluation";
const seeds: Readonly<Record<Part, number>> = { calibration: 1, evaluation: 2 };
const counts: Readonly<Record<Part, number>> = { calibration: CALIBRATION_SAMPLES, evaluation: EVALUATION_SAMPLES };

/** The data of a row with the float model's answers as labels; rows that ask for the same share it. */
async function dataOf(row: SuiteRow, run: StandInRun, model: StandInFile, part: Part): Promise<StandInSet> {
  const own = row.recipe.data?.[part];
  const data: DataDescription = typeof own === "object" ? own : {};
  const { graph, file, sketches } = model;
  const place = { folder: run.folder, row, graph, sketches, samples: counts[part], seed: seeds[part] };
  const metric = metricName(row);
  const { description, replaced } = await once(run, JSON.stringify([file, part, data, row.model.standIn]), () =>
    Promise.resolve(standInData(place, data)),
  );
  const dataset = await once(run, JSON.stringify([file, metric, description]), async () => {
    const opened = await openDataset(description, { inputs: inputsOf(graph) });
    return labelledBy(run.executor, file, opened, metric);
  });
  return { dataset, replaced };
}

function metricName({ recipe: { metric = "accuracy" } }: SuiteRow): string {
  return typeof metric === "string" ? metric : metric.name;
}

/** Lets a recipe name the made-up data: `{ standIn: "evaluation" }`. */
function datasetNamed(sets: Readonly<Record<Part, StandInSet>>): DatasetDefinition {
  const open = (description: unknown) => sets[(description as { readonly standIn: Part }).standIn].dataset;
  return defineDataset({ name: "standIn", open });
}
