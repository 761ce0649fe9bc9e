// Images in the cells of a table, as datasets of the hub keep them in Parquet: { bytes, path }, or the bytes themselves.

import { datasetOf, type Dataset, type Sample } from "@tersor/core";
import { empty, requireCount } from "../errors.ts";
import { imageReader } from "../images.ts";
import { resolvePreprocessing, type PreprocessingInput } from "../preprocessing.ts";
import { isObject } from "../rows.ts";
import { labelCell } from "./cells.ts";
import { cellOf, columnOf, firstOf, rowCount, rowId, rowProblem, topColumns, usualColumn } from "./table.ts";
import type { Column, Table, TableRow } from "./table.ts";

/** Which column holds images, and how they become numbers. */
export interface ImageTableOptions {
  /** Column of the images. */
  readonly image: Column;
  /** Name of the model's input. */
  readonly input: string;
  /** A name of `imagePreprocessings`, or a description. Default: 0 to 1 in the image's own size. */
  readonly preprocessing?: PreprocessingInput;
  /** Column of the label. Default "label" or "labels", where there is one. */
  readonly label?: Column;
  readonly classes?: readonly string[];
  readonly samples?: number;
}

/** Samples of the images of a table. @throws DATA_COLUMN, DATA_OPTION, DATA_EMPTY; on the walk DATA_ROW, DATA_IMAGE, DATA_NO_SHARP */
export async function imageTableDataset(table: Table, options: ImageTableOptions): Promise<Dataset> {
  const { samples = Infinity, classes, input } = options;
  if (options.samples !== undefined) requireCount("samples", options.samples);
  const preprocessing = resolvePreprocessing(options.preprocessing);
  const image = columnOf(table, options.image, "image");
  const label =
    options.label === undefined ? usualColumn(table, ["label", "labels"]) : columnOf(table, options.label, "label");
  const read = topColumns(table, label === undefined ? [image] : [image, label]);
  const length = await rowCount(table, samples, read);
  if (length === 0) throw empty(table.name, "images");
  const walk = async function* (): AsyncGenerator<Sample> {
    const tensorOf = await imageReader(preprocessing);
    for await (const row of firstOf(table.rows(read), samples)) {
      const feeds = { [input]: await tensorOf(bytesCell(table, row, image), `${rowId(table, row)} of ${row.file}`) };
      yield {
        feeds,
        id: rowId(table, row),
        ...(label === undefined ? {} : { label: labelCell(table, row, label, classes) }),
      };
    }
  };
  return datasetOf(table.name, walk, length);
}

function bytesCell(table: Table, row: TableRow, column: string): Uint8Array {
  const value = cellOf(row, column);
  const bytes: unknown = isObject(value) ? value["bytes"] : value;
  if (bytes instanceof Uint8Array) return bytes;
  throw rowProblem(table, row, `has no image in the column "${column}"`);
}
