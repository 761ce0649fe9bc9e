// Tables of JSON lines: each line an object, its keys the columns.

import { bytesFrom, type ByteInput } from "../bytes.ts";
import { empty } from "../errors.ts";
import { jsonObjects } from "../rows.ts";
import type { Table, TableRow } from "./table.ts";

/** A table of a JSON-lines file; the first object says the columns. @throws DATA_NOT_FOUND, DATA_EMPTY, DATA_ROW */
export function jsonTable(input: ByteInput): Table {
  const bytes = bytesFrom(input, "JSON-lines file");
  const first = jsonObjects(bytes).next().value;
  if (first === undefined) throw empty(bytes.name, "rows");
  const walk = async function* (): AsyncGenerator<TableRow> {
    for (const { line, value } of jsonObjects(bytes)) yield { at: line, file: bytes.name, cells: value };
  };
  return { name: bytes.name, unit: "line", columns: Object.keys(first.value), rows: walk };
}
