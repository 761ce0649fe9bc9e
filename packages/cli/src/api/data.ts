// Data that fits a model: opened from what the user said, widened to the model's element types, each sample checked.

import { existsSync, readFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { checkFeeds, datasetOf, type Dataset, type Graph, type Tersor } from "@tersor/core";
import { dataSpecInvalid, fileUnreadable } from "../errors.ts";
import { inputsOf } from "./model.ts";

/**
 * Calibration or evaluation data: a dataset, a description as recipes have it (`{ text: "train.tsv", … }`), a path of
 * data, the word "random", or the path of a YAML or JSON file with a description (its paths are relative to itself).
 */
export type DataSource = Dataset | string | Readonly<Record<string, unknown>>;

/** Where data is opened: for a model, with the kinds of data there are, paths starting from a folder. */
export interface DataPlace {
  readonly graph: Graph;
  readonly tersor: Tersor;
  /** Default the current one. */
  readonly folder?: string | undefined;
}

/** Opens data for a model. @throws TERSOR_DATA_SPEC, DATA_*; on the walk CORE_FEED_* */
export async function dataFor(source: DataSource, place: DataPlace): Promise<Dataset> {
  const { graph } = place;
  const inputs = inputsOf(graph);
  const { castTo } = await import("@tersor/data");
  const opened = isDataset(source) ? castTo(source, inputs) : await openSource(source, place);
  const walk = async function* () {
    for await (const sample of opened) {
      checkFeeds(sample.feeds, inputs, `${sample.id ?? "a sample"} of ${opened.name}`);
      yield sample;
    }
  };
  return datasetOf(opened.name, walk, opened.length);
}

async function openSource(source: Exclude<DataSource, Dataset>, place: DataPlace): Promise<Dataset> {
  const { graph, tersor, folder = "." } = place;
  const { openDataset } = await import("@tersor/data");
  const context = { inputs: inputsOf(graph), definitions: tersor.datasets.list(), folder };
  if (typeof source !== "string") return openDataset(source, context);
  const path = isAbsolute(source) ? source : join(folder, source);
  if (!isDescriptionFile(path)) return openDataset(source, context);
  return openDataset(await readDescription(path), { ...context, folder: dirname(path) });
}

/** Whether a path is that of a description, and not of data. */
export function isDescriptionFile(path: string): boolean {
  return /\.(ya?ml|json)$/i.test(path) && existsSync(path);
}

/** A description of data from a YAML or JSON file. @throws TERSOR_FILE_UNREADABLE, TERSOR_DATA_SPEC */
export async function readDescription(path: string): Promise<Readonly<Record<string, unknown>>> {
  const value = await parsed(path);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw dataSpecInvalid(path, "it holds no object");
  return value as Readonly<Record<string, unknown>>;
}

async function parsed(path: string): Promise<unknown> {
  const { parse } = await import("yaml");
  try {
    return parse(textOf(path, "description of data"), { maxAliasCount: 50 });
  } catch (error) {
    throw error instanceof SyntaxError || (error as Error).name === "YAMLParseError"
      ? dataSpecInvalid(path, (error as Error).message, error)
      : error;
  }
}

/** The text of a file. @throws TERSOR_FILE_UNREADABLE */
export function textOf(path: string, what: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw fileUnreadable(path, what, error);
  }
}

/** Whether the source is a dataset already. */
export function isDataset(source: DataSource): source is Dataset {
  return typeof source === "object" && Symbol.asyncIterator in source;
}
