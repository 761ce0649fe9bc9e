// Words with a tag each. A word may be several tokens: its first one carries the tag, the others and the special ones
// carry -100, which metrics leave out (as transformers' token-classification example does).

import { noColumn } from "../errors.ts";
import { labelIndex, wordsCell } from "../tables/cells.ts";
import { cellOf, columnOf, rowId, rowProblem, usualColumn, type Table, type TableRow } from "../tables/table.ts";
import { textColumn } from "./classification.ts";
import type { TextEncoder } from "./encoder.ts";
import { rowTask, type Example, type TaskMaker } from "./task.ts";

/** The label of a token that does not count. */
export const IGNORED = -100;

/**
 * Samples of `column` (a list of words, or words with spaces between) and `label` (a tag for each: indices, or names with
 * `classes`). Labels have a number per token.
 */
export const tokenClassification: TaskMaker = (table, encoder, options) => {
  const words = textColumn(table, options.column, ["tokens", "words"]);
  const tags =
    options.label === undefined
      ? usualColumn(table, ["ner_tags", "tags", "labels", "label", "pos_tags"])
      : columnOf(table, options.label, "label");
  if (tags === undefined) throw noColumn({ file: table.name, column: "tags", columns: table.columns, option: "label" });
  return rowTask([words, tags], function* (row) {
    const split = wordsCell(table, row, words);
    const labels = tagsCell(table, row, tags, options.classes);
    if (labels.length !== split.length)
      throw rowProblem(table, row, `has ${split.length} words in "${words}" and ${labels.length} tags in "${tags}"`);
    yield { ...tagged(encoder, split, labels), id: rowId(table, row) };
  });
};

function tagged(
  { tokenizer, maxLength }: TextEncoder,
  words: readonly string[],
  tags: readonly number[],
): Omit<Example, "id"> {
  const tokens: string[] = [];
  const labels: number[] = [];
  for (const [index, word] of words.entries()) {
    const parts = tokenizer.tokenizeWord(word, index === 0);
    tokens.push(...parts);
    labels.push(...parts.map((_, part) => (part === 0 ? tags[index]! : IGNORED)));
  }
  const encoded = tokenizer.assemble(tokens.slice(0, Math.max(0, maxLength - tokenizer.specials(false))), undefined);
  const placed = encoded.sources.map((source) => (source === undefined ? IGNORED : labels[source.index]!));
  return { encoded, label: (pad) => pad(placed, IGNORED) };
}

function tagsCell(
  table: Table,
  row: TableRow,
  column: string,
  classes: readonly string[] | undefined,
): readonly number[] {
  const value = cellOf(row, column);
  const list: readonly unknown[] = Array.isArray(value) ? value : wordsCell(table, row, column);
  return list.map((item) => labelIndex(table, row, column, item, classes));
}
