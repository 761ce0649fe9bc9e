// From what a recipe or a command line says to a dataset: { kind: source, ...options }, or a path whose kind is told
// by its ending or contents. Descriptions come from files, so their keys and types are checked here.

import { existsSync, statSync } from "node:fs";
import { dirname, extname, isAbsolute, join, resolve } from "node:path";
import type { Dataset, DatasetDefinition, ModelInput } from "@tersor/core";
import { nearestName } from "@tersor/core";
import { castTo } from "./cast.ts";
import { badOption, empty, notFound, unknownKind } from "./errors.ts";
import { hasImages, images, type ImagesOptions } from "./images.ts";
import { jsonLines, type JsonLinesOptions } from "./json-lines.ts";
import { npy, npz, type NpyOptions, type NpzOptions } from "./npz.ts";
import { random, type RandomOptions } from "./random.ts";
import { rawImages, type RawImagesOptions } from "./raw-images.ts";
import { isTestData, testDataFolder, type TestDataOptions } from "./test-data.ts";
import type { TextInput } from "./text-tasks/encoder.ts";
import { text, type TextOptions } from "./text.ts";

/** A dataset as a recipe describes it: one key names the kind and its source, the others are options. */
export type DataSpec =
  | string
  | ({ readonly npz: string } & NpzOptions)
  | ({ readonly npy: string } & Partial<NpyOptions>)
  | ({ readonly testData: string } & TestDataOptions)
  | ({ readonly images: string } & Partial<ImagesOptions>)
  | ({ readonly rawImages: string } & Omit<RawImagesOptions, "file" | "input"> & { readonly input?: string })
  | ({ readonly text: string } & Partial<TextOptions>)
  | ({ readonly jsonLines: string } & Omit<JsonLinesOptions, "inputs">)
  | ({ readonly random: true } & Partial<RandomOptions>);

/** What `openDataset` knows besides the description of the data. */
export interface OpenOptions {
  /** The model's inputs. Names, types and lengths that the description leaves open come from them, and feeds are widened to their types. */
  readonly inputs?: readonly ModelInput[];
  /** Folder that relative paths start from. Default: the current one. */
  readonly folder?: string;
  /** Kinds of datasets that plugins bring. */
  readonly definitions?: readonly DatasetDefinition<unknown>[];
}

type Options = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

interface Kind {
  readonly options: Readonly<Record<string, Check>>;
  /** Options that are paths. */
  readonly paths: readonly string[];
  open(source: string, options: Options, inputs: readonly ModelInput[]): Dataset;
}

const isText: Check = (value) => typeof value === "string";
const isNumber: Check = (value) => typeof value === "number" && Number.isFinite(value);
const isFlag: Check = (value) => typeof value === "boolean";
const isColumn: Check = (value) => isText(value) || isNumber(value);
const isTextList: Check = (value) => Array.isArray(value) && value.every(isText);
const isMap: Check = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isOneOf =
  (...values: string[]): Check =>
  (value) =>
    values.some((known) => known === value);
const either =
  (...checks: Check[]): Check =>
  (value) =>
    checks.some((check) => check(value));
const isLabelList: Check = (value) => Array.isArray(value) && value.every(isColumn);

const kinds = {
  npz: {
    options: { layout: isOneOf("stacked", "samples"), inputs: isTextList, label: isText, maxBytes: isNumber },
    paths: [],
    open: (source, options, inputs) =>
      npz(source, { ...(inputs.length > 0 ? { inputs: inputs.map(({ name }) => name) } : {}), ...options }),
  },
  npy: {
    options: { input: isText, maxBytes: isNumber },
    paths: [],
    open: (source, options, inputs) => npy(source, { input: onlyInput("npy", inputs, options), ...options }),
  },
  testData: {
    options: { inputs: isTextList, outputs: isTextList, maxBytes: isNumber },
    paths: [],
    open: (source, options, inputs) =>
      testDataFolder(source, { ...(inputs.length > 0 ? { inputs: inputs.map(({ name }) => name) } : {}), ...options }),
  },
  images: {
    options: {
      input: isText,
      preprocessing: either(isText, isMap),
      labels: isText,
      classes: isTextList,
      samples: isNumber,
    },
    paths: ["labels"],
    open: (source, options, inputs) => images(source, { input: onlyInput("images", inputs, options), ...options }),
  },
  rawImages: {
    options: {
      input: isText,
      height: isNumber,
      width: isNumber,
      channels: isNumber,
      count: isNumber,
      labels: either(isText, isLabelList),
      preprocessing: either(isText, isMap),
    },
    paths: ["labels"],
    open: (source, options, inputs) =>
      rawImages({ height: 0, width: 0, ...options, file: source, input: onlyInput("rawImages", inputs, options) }),
  },
  text: {
    options: {
      tokenizer: isText,
      column: isColumn,
      textPair: isColumn,
      label: isColumn,
      classes: isTextList,
      maxLength: isNumber,
      padding: isOneOf("max", "longest", "none"),
      samples: isNumber,
      inputs: either(isTextList, isMap),
      dtype: isOneOf("int64", "int32"),
      format: isOneOf("tsv", "csv", "jsonl", "lines"),
      header: isFlag,
    },
    paths: ["tokenizer"],
    open: (source, options, inputs) =>
      text(source, { tokenizer: tokenizerBeside(source, options), ...textDefaults(inputs), ...options }),
  },
  jsonLines: {
    options: { label: isText, samples: isNumber },
    paths: [],
    open: (source, options, inputs) => jsonLines(source, { inputs, ...options }),
  },
  random: {
    options: { samples: isNumber, seed: isNumber, dims: isMap },
    paths: [],
    open: (_, options, inputs) => random({ inputs, ...options }),
  },
} as const satisfies Record<string, Kind>;

/** The kinds of data, which are the keys that a description may have. */
export type DataKind = keyof typeof kinds;

/** Names of all kinds, for help and messages. */
export const dataKinds: readonly DataKind[] = Object.keys(kinds) as DataKind[];
const endings: Readonly<Record<string, DataKind>> = {
  ".npz": "npz",
  ".npy": "npy",
  ".tsv": "text",
  ".csv": "text",
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
  const { inputs = [], folder = ".", definitions = [] } = context;
  const described: Options = typeof spec === "string" ? { [dataKindOf(spec, folder)]: spec } : { ...spec };
  const custom = definitions.find(({ name }) => Object.hasOwn(described, name));
  if (custom !== undefined) return castTo(await custom.open(described, { folder, inputs }), inputs);
  const name = kindOf(described);
  const kind: Kind = kinds[name];
  const options = checkedOptions(name, kind, described, folder);
  const source = name === "random" ? "" : sourceOf(name, described[name], folder);
  return castTo(kind.open(source, options, inputs), inputs);
}

/** The kind of data that a path is, or "random" for that word. @throws DATA_NOT_FOUND, DATA_KIND, DATA_EMPTY */
export function dataKindOf(path: string, folder = "."): DataKind {
  if (path === "random") return "random";
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

function sourceOf(kind: string, source: unknown, folder: string): string {
  if (typeof source !== "string" || source === "") throw badOption(kind, "must be a path", { received: source });
  return pathIn(folder, source);
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
    const path = kind.paths.includes(option) && typeof value === "string" && !["folders", "none"].includes(value);
    options[option] = path ? pathIn(folder, value) : value;
  }
  return options;
}

function unknownOption(kind: string, option: string, known: readonly string[]): Error {
  const near = nearestName(option, known);
  const hint = near === undefined ? `; known are ${known.join(", ")}` : ` (did you mean "${near}"?)`;
  return badOption(option, `is not known for data of the kind "${kind}"${hint}`, { kind, known });
}

/** The option "input", or the name of the model's only input. */
function onlyInput(kind: string, inputs: readonly ModelInput[], options: Options): string {
  const named = options["input"];
  if (typeof named === "string") return named;
  const [first, ...others] = inputs;
  if (first !== undefined && others.length === 0) return first.name;
  throw badOption("input", `is needed for "${kind}": name the input of the model that the data is for`, {
    inputs: inputs.map(({ name }) => name),
  });
}

function tokenizerBeside(source: string, options: Options): string {
  const named = options["tokenizer"];
  const beside = join(dirname(source), "tokenizer.json");
  if (typeof named === "string") return named;
  if (existsSync(beside)) return beside;
  throw badOption("tokenizer", `is needed to read "${source}": give the path of the model's tokenizer.json`, {
    source,
  });
}

/** Which inputs a text gives, how long and in which type, as far as the model says so. */
function textDefaults(inputs: readonly ModelInput[]): Partial<TextOptions> {
  const known: readonly TextInput[] = ["input_ids", "attention_mask", "token_type_ids", "position_ids"];
  const names = known.filter((name) => inputs.some((input) => input.name === name));
  const ids = inputs.find(({ name }) => name === "input_ids")?.type;
  if (names.length === 0 || ids?.kind !== "tensor") return {};
  const width = ids.shape?.[1];
  return {
    inputs: names,
    ...(ids.dtype === "int32" ? { dtype: "int32" } : {}),
    ...(typeof width === "number" && width > 0 ? { maxLength: width, padding: "max" } : {}),
  };
}
