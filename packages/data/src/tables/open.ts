// A table from a file by its format, and several files as one table.

import { extname } from "node:path";
import { badOption, badRow, unknownKind } from "../errors.ts";
import { delimitedTable, type DelimitedOptions } from "./delimited.ts";
import { jsonTable } from "./json.ts";
import { linesTable } from "./lines.ts";
import { parquetTable } from "./parquet.ts";
import type { Column, Table, TableRow } from "./table.ts";

/** Formats of tables; "lines" is plain text. */
export type TableFormat = "csv" | "tsv" | "jsonl" | "parquet" | "lines";

const endings: Readonly<Record<string, TableFormat>> = {
  ".csv": "csv",
  ".tsv": "tsv",
  ".jsonl": "jsonl",
  ".ndjson": "jsonl",
  ".parquet": "parquet",
};

/** The format that a file's ending says. */
export function tableFormatOf(path: string): TableFormat | undefined {
  return endings[extname(path).toLowerCase()];
}

/** Opens a table. @throws DATA_KIND for an unknown ending, and what the tables of each format throw */
export async function openTable(
  path: string,
  options: DelimitedOptions & { readonly format?: TableFormat } = {},
  asked: readonly Column[] = [],
): Promise<Table> {
  const format = options.format ?? tableFormatOf(path);
  if (format === undefined) throw unknownKind(path, Object.values(endings));
  if (format === "parquet") return parquetTable(path);
  if (format === "jsonl") return jsonTable(path);
  if (format === "lines") return linesTable(path);
  return delimitedTable(path, format, options, asked);
}

/** Several tables with the same columns behind each other; each is opened when a walk comes to it. */
export async function joinedTable(name: string, parts: readonly (() => Promise<Table>)[]): Promise<Table> {
  const [open, ...others] = parts;
  if (open === undefined) throw badOption("files", `of "${name}" are none`, { name });
  const first = await open();
  if (others.length === 0) return { ...first, name };
  const { columns, unit } = first;
  const walk = async function* (asked?: readonly string[]): AsyncGenerator<TableRow> {
    yield* first.rows(asked);
    for (const next of others) {
      const table = await next();
      const missing = (asked ?? columns).find((column) => !table.columns.includes(column));
      if (missing !== undefined)
        throw badRow(table.name, 1, `is without the column "${missing}" that "${first.name}" has`);
      yield* table.rows(asked);
    }
  };
  return { name, unit, columns, remote: true, rows: walk };
}
