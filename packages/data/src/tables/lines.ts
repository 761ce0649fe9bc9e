// Tables of plain text: each line that is not empty is a row with one column, "text".

import { bytesFrom, type ByteInput } from "../bytes.ts";
import { empty } from "../errors.ts";
import { linesOf } from "../rows.ts";
import type { Table, TableRow } from "./table.ts";

/** A table of the lines of a text file. @throws DATA_NOT_FOUND, DATA_EMPTY; on the walk DATA_ROW where it is no UTF-8 */
export function linesTable(input: ByteInput): Table {
  const bytes = bytesFrom(input, "text file");
  if (bytes.size === 0) throw empty(bytes.name, "lines");
  const walk = async function* (): AsyncGenerator<TableRow> {
    for (const { line, text } of linesOf(bytes)) {
      if (text.trim() !== "") yield { at: line, file: bytes.name, cells: { text } };
    }
  };
  return { name: bytes.name, unit: "line", columns: ["text"], rows: walk };
}
