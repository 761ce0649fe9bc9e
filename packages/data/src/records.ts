// Texts and labels out of rows: which column is what, with or without a header.

import { nearestName } from "@tersor/core";
import type { Bytes } from "./bytes.ts";
import { badLabels, badOption, badRow, noColumn } from "./errors.ts";
import { delimitedRows, jsonObjects, linesOf, type Row } from "./rows.ts";

/** Formats of text files: columns by tab or comma, one JSON value per line, or plain lines. */
export type TextFormat = "tsv" | "csv" | "jsonl" | "lines";

/** One text of a file. */
export interface TextRecord {
  readonly line: number;
  readonly text: string;
  readonly pair?: string;
  readonly label?: number | string;
}

/** Which columns to read; see TextOptions. */
export interface ColumnOptions {
  readonly column?: string | number;
  readonly textPair?: string | number;
  readonly label?: string | number;
  readonly classes?: readonly string[];
  readonly header?: boolean;
}

type Cell = (column: string | number) => string | undefined;

const textNames = ["text", "sentence", "sentence1", "question", "question1", "premise", "review", "content", "body"];
const labelNames = ["label", "labels"];

/** The texts of a file, one after the other. @throws DATA_COLUMN, DATA_ROW, DATA_LABELS, DATA_OPTION */
export function recordsOf(bytes: Bytes, format: TextFormat, options: ColumnOptions): Iterable<TextRecord> {
  if (format === "jsonl") return objectRecords(bytes, options);
  if (format === "lines") return lineRecords(bytes, options);
  // Tables of GLUE and others hold bare quotes: in TSV a quote is a letter like any other.
  return tableRecords(bytes.name, delimitedRows(bytes, format === "csv" ? "," : "\t", format === "csv"), options);
}

function* lineRecords(bytes: Bytes, options: ColumnOptions): Generator<TextRecord> {
  for (const option of ["column", "textPair", "label"] as const) {
    if (options[option] === undefined) continue;
    throw badOption(
      option,
      `does not apply to "${bytes.name}", which is read line by line; name its format "tsv", "csv" or "jsonl"`,
    );
  }
  for (const { line, text } of linesOf(bytes)) if (text.trim() !== "") yield { line, text };
}

function* objectRecords(bytes: Bytes, options: ColumnOptions): Generator<TextRecord> {
  for (const { line, value } of jsonObjects(bytes)) {
    const columns = resolveColumns(bytes.name, Object.keys(value), true, options);
    yield recordOf(bytes.name, line, (column) => plainText(value[column]), columns, options);
  }
}

function* tableRecords(file: string, rows: Iterable<Row>, options: ColumnOptions): Generator<TextRecord> {
  let columns: Columns | undefined;
  let names: readonly string[] = [];
  for (const row of rows) {
    if (columns === undefined) {
      const header = options.header ?? looksLikeHeader(row.cells, options);
      names = header ? row.cells : row.cells.map((_, index) => String(index));
      columns = resolveColumns(file, names, header, options);
      if (header) continue;
    }
    const { cells, line } = row;
    if (cells.length !== names.length)
      throw badRow(file, line, `has ${cells.length} columns where the first row has ${names.length}`);
    yield recordOf(
      file,
      line,
      (column) => cells[typeof column === "number" ? column : names.indexOf(column)],
      columns,
      options,
    );
  }
}

/** A first row is a header when it holds a name that was asked for, or one of the usual names. */
function looksLikeHeader(cells: readonly string[], { column, textPair, label }: ColumnOptions): boolean {
  const asked = [column, textPair, label].filter((name) => typeof name === "string");
  if (asked.length > 0) return true;
  return cells.some((cell) => [...textNames, ...labelNames].includes(cell.toLowerCase()));
}

interface Columns {
  readonly text: string | number;
  readonly pair: string | number | undefined;
  readonly label: string | number | undefined;
}

function resolveColumns(file: string, names: readonly string[], header: boolean, options: ColumnOptions): Columns {
  const columns = names.map((name, index) => (header ? name : index));
  const known = (option: "column" | "textPair" | "label") => {
    const wanted = options[option];
    if (wanted === undefined) return undefined;
    const index = typeof wanted === "number" ? wanted : names.indexOf(wanted);
    const found = header || typeof wanted === "number" ? columns[index] : undefined;
    if (found === undefined) throw missingColumn(file, wanted, names, option);
    return found;
  };
  const usual = (wanted: readonly string[]) =>
    header ? names.find((name) => wanted.includes(name.toLowerCase())) : undefined;
  const text = known("column") ?? usual(textNames) ?? (columns.length === 1 ? columns[0] : undefined);
  if (text === undefined) throw missingColumn(file, textNames[0]!, names, "column");
  return { text, pair: known("textPair"), label: known("label") ?? usual(labelNames) };
}

function missingColumn(file: string, column: string | number, columns: readonly string[], option: string): Error {
  const near = typeof column === "string" ? nearestName(column, columns) : undefined;
  return noColumn({ file, column, columns, option, ...(near === undefined ? {} : { suggestion: near }) });
}

function recordOf(file: string, line: number, cell: Cell, columns: Columns, { classes }: ColumnOptions): TextRecord {
  const read = (column: string | number) => {
    const value = cell(column);
    if (value === undefined) throw badRow(file, line, `has no text in the column ${JSON.stringify(column)}`);
    return value;
  };
  const pair = columns.pair === undefined ? {} : { pair: read(columns.pair) };
  const label = columns.label === undefined ? {} : { label: labelOf(file, line, read(columns.label), classes) };
  return { line, text: read(columns.text), ...pair, ...label };
}

function plainText(value: unknown): string | undefined {
  return typeof value === "string"
    ? value
    : typeof value === "number" || typeof value === "boolean"
      ? String(value)
      : undefined;
}

/** A class name becomes its index; otherwise a number stays a number and a word a word. */
function labelOf(file: string, line: number, text: string, classes: readonly string[] | undefined): number | string {
  if (classes !== undefined) {
    const index = classes.indexOf(text);
    if (index >= 0) return index;
    throw badLabels(
      file,
      `hold "${text}" on line ${line}, which is not among the classes ${classes.map((name) => `"${name}"`).join(", ")}`,
    );
  }
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : text;
}
