// Tables of CSV (RFC 4180) and TSV files, read in chunks: a row is in memory at a time.

import { bytesFrom, type ByteInput } from "../bytes.ts";
import { badOption, badRow, empty } from "../errors.ts";
import { delimitedRows, type Row } from "../rows.ts";
import type { Column, Table, TableRow } from "./table.ts";

/** How a CSV or TSV file is written. */
export interface DelimitedOptions {
  /** The character between cells. Default "," for CSV and a tab for TSV. */
  readonly delimiter?: string;
  /**
   * Whether cells in double quotes may hold separators, line ends and doubled quotes. Default: yes in CSV; no in TSV,
   * where a quote is a letter like any other, as GLUE's tables have it.
   */
  readonly quotes?: boolean;
  /** Whether the first row holds names. Default: found out. Without names columns go by their index. */
  readonly header?: boolean;
}

const usualNames =
  /^(text|sentence\d?|question\d?|premise|hypothesis|review|content|body|labels?|id|idx|tokens|target)$/i;

/**
 * A table of a CSV or TSV file.
 * @param asked Columns that will be read; a name among them says that there is a header.
 * @throws DATA_NOT_FOUND, DATA_EMPTY, DATA_OPTION; on the walk DATA_ROW with the line: ragged rows, open quotes, no UTF-8
 */
export function delimitedTable(
  input: ByteInput,
  format: "csv" | "tsv",
  options: DelimitedOptions = {},
  asked: readonly Column[] = [],
): Table {
  const bytes = bytesFrom(input, format === "csv" ? "CSV file" : "TSV file");
  const { delimiter = format === "csv" ? "," : "\t", quotes = format === "csv" } = options;
  if (delimiter.length !== 1 || /["\r\n]/.test(delimiter))
    throw badOption("delimiter", `must be one character, not ${JSON.stringify(delimiter)}`, { delimiter });
  const read = () => delimitedRows(bytes, delimiter, quotes);
  const first = firstOf(read());
  if (first === undefined) throw empty(bytes.name, "rows");
  const header = options.header ?? looksLikeHeader(first.cells, asked);
  const columns = header ? uniqueNames(bytes.name, first) : first.cells.map((_, index) => String(index));
  const walk = async function* (): AsyncGenerator<TableRow> {
    let skip = header;
    for (const { line, cells } of read()) {
      if (!skip) yield { at: line, file: bytes.name, cells: named(bytes.name, columns, line, cells) };
      skip = false;
    }
  };
  return { name: bytes.name, unit: "line", columns, rows: walk };
}

function firstOf(rows: Iterable<Row>): Row | undefined {
  for (const row of rows) return row;
  return undefined;
}

function looksLikeHeader(cells: readonly string[], asked: readonly Column[]): boolean {
  if (asked.some((column) => typeof column === "string") || cells.some((cell) => usualNames.test(cell))) return true;
  if (asked.length > 0) return false;
  return cells.every((cell) => cell.trim() !== "" && Number.isNaN(Number(cell)));
}

function uniqueNames(file: string, { line, cells }: Row): readonly string[] {
  const twice = cells.find((cell, index) => cells.indexOf(cell) < index);
  if (twice !== undefined) throw badRow(file, line, `names the column "${twice}" twice`);
  return cells;
}

function named(file: string, columns: readonly string[], line: number, cells: readonly string[]): TableRow["cells"] {
  if (cells.length !== columns.length)
    throw badRow(file, line, `has ${cells.length} columns where the first row has ${columns.length}`);
  return Object.fromEntries(columns.map((column, index) => [column, cells[index]]));
}
