// A table: rows of named cells that can be walked again and again, one row (or row group) in memory at a time.
// CSV, TSV, JSON lines and Parquet become tables; what is made of the rows does not depend on the format.

import { nearestName } from "@tersor/core";
import { badRow, noColumn } from "../errors.ts";
import { isObject } from "../rows.ts";

/** A column by its name, by "outer.inner" for a field of a record, or by its index from 0. */
export type Column = string | number;

/** One row. Cells are text (CSV, TSV) or what JSON and Parquet hold: numbers, lists, records, bytes. */
export interface TableRow {
  /** Line or row of the file, from 1. */
  readonly at: number;
  /** The file, where the table has several. */
  readonly file: string;
  readonly cells: Readonly<Record<string, unknown>>;
}

/** Rows of named cells. */
export interface Table {
  readonly name: string;
  /** What `at` of a row counts. */
  readonly unit: "line" | "row";
  readonly columns: readonly string[];
  /** Number of rows, where the file says it. */
  readonly length?: number;
  /** Set where a walk may have to fetch files, so that nothing walks it to the end without need. */
  readonly remote?: true;
  /** Starts a walk; columns that are not asked for may be missing from its rows. */
  rows(columns?: readonly string[]): AsyncIterable<TableRow>;
}

/** The name of a column, for `option`. @throws DATA_COLUMN */
export function columnOf(table: Table, wanted: Column, option: string): string {
  const { name: file, columns } = table;
  const found = typeof wanted === "number" ? columns[wanted] : knownName(columns, wanted);
  if (found !== undefined) return found;
  const near = typeof wanted === "string" ? nearestName(wanted, columns) : undefined;
  throw noColumn({ file, column: wanted, columns, option, ...(near === undefined ? {} : { suggestion: near }) });
}

/** The first of some usual names that the table has, in any case. */
export function usualColumn({ columns }: Table, names: readonly string[]): string | undefined {
  return names
    .map((name) => columns.find((column) => column.toLowerCase() === name))
    .find((column) => column !== undefined);
}

function knownName(columns: readonly string[], wanted: string): string | undefined {
  return columns.includes(wanted) || columns.includes(wanted.split(".")[0]!) ? wanted : undefined;
}

/** What a row has in a column; a dotted name leads into records. */
export function cellOf({ cells }: TableRow, column: string): unknown {
  if (Object.hasOwn(cells, column)) return cells[column];
  return column.split(".").reduce<unknown>(fieldOf, cells);
}

function fieldOf(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** The columns of the file that some names need. */
export function topColumns({ columns }: Table, names: readonly string[]): readonly string[] {
  return [...new Set(names.map((name) => (columns.includes(name) ? name : name.split(".")[0]!)))];
}

/** Number of rows up to `most`; undefined where it takes fetching files to know. */
export async function rowCount(table: Table, most: number, columns: readonly string[]): Promise<number | undefined> {
  if (table.length !== undefined) return Math.min(table.length, most);
  if (table.remote === true && most === Infinity) return undefined;
  let count = 0;
  for await (const _ of firstOf(table.rows(columns), most)) count++;
  return count;
}

/** The first items of a walk, which stops there. */
export async function* firstOf<T>(items: AsyncIterable<T>, most: number): AsyncGenerator<T> {
  let left = most;
  for await (const item of items) {
    yield item;
    if (--left <= 0) return;
  }
}

/** An error at a row. */
export function rowProblem(table: Table, row: TableRow, problem: string, cause?: unknown): Error {
  return badRow(row.file, row.at, problem, cause, table.unit);
}

/** What a sample of a row is called. */
export function rowId(table: Table, row: TableRow): string {
  return `${table.unit} ${row.at}`;
}
