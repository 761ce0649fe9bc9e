// The kinds of data that are tables: CSV, TSV, JSON lines, Parquet, and datasets of the hub. What becomes of their rows
// is told by the options and the model: texts for a tokenizer, images of a column, or numbers.

import type { Dataset, ModelInput } from "@tersor/core";
import { either, isColumn, isFlag, isMap, isNumber, isOneOf, isText, listOf, mapOf, type Check } from "./checks.ts";
import { hubTable, type HubTableOptions } from "./hub/dataset.ts";
import {
  onlyInput,
  textDefaults,
  tokenizerBeside,
  tokenizerFor,
  type Kind,
  type KindContext,
  type Options,
} from "./kind.ts";
import type { DelimitedOptions } from "./tables/delimited.ts";
import { imageTableDataset, type ImageTableOptions } from "./tables/images.ts";
import { numericDataset, type NumericTableOptions } from "./tables/numeric.ts";
import { openTable, type TableFormat } from "./tables/open.ts";
import type { Column, Table } from "./tables/table.ts";
import { textDataset, textTasks, type TextTableOptions } from "./text-tasks/dataset.ts";

/** How the rows of a table become samples: as texts, as images, or as numbers. */
export type TableDatasetOptions = Partial<Omit<TextTableOptions, "inputs">> &
  Partial<ImageTableOptions> &
  Omit<NumericTableOptions, "inputs"> & {
    readonly inputs?: TextTableOptions["inputs"] | NumericTableOptions["inputs"];
  };

const common: Readonly<Record<string, Check>> = {
  samples: isNumber,
  label: isColumn,
  classes: listOf(isText),
  inputs: either(listOf(isText), mapOf(either(isColumn, listOf(isColumn)))),
  columns: listOf(isColumn),
  image: isColumn,
  input: isText,
  preprocessing: either(isText, isMap),
};

/** Options of texts, which the kind "text" has too. */
export const textOptions: Readonly<Record<string, Check>> = {
  tokenizer: isText,
  task: isOneOf(...textTasks),
  column: isColumn,
  textPair: isColumn,
  context: isColumn,
  id: isColumn,
  maxLength: isNumber,
  padding: isOneOf("max", "longest", "none"),
  dtype: isOneOf("int64", "int32"),
  stride: isNumber,
  choices: listOf(isColumn),
  seed: isNumber,
  blocks: isFlag,
  prefix: isText,
  decoderStart: isNumber,
};

const delimited: Readonly<Record<string, Check>> = { delimiter: isText, quotes: isFlag, header: isFlag };
const choice: Readonly<Record<string, Check>> = {
  revision: isText,
  config: isText,
  split: isText,
  file: either(isText, listOf(isText)),
};

const rows = { ...common, ...textOptions };

/** The kinds. */
export const tableKinds = {
  csv: tableKind("csv", { ...rows, ...delimited }),
  tsv: tableKind("tsv", { ...rows, ...delimited }),
  jsonl: tableKind("jsonl", rows),
  parquet: tableKind("parquet", rows),
  hub: {
    options: { ...rows, ...delimited, ...choice },
    paths: ["tokenizer"],
    open: async (source, options, context) => {
      const table = await hubTable(source, options as HubTableOptions, context.hub, askedColumns(options));
      return tableDataset(table, source, options, context.inputs);
    },
  },
} as const satisfies Record<string, Kind>;

function tableKind(format: TableFormat, options: Readonly<Record<string, Check>>): Kind {
  const open = (source: string, given: Options, { inputs }: KindContext) => openRows(source, format, given, inputs);
  return { options, paths: ["tokenizer"], open };
}

/** A file of rows as a dataset. */
export async function openRows(
  source: string,
  format: TableFormat | undefined,
  options: Options,
  inputs: readonly ModelInput[],
): Promise<Dataset> {
  const written = { ...(options as DelimitedOptions), ...(format === undefined ? {} : { format }) };
  return tableDataset(await openTable(source, written, askedColumns(options)), source, options, inputs);
}

/** Columns that the options name: a name among them says that a file has a header. */
function askedColumns(options: Options): readonly Column[] {
  const named = ["column", "textPair", "context", "id", "label", "image", "columns"].map((key) => options[key]);
  return named.flat().filter((value): value is Column => isColumn(value));
}

function tableDataset(table: Table, source: string, options: Options, inputs: readonly ModelInput[]): Promise<Dataset> {
  if (options["image"] !== undefined) {
    const input = onlyInput("image", inputs, options);
    return imageTableDataset(table, { ...(options as Partial<ImageTableOptions>), input } as ImageTableOptions);
  }
  if (!isOfTexts(source, options, inputs)) return numericDataset(table, options as NumericTableOptions, inputs);
  const tokenizer = tokenizerFor(source, options);
  return textDataset(table, { ...textDefaults(inputs), ...(options as Partial<TextTableOptions>), tokenizer });
}

/** Texts are asked for by an option of theirs, or by the model; where neither tells, by what is beside the file. */
function isOfTexts(source: string, options: Options, inputs: readonly ModelInput[]): boolean {
  if (["tokenizer", "task", "column", "textPair"].some((option) => options[option] !== undefined)) return true;
  if (inputs.length > 0) return inputs.some(({ name }) => name === "input_ids");
  if (options["columns"] !== undefined || isMap(options["inputs"])) return false;
  return tokenizerBeside(source) !== undefined || Array.isArray(options["inputs"]) || options["label"] === undefined;
}
