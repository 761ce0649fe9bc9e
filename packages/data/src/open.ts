// From what a recipe or a command line says to a dataset: { kind: source, ...options }, or a path whose kind is told
// by its ending or contents. Descriptions come from files, so their keys and types are checked here.

import { existsSync, statSync } from "node:fs";
import { extname, isAbsolute, join, resolve } from "node:path";
import type { Dataset, DatasetDefinition, ModelInput } from "@tersor/core";
import { nearestName } from "@tersor/core";
import { castTo } from "./cast.ts";
import { badOption, empty, notFound, unknownKind } from "./errors.ts";
import type { HubTableOptions } from "./hub/dataset.ts";
import { resolveHubFile, resolveHubFolder } from "./hub/files.ts";
import { isHubName } from "./hub/name.ts";
import type { HubOptions } from "./hub/settings.ts";
import { hasImages, type ImagesOptions } from "./images.ts";
import type { JsonLinesOptions } from "./json-lines.ts";
import type { Kind, Options } from "./kind.ts";
import { kinds } from "./kinds.ts";
import type { NpyOptions, NpzOptions } from "./npz.ts";
import type { RandomOptions } from "./random.ts";
import type { RawImagesOptions } from "./raw-images.ts";
import type { TableDatasetOptions } from "./table-kinds.ts";
import type { DelimitedOptions } from "./tables/delimited.ts";
import { isTestData, type TestDataOptions } from "./test-data.ts";
import type { TextTableOptions } from "./text-tasks/dataset.ts";
import type { TextOptions } from "./text.ts";

/** A dataset as a recipe describes it: one key names the kind and its source, the others are options. */
export type DataSpec =
  | string
  | ({ readonly npz: string } & NpzOptions)
  | ({ readonly npy: string } & Partial<NpyOptions>)
  | ({ readonly testData: string } & TestDataOptions)
  | ({ readonly images: string } & Partial<ImagesOptions>)
  | ({ readonly rawImages: string } & Omit<RawImagesOptions, "file" | "input"> & { readonly input?: string })
  | ({ readonly text: string } & Partial<TextOptions & TextTableOptions>)
  | ({ readonly jsonLines: string } & Omit<JsonLinesOptions, "inputs">)
  | ({ readonly csv: string } & DelimitedOptions & TableDatasetOptions)
  | ({ readonly tsv: string } & DelimitedOptions & TableDatasetOptions)
  | ({ readonly jsonl: string } & TableDatasetOptions)
  | ({ readonly parquet: string } & TableDatasetOptions)
  | ({ readonly hub: string } & HubTableOptions & TableDatasetOptions)
  | ({ readonly random: true } & Partial<RandomOptions>);

/** What `openDataset` knows besides the description of the data. */
export interface OpenOptions {
  /** The model's inputs. Names, types and lengths that the description leaves open come from them, and feeds are widened to their types. */
  readonly inputs?: readonly ModelInput[];
  /** Folder that relative paths start from. Default: the current one. */
  readonly folder?: string;
  /** Kinds of datasets that plugins bring. */
  readonly definitions?: readonly DatasetDefinition<unknown>[];
  /** How the hub is reached, for data, tokenizers and preprocessing named `hf:org/name`. */
  readonly hub?: HubOptions;
}

/** The kinds of data, which are the keys that a description may have. */
export type DataKind = keyof typeof kinds;

/** Names of all kinds, for help and messages. */
export const dataKinds: readonly DataKind[] = Object.keys(kinds) as DataKind[];
const endings: Readonly<Record<string, DataKind>> = {
  ".npz": "npz",
  ".npy": "npy",
  ".tsv": "tsv",
  ".csv": "csv",
  ".parquet": "parquet",
  ".txt": "text",
  ".jsonl": "jsonLines",
  ".ndjson": "jsonLines",
};

/**
 * Opens a dataset from its description.
 * @example await openDataset("calib.npz", { inputs: model.inputs })
 * @example await openDataset({ text: "train.tsv", tokenizer: "tokenizer.json", column: "sentence", samples: 128 })
 * @throws DATA_KIND, DATA_OPTION, DATA_NOT_FOUND, and what the kind of dataset throws
 */
export async function openDataset(spec: DataSpec | Options, context: OpenOptions = {}): Promise<Dataset> {
  const { inputs = [], folder = ".", definitions = [], hub = {} } = context;
  const described: Options = typeof spec === "string" ? { [dataKindOf(spec, folder)]: spec } : { ...spec };
  const custom = definitions.find(({ name }) => Object.hasOwn(described, name));
  if (custom !== undefined) return castTo(await custom.open(described, { folder, inputs }), inputs);
  const name = kindOf(described);
  const kind: Kind = kinds[name];
  const options = await fetchedOptions(checkedOptions(name, kind, described, folder), hub);
  const source = name === "random" ? "" : await sourceOf(name, described[name], folder, hub);
  return castTo(await kind.open(source, options, { inputs, hub }), inputs);
}

/**
 * Opens a dataset of the hub: the Parquet, CSV, TSV or JSON-lines files of a configuration and split, or named files.
 * @example await openHubDataset("hf:org/name", { split: "validation", image: "img", preprocessing: "imagenet" }, { inputs })
 * @throws DATA_HUB_NAME, DATA_HUB_NOT_FOUND, DATA_HUB_ACCESS, DATA_HUB_FILES and others of DATA_HUB_*; what `openDataset` throws
 */
export function openHubDataset(
  name: string,
  options: HubTableOptions & TableDatasetOptions = {},
  context: OpenOptions = {},
): Promise<Dataset> {
  return openDataset({ hub: name, ...options }, context);
}

/** The kind of data that a path is, "hub" for names on the hub, or "random" for that word. @throws DATA_NOT_FOUND, DATA_KIND, DATA_EMPTY */
export function dataKindOf(path: string, folder = "."): DataKind {
  if (path === "random") return "random";
  if (isHubName(path)) return "hub";
  const place = resolve(folder, path);
  if (!existsSync(place)) throw notFound(path, "data");
  if (!statSync(place).isDirectory()) {
    const kind = endings[extname(path).toLowerCase()];
    if (kind === undefined) throw unknownKind(path, dataKinds);
    return kind;
  }
  if (isTestData(place)) return "testData";
  if (hasImages(place)) return "images";
  throw empty(path, "test_data_set folders and no images");
}

function kindOf(described: Options): DataKind {
  const found = dataKinds.filter((name) => Object.hasOwn(described, name));
  if (found.length === 1) return found[0]!;
  const keys = Object.keys(described).join(", ");
  if (found.length === 0) throw unknownKind(`{ ${keys} }`, dataKinds);
  throw badOption(found[1]!, `stands beside "${found[0]}"; a dataset has one kind`, { keys: Object.keys(described) });
}

async function sourceOf(kind: string, source: unknown, folder: string, hub: HubOptions): Promise<string> {
  if (typeof source !== "string" || source === "") throw badOption(kind, "must be a path", { received: source });
  if (kind === "hub") return source;
  return isHubName(source) ? resolveHubFile({ hub: source, type: "dataset" }, hub) : pathIn(folder, source);
}

const tokenizerFiles = ["tokenizer.json", "tokenizer_config.json", "config.json", "generation_config.json"];

/** Files of models on the hub that options name, as paths. */
async function fetchedOptions(options: Options, hub: HubOptions): Promise<Options> {
  const { tokenizer, preprocessing } = options;
  const fetched: Record<string, unknown> = {};
  if (typeof tokenizer === "string" && isHubName(tokenizer))
    fetched["tokenizer"] = await resolveHubFolder(tokenizer, tokenizerFiles, hub);
  if (typeof preprocessing === "string" && isHubName(preprocessing))
    fetched["preprocessing"] = await resolveHubFile(preprocessing, { ...hub, file: "preprocessor_config.json" });
  return { ...options, ...fetched };
}

function pathIn(folder: string, path: string): string {
  return isAbsolute(path) ? path : join(folder, path);
}

function checkedOptions(name: string, kind: Kind, described: Options, folder: string): Options {
  const options: Record<string, unknown> = {};
  for (const [option, value] of Object.entries(described)) {
    if (option === name || value === undefined) continue;
    const check = Object.hasOwn(kind.options, option) ? kind.options[option] : undefined;
    if (check === undefined) throw unknownOption(name, option, Object.keys(kind.options));
    if (!check(value))
      throw badOption(option, `of "${name}" can't be ${JSON.stringify(value)}`, { kind: name, received: value });
    options[option] = isPath(kind, option, value) ? pathIn(folder, value) : value;
  }
  return options;
}

function isPath(kind: Kind, option: string, value: unknown): value is string {
  if (typeof value !== "string" || isHubName(value)) return false;
  if (option === "preprocessing") return /\.json$/i.test(value);
  return kind.paths.includes(option) && !["folders", "none"].includes(value);
}

function unknownOption(kind: string, option: string, known: readonly string[]): Error {
  const near = nearestName(option, known);
  const hint = near === undefined ? `; known are ${known.join(", ")}` : ` (did you mean "${near}"?)`;
  return badOption(option, `is not known for data of the kind "${kind}"${hint}`, { kind, known });
}
