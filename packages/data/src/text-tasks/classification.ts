// One text or a pair, and a class or a number.

import { noColumn } from "../errors.ts";
import { labelCell, textCell } from "../tables/cells.ts";
import { columnOf, rowId, usualColumn, type Table } from "../tables/table.ts";
import { rowTask, type TaskMaker } from "./task.ts";

const textNames = ["text", "sentence", "sentence1", "question", "question1", "premise", "review", "content", "body"];

/** Texts, pairs of texts with `textPair`, and labels: classes by index or name, or numbers. */
export const classification: TaskMaker = (table, { tokenizer, maxLength }, options) => {
  const column = textColumn(table, options.column);
  const pair = options.textPair === undefined ? undefined : columnOf(table, options.textPair, "textPair");
  const label =
    options.label === undefined ? usualColumn(table, ["label", "labels"]) : columnOf(table, options.label, "label");
  return rowTask([column, pair, label], function* (row) {
    const text = textCell(table, row, column);
    const second = pair === undefined ? undefined : textCell(table, row, pair);
    const encoded = tokenizer.encode(text, second, maxLength);
    const labelled = label === undefined ? {} : { label: labelCell(table, row, label, options.classes) };
    yield { encoded, id: rowId(table, row), ...labelled };
  });
};

/** The column of the text: the one that is named, one with a usual name, or the only one. @throws DATA_COLUMN */
export function textColumn(table: Table, wanted: string | number | undefined, usual = textNames): string {
  if (wanted !== undefined) return columnOf(table, wanted, "column");
  const found = usualColumn(table, usual) ?? (table.columns.length === 1 ? table.columns[0] : undefined);
  if (found !== undefined) return found;
  throw noColumn({ file: table.name, column: usual[0] ?? "text", columns: table.columns, option: "column" });
}
