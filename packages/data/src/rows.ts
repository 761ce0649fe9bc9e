// Rows of text files: TSV, CSV (RFC 4180), JSON lines and plain lines, read in chunks, with their line numbers.

import { chunksOf, type Bytes } from "./bytes.ts";
import { badRow } from "./errors.ts";

/** A line of a file; `line` counts from 1. */
export interface Line {
  readonly line: number;
  readonly text: string;
}

/** A row of a table; `line` is the one it begins on. */
export interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

const MOST_LINE_CHARACTERS = 1 << 24;

/** The lines of a UTF-8 file without their ends (LF or CRLF); a byte order mark is left out. */
export function* linesOf(bytes: Bytes): Generator<Line> {
  let line = 1;
  let rest = "";
  for (const text of decoded(bytes, () => line)) {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    if (rest.length > MOST_LINE_CHARACTERS) throw badRow(bytes.name, line, "is longer than 16 million characters");
    for (const part of parts) yield { line: line++, text: withoutReturn(part) };
  }
  if (rest !== "") yield { line, text: withoutReturn(rest) };
}

function* decoded(bytes: Bytes, line: () => number): Generator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    for (const chunk of chunksOf(bytes, 0, bytes.size, 1 << 16)) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (error) {
    if (error instanceof TypeError) throw badRow(bytes.name, line(), "or one after it is not UTF-8 text", error);
    throw error;
  }
}

function withoutReturn(text: string): string {
  return text.endsWith("\r") ? text.slice(0, -1) : text;
}

/** A row that is being read; `open` holds the lines so far of a cell whose quote is not closed yet. */
interface OpenRow {
  readonly line: number;
  readonly cells: string[];
  open: string[] | undefined;
  characters: number;
}

/** Rows of cells. With `quotes`, a cell in double quotes may hold separators, line ends and doubled quotes. */
export function* delimitedRows(bytes: Bytes, separator: string, quotes: boolean): Generator<Row> {
  let row: OpenRow | undefined;
  for (const { line, text } of linesOf(bytes)) {
    if (row === undefined && text === "") continue;
    row ??= { line, cells: [], open: undefined, characters: 0 };
    row.characters += text.length;
    if (row.characters > MOST_LINE_CHARACTERS) throw badRow(bytes.name, row.line, "opens a quote that is not closed");
    if (quotes) addCells(bytes.name, row, text, separator);
    else row.cells.push(...text.split(separator));
    if (row.open !== undefined) continue;
    yield { line: row.line, cells: row.cells };
    row = undefined;
  }
  if (row !== undefined) throw badRow(bytes.name, row.line, "opens a quote that is not closed");
}

/** Cuts one line into cells; a quote counts only at the beginning of a cell, as in Python's csv. */
function addCells(file: string, row: OpenRow, text: string, separator: string): void {
  let at = 0;
  while (true) {
    if (row.open === undefined && text[at] === '"') {
      row.open = [];
      at++;
    }
    at = row.open === undefined ? plainCell(row, text, at, separator) : quotedCell(row, row.open, text, at);
    if (at >= text.length) return;
    if (text[at] !== separator)
      throw badRow(file, row.line, `has text behind the closing quote of column ${row.cells.length}`);
    at++;
  }
}

function plainCell(row: OpenRow, text: string, from: number, separator: string): number {
  const end = nextSeparator(text, from, separator);
  row.cells.push(text.slice(from, end));
  return end;
}

function quotedCell(row: OpenRow, open: string[], text: string, from: number): number {
  const end = closingQuote(text, from);
  open.push(text.slice(from, end));
  if (end === text.length) return end;
  row.cells.push(open.join("\n").replaceAll('""', '"'));
  row.open = undefined;
  return end + 1;
}

/** Where a single quote stands, or the end of the line. */
function closingQuote(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at >= 0 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at < 0 ? text.length : at;
}

function nextSeparator(text: string, from: number, separator: string): number {
  const at = text.indexOf(separator, from);
  return at < 0 ? text.length : at;
}

/** The objects of a JSON-lines file; empty lines are left out. */
export function* jsonObjects(
  bytes: Bytes,
): Generator<{ readonly line: number; readonly value: Readonly<Record<string, unknown>> }> {
  for (const { line, text } of linesOf(bytes)) {
    if (text.trim() === "") continue;
    yield { line, value: parseObject(bytes.name, line, text) };
  }
}

function parseObject(file: string, line: number, text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw badRow(file, line, `is not JSON: ${error instanceof Error ? error.message : String(error)}`, error);
  }
  if (!isObject(value)) throw badRow(file, line, 'must be one JSON object, as in {"text": "..."}');
  return value;
}

/** Number of items, each of which is read. */
export function countOf(items: Iterable<unknown>): number {
  const iterator = items[Symbol.iterator]();
  let count = 0;
  while (iterator.next().done !== true) count++;
  return count;
}

/** Whether a value is an object with keys, not a list. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
