// A suite: a folder with suite.json, whose rows are data. Each row names a model, the recipe that is run on it, and what
// was published of it; `tersor run <folder>` runs rows. Nothing in a suite is evaluated.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { recipeFrom, type Recipe } from "@tersor/core";
import type { MetricDescription } from "@tersor/evaluate";
import { suiteInvalid } from "../errors.ts";
import type { PipelineDescription } from "./pipeline/pipeline.ts";

/** A description of data, as recipes have it. */
export type DataDescription = Readonly<Record<string, unknown>>;

/** A model of the table: where it is, what it does and how it is judged. */
export interface SuiteModel {
  readonly title: string;
  /** A file, a name on the hub, or the place that an export of it has under the data folder. */
  readonly file: string;
  /** How `file` comes about, where nobody publishes it: the source and the export that the published example made. */
  readonly export?: { readonly source: string; readonly how: string };
  readonly task: string;
  /** Key of the suite's data. */
  readonly dataset: string;
  /** What the model adds to the description of the data: preprocessing, tokenizer, lengths, names of inputs. */
  readonly data: DataDescription;
  readonly metric: MetricDescription;
  /** Added to the steps of each row, such as operators that stay float. */
  readonly quantize?: DataDescription;
  readonly standIn: StandInModel;
  /** How the model makes a text or a picture: the metric judges that. */
  readonly pipeline?: PipelineDescription;
  /** The models of the pipeline by its parts, where there are several; each in a folder of that name below `file`. */
  readonly parts?: Readonly<Record<string, { readonly standIn: StandInModel }>>;
}

/** What stands for a model where it can't be fetched: the nearest architecture without its weights. */
export interface StandInModel {
  readonly skeleton: string;
  readonly seed?: number;
  /** The skeleton was exported for several samples at once: each is given to all places. */
  readonly singleSample?: boolean;
  /** Names of the skeleton's inputs that the row's exporter calls otherwise. */
  readonly rename?: Readonly<Record<string, string>>;
  /** Tokens that the skeleton's embedding table has. Default 1000. */
  readonly vocabulary?: number;
  /** How the architectures differ, where they do. */
  readonly difference?: string;
  /** Sizes and names of the data that the skeleton takes. */
  readonly data?: DataDescription;
  /** Steps of the preprocessing that are others: a skeleton's weights are made for inputs around 1. */
  readonly preprocessing?: DataDescription;
  /** Settings of the pipeline that are others: fewer steps and tokens, ids of a smaller vocabulary. */
  readonly settings?: DataDescription;
  /** Options of the metric, such as names of outputs, that are others for the skeleton. */
  readonly metric?: DataDescription;
}

/** Data that several models are judged on. */
export interface SuiteDataset {
  readonly title: string;
  /** How to get it, and where it goes under the data folder. */
  readonly get: string;
  readonly calibration: DataDescription;
  readonly evaluation: DataDescription;
}

/** A row of a published table. */
export interface SuiteRow {
  readonly id: string;
  readonly table: string;
  readonly model: SuiteModel;
  readonly dataset: SuiteDataset;
  /** The whole recipe, as it is run where model and data are there. */
  readonly recipe: Recipe;
  /** Name of the recipe, which is the kind of example in the table. */
  readonly example: string;
  /** The columns of the table, as published. */
  readonly published: Readonly<Record<string, string>>;
  /** What is wrong or unclear in the published row. */
  readonly notes: readonly string[];
}

/** A table with its rows. */
export interface SuiteTable {
  readonly name: string;
  readonly title: string;
  readonly rows: readonly SuiteRow[];
}

/** A suite that was read. */
export interface Suite {
  readonly name: string;
  readonly folder: string;
  /** Folder of the skeletons. */
  readonly standIns: string;
  /** How ONNX skeletons are given to the rows: as a file, or as PyTorch's users have it, with the weights beside it. */
  readonly standInFormat: "onnx" | "torch";
  readonly tables: readonly SuiteTable[];
}

/** The file that makes a folder a suite. */
export const suiteFile = "suite.json";

interface Head {
  readonly version: number;
  readonly name: string;
  readonly standIns: string;
  readonly standInFormat?: "onnx" | "torch";
  readonly models: string;
  readonly datasets: string;
  readonly recipes: string;
  readonly tables: readonly string[];
}

interface TableFile {
  readonly table: string;
  readonly title: string;
  readonly rows: readonly RowEntry[];
}

interface RowEntry {
  readonly id: string;
  readonly model: string;
  readonly recipe: string;
  readonly published: Readonly<Record<string, string>>;
  readonly notes?: readonly string[];
}

interface Shelf {
  readonly models: Readonly<Record<string, SuiteModel>>;
  readonly datasets: Readonly<Record<string, SuiteDataset>>;
  readonly recipes: Readonly<Record<string, DataDescription>>;
}

/** Reads a suite. @throws TERSOR_SUITE when a file is missing, no JSON, or names what is not there */
export async function openSuite(folder: string): Promise<Suite> {
  const head = read<Head>(folder, suiteFile, {
    standIns: isText,
    models: isText,
    datasets: isText,
    recipes: isText,
    tables: isList,
  });
  if (head.version !== 1) throw suiteInvalid(folder, `${suiteFile} has the version ${String(head.version)}, not 1`);
  const shelf: Shelf = {
    models: read(folder, head.models, {}),
    datasets: read(folder, head.datasets, {}),
    recipes: read(folder, head.recipes, {}),
  };
  const tables: SuiteTable[] = [];
  for (const file of head.tables)
    tables.push(
      await openTable(folder, read<TableFile>(folder, file, { table: isText, title: isText, rows: isList }), shelf),
    );
  const { name, standIns, standInFormat = "onnx" } = head;
  return { name, folder, standIns: join(folder, standIns), standInFormat, tables };
}

/** All rows of a suite, in the order of its tables. */
export function rowsOf({ tables }: Suite): readonly SuiteRow[] {
  return tables.flatMap(({ rows }) => rows);
}

async function openTable(folder: string, { table, title, rows }: TableFile, shelf: Shelf): Promise<SuiteTable> {
  const opened: SuiteRow[] = [];
  for (const entry of rows) opened.push(await openRow(folder, table, entry, shelf));
  return { name: table, title, rows: opened };
}

async function openRow(folder: string, table: string, entry: RowEntry, shelf: Shelf): Promise<SuiteRow> {
  checkShape(folder, entry, { id: isText, model: isText, recipe: isText, published: isRecord });
  const { id, recipe: example, published, notes = [] } = entry;
  const model = found(shelf.models, entry.model, `${id} of ${folder}`);
  checkShape(`${entry.model} of ${folder}`, model, {
    title: isText,
    file: isText,
    task: isText,
    dataset: isText,
    standIn: isRecord,
  });
  const dataset = found(shelf.datasets, model.dataset, `${id} of ${folder}`);
  const recipe = await recipeFrom(
    recipeValue(model, dataset, found(shelf.recipes, example, id)),
    `The recipe of ${id}`,
  );
  return { id, table, model, dataset, recipe, example, published, notes };
}

function recipeValue(model: SuiteModel, dataset: SuiteDataset, { steps, ...rest }: DataDescription): unknown {
  const list = Array.isArray(steps) ? (steps as readonly { readonly quantize: DataDescription }[]) : [];
  return {
    version: 1,
    model: model.file,
    data: {
      calibration: { ...dataset.calibration, ...model.data },
      evaluation: { ...dataset.evaluation, ...model.data },
    },
    metric: model.metric,
    steps: list.map((step) => ({ ...step, quantize: { ...step.quantize, ...model.quantize } })),
    ...rest,
  };
}

function found<T>(shelf: Readonly<Record<string, T>>, key: string, where: string): T {
  const entry = Object.hasOwn(shelf, key) ? shelf[key] : undefined;
  if (entry === undefined) throw suiteInvalid(where, `it names "${key}", which is not there`);
  return entry;
}

type Shape = Readonly<Record<string, (value: unknown) => boolean>>;

const isText = (value: unknown) => typeof value === "string" && value !== "";
const isList = (value: unknown) => Array.isArray(value);
const isRecord = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);

/** A JSON object with parts of the right kinds; what is inside them is checked where it is used. */
function read<T>(folder: string, file: string, shape: Shape): T {
  const path = join(folder, file);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw suiteInvalid(path, error instanceof Error ? error.message : String(error), error);
  }
  checkShape(path, value, shape);
  return value as T;
}

function checkShape(where: string, value: unknown, shape: Shape): void {
  if (!isRecord(value)) throw suiteInvalid(where, "it holds no object");
  const wrong = Object.entries(shape).find(([key, check]) => !check((value as Readonly<Record<string, unknown>>)[key]));
  if (wrong !== undefined) throw suiteInvalid(where, `its "${wrong[0]}" is missing or of another kind`);
}
