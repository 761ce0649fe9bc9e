// Runs a row as it was published: model and data from where they are, the whole recipe, judged like any other.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { take, type Executor } from "@tersor/core";
import { dataFor } from "../api/data.ts";
import { openModel } from "../api/model.ts";
import { runOpened } from "../api/run.ts";
import { compose, type CommonOptions } from "../api/session.ts";
import { exportMissing } from "../errors.ts";
import { suiteMetrics } from "./suite-metrics.ts";
import { judge } from "./judge.ts";
import { pipelinePublished } from "./pipeline/published.ts";
import { failedRow, publishedRow, type RowResult } from "./row-result.ts";
import type { SuiteRow } from "./suite.ts";

/** Where a row runs. */
export interface PublishedRun {
  /** Folder for results. */
  readonly folder: string;
  /** Folder that paths of models and data start from. */
  readonly dataFolder: string;
  readonly executor: Executor;
  readonly common: CommonOptions;
}

/** Runs one row as published; what goes wrong is part of the result. */
export async function runPublished(row: SuiteRow, run: PublishedRun): Promise<RowResult> {
  const start = performance.now();
  const seconds = () => Number(((performance.now() - start) / 1000).toFixed(2));
  try {
    return { ...(await publishedResult(row, run)), seconds: seconds() };
  } catch (error) {
    run.common.signal?.throwIfAborted();
    return { ...failedRow(row, "published", error), seconds: seconds() };
  }
}

async function publishedResult(row: SuiteRow, { folder, dataFolder, executor, common }: PublishedRun) {
  const { export: made, file, pipeline } = row.model;
  if (pipeline) return pipelinePublished(row, { folder, dataFolder, executor, common }, pipeline);
  if (made !== undefined && !existsSync(join(dataFolder, file)))
    throw exportMissing(row.id, join(dataFolder, file), made);
  const output = join(folder, `${row.id.replaceAll("/", "-")}.onnx`);
  const recipe = { ...row.recipe, output };
  const opened = { recipe, name: `The recipe of ${row.id}`, folder: dataFolder };
  const plugins = [...(common.plugins ?? []), suiteMetrics];
  const report = await runOpened(opened, { ...common, executor, plugins, force: true });
  const tersor = compose(common);
  const { graph } = await openModel(report.model.path, tersor);
  const data = await dataFor(recipe.data?.evaluation ?? "random", { graph, tersor, folder: dataFolder });
  const judgement = await judge({ executor, source: report.model.path, report, data: take(data, 8) });
  return publishedRow(row, report, judgement);
}
