// The numbers of a table as samples: columns become the inputs of a model.

import { datasetOf, tensorOf, type Dataset, type Feeds, type ModelInput, type Sample, type Tensor } from "@tersor/core";
import { checkedTensor } from "../checked-tensor.ts";
import { badOption, empty, requireCount } from "../errors.ts";
import { labelCell, numbersCell, textCell } from "./cells.ts";
import {
  columnOf,
  firstOf,
  rowCount,
  rowId,
  rowProblem,
  topColumns,
  usualColumn,
  type Column,
  type Table,
  type TableRow,
} from "./table.ts";

/** Which columns are the inputs, and which one is the label. */
export interface NumericTableOptions {
  /** Columns of the model's only input, in order. Default: all but the label. */
  readonly columns?: readonly Column[];
  /** Column or columns of each input by name, for several. Default: the columns named like the inputs. */
  readonly inputs?: Readonly<Record<string, Column | readonly Column[]>>;
  /** Column of the label: a class by index or, with `classes`, by name; a number. Default "label" or "target", where there is one. */
  readonly label?: Column;
  /** Names of the classes in the order of the model's outputs. */
  readonly classes?: readonly string[];
  /** Most samples, from the beginning. */
  readonly samples?: number;
}

interface Source {
  readonly input: ModelInput | { readonly name: string };
  readonly columns: readonly string[];
}

const labelNames = ["label", "labels", "target", "class", "y"];

/**
 * Samples of the numbers of a table. Values of an input's columns, lists flattened, are laid out in the input's shape
 * where it says so, else as [1, values]. Types are the model's; float32 where the model is not known.
 * @throws DATA_COLUMN, DATA_OPTION, DATA_EMPTY, DATA_ROW; the last one on the walk too
 */
export async function numericDataset(
  table: Table,
  options: NumericTableOptions,
  inputs: readonly ModelInput[],
): Promise<Dataset> {
  const { samples = Infinity, classes } = options;
  if (options.samples !== undefined) requireCount("samples", options.samples);
  const label = options.label === undefined ? usualLabel(table, inputs) : columnOf(table, options.label, "label");
  const sources = sourcesOf(table, options, inputs, label);
  const read = topColumns(table, [
    ...sources.flatMap(({ columns }) => columns),
    ...(label === undefined ? [] : [label]),
  ]);
  const length = await rowCount(table, samples, read);
  if (length === 0) throw empty(table.name, "rows");
  const walk = async function* (): AsyncGenerator<Sample> {
    for await (const row of firstOf(table.rows(read), samples)) {
      const feeds = feedsOf(table, row, sources);
      yield {
        feeds,
        id: rowId(table, row),
        ...(label === undefined ? {} : { label: labelCell(table, row, label, classes) }),
      };
    }
  };
  return datasetOf(table.name, walk, length);
}

function usualLabel(table: Table, inputs: readonly ModelInput[]): string | undefined {
  return usualColumn(
    table,
    labelNames.filter((name) => inputs.every((input) => input.name !== name)),
  );
}

function sourcesOf(
  table: Table,
  { columns, inputs: mapped }: NumericTableOptions,
  inputs: readonly ModelInput[],
  label: string | undefined,
): readonly Source[] {
  if (mapped !== undefined)
    return Object.entries(mapped).map(([name, wanted]) => mappedSource(table, name, wanted, inputs));
  const [only, ...others] = inputs;
  if (only !== undefined && others.length === 0) {
    const named = columns?.map((column) => columnOf(table, column, "columns"));
    const own = table.columns.includes(only.name) ? [only.name] : undefined;
    return [{ input: only, columns: named ?? own ?? table.columns.filter((column) => column !== label) }];
  }
  if (columns !== undefined) {
    const names = inputs.map(({ name }) => name);
    throw badOption("columns", "is for models with one input; say which columns are for which input in inputs", {
      names,
    });
  }
  const names = inputs.length > 0 ? inputs : table.columns.filter((name) => name !== label).map((name) => ({ name }));
  return names.map((input) => ({ input, columns: [columnOf(table, input.name, "inputs")] }));
}

function mappedSource(
  table: Table,
  name: string,
  wanted: Column | readonly Column[],
  inputs: readonly ModelInput[],
): Source {
  const input = inputs.find((candidate) => candidate.name === name);
  if (input === undefined && inputs.length > 0) {
    const known = inputs.map((one) => one.name);
    throw badOption("inputs", `names "${name}", which is no input of the model; its inputs are ${known.join(", ")}`, {
      known,
    });
  }
  const list = typeof wanted === "string" || typeof wanted === "number" ? [wanted] : wanted;
  return { input: input ?? { name }, columns: list.map((column) => columnOf(table, column, "inputs")) };
}

function feedsOf(table: Table, row: TableRow, sources: readonly Source[]): Feeds {
  return Object.fromEntries(sources.map((source) => [source.input.name, tensorOfSource(table, row, source)]));
}

function tensorOfSource(table: Table, row: TableRow, { input, columns }: Source): Tensor {
  const type = "type" in input && input.type.kind === "tensor" ? input.type : undefined;
  if (type?.dtype === "string") {
    const texts = columns.map((column) => textCell(table, row, column));
    return tensorOf("string", laidOut(texts.length, type.shape), texts);
  }
  const numbers = columns.flatMap((column) => numbersCell(table, row, column));
  const dtype = type?.dtype ?? "float32";
  return checkedTensor(dtype, laidOut(numbers.length, type?.shape), numbers, (problem, cause) =>
    rowProblem(table, row, `${problem} for the input "${input.name}", which is ${dtype}`, cause),
  );
}

/** [1, ...] in the dimensions of an input behind the batch, where one unknown at most and the count agree. */
function laidOut(count: number, shape: readonly unknown[] | undefined): readonly number[] {
  if (shape === undefined) return [1, count];
  if (shape.length <= 1) return [count];
  const dims = shape.slice(1);
  const known = dims.filter((dim): dim is number => typeof dim === "number" && dim > 0);
  const product = known.reduce((a, b) => a * b, 1);
  const open = dims.length - known.length;
  if (open > 1 || count % product !== 0 || (open === 0 && count !== product)) return [1, count];
  return [1, ...dims.map((dim) => (typeof dim === "number" && dim > 0 ? dim : count / product))];
}
