// Cells as what is needed of them: text, a number, a list of words, a label. What does not fit is an error at its row.

import type { Label } from "@tersor/core";
import { cellOf, rowProblem, type Table, type TableRow } from "./table.ts";

const number = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i;
const decoder = new TextDecoder("utf-8", { fatal: true });

/** The text of a cell; numbers and booleans are written out. @throws DATA_ROW */
export function textCell(table: Table, row: TableRow, column: string): string {
  const text = plainText(cellOf(row, column));
  if (text === undefined) throw rowProblem(table, row, `has no text in the column "${column}"`);
  return text;
}

/** A list of words: a list of texts, or one text with spaces between the words. @throws DATA_ROW */
export function wordsCell(table: Table, row: TableRow, column: string): readonly string[] {
  const value = cellOf(row, column);
  if (typeof value === "string") return value.split(/\s+/).filter((word) => word !== "");
  const words = Array.isArray(value) ? value.map(plainText) : undefined;
  if (words?.every((word) => word !== undefined)) return words;
  throw rowProblem(table, row, `has no list of words in the column "${column}"`);
}

/** The numbers of a cell, nested lists in row-major order. @throws DATA_ROW */
export function numbersCell(table: Table, row: TableRow, column: string): readonly number[] {
  const numbers: number[] = [];
  if (collect(cellOf(row, column), numbers, 0)) return numbers;
  const seen = JSON.stringify(plainText(cellOf(row, column)) ?? null);
  throw rowProblem(table, row, `has ${seen} where numbers are needed, in the column "${column}"`);
}

/** A label: a class name becomes its index; a number stays a number, a word a word, a list of numbers a list. @throws DATA_ROW */
export function labelCell(table: Table, row: TableRow, column: string, classes: readonly string[] | undefined): Label {
  const value = cellOf(row, column);
  if (Array.isArray(value)) return value.map((item) => labelIndex(table, row, column, item, classes));
  const text = plainText(value);
  if (text === undefined) throw rowProblem(table, row, `has no label in the column "${column}"`);
  if (classes !== undefined) return labelIndex(table, row, column, value, classes);
  return number.test(text) ? Number(text) : typeof value === "boolean" ? Number(value) : text;
}

/** The index of a class by its name; a number that is no name is the index. @throws DATA_ROW */
export function labelIndex(
  table: Table,
  row: TableRow,
  column: string,
  value: unknown,
  classes: readonly string[] | undefined,
): number {
  const text = plainText(value) ?? "";
  const named = classes?.indexOf(text) ?? -1;
  if (named >= 0) return named;
  const index = typeof value === "boolean" ? Number(value) : number.test(text) ? Number(text) : NaN;
  if (Number.isFinite(index) && (classes === undefined || (Number.isInteger(index) && index < classes.length)))
    return index;
  const known = classes === undefined ? "a number" : `one of ${classes.map((name) => `"${name}"`).join(", ")}`;
  throw rowProblem(
    table,
    row,
    `has the label ${JSON.stringify(text)} in the column "${column}", which is not ${known}`,
  );
}

/** Text of a cell, if it is one value. Old Parquet files hold texts as bytes. */
export function plainText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") return String(value);
  if (!(value instanceof Uint8Array)) return undefined;
  try {
    return decoder.decode(value);
  } catch {
    return undefined;
  }
}

const MOST_AXES = 32;

function collect(value: unknown, into: number[], depth: number): boolean {
  if (ArrayBuffer.isView(value) && !(value instanceof DataView))
    return collect(Array.from(value as Uint8Array), into, depth);
  if (Array.isArray(value)) return depth < MOST_AXES && value.every((item) => collect(item, into, depth + 1));
  if (typeof value === "string" && !number.test(value)) return false;
  if (!["number", "bigint", "boolean", "string"].includes(typeof value)) return false;
  into.push(Number(value));
  return true;
}
