// A text and the text to be made of it: summaries, translations. The label is the text that is expected, for BLEU and
// ROUGE; a model with a decoder is given the tokens of it too, shifted by the start token.

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { textOf } from "../bytes.ts";
import { noColumn } from "../errors.ts";
import { isObject } from "../rows.ts";
import { plainText, textCell } from "../tables/cells.ts";
import { cellOf, columnOf, rowId, rowProblem, usualColumn, type Table, type TableRow } from "../tables/table.ts";
import type { LoadedTokenizer } from "../tokenizer.ts";
import { textColumn } from "./classification.ts";
import { rowTask, type TaskMaker } from "./task.ts";

const sources = ["document", "article", "dialogue", "source", "text", "src"];
const targets = ["summary", "highlights", "target", "tgt"];

/**
 * Samples of `column` (source, after `prefix`), and labels from `label`: the expected text, or a list of texts that are
 * all right. Models that take decoder_input_ids get those of the (first) expected text.
 */
export const sequenceToSequence: TaskMaker = (table, { tokenizer, maxLength, gives }, options) => {
  const source = textColumn(table, options.column, sources);
  const target = options.label === undefined ? usualColumn(table, targets) : columnOf(table, options.label, "label");
  if (target === undefined)
    throw noColumn({ file: table.name, column: "summary", columns: table.columns, option: "label" });
  const start = options.decoderStart ?? startToken(tokenizer);
  const withDecoder = gives("decoder_input_ids") || gives("decoder_attention_mask");
  return rowTask([source, target], function* (row) {
    const label = targetCell(table, row, target);
    const encoded = tokenizer.encode((options.prefix ?? "") + textCell(table, row, source), undefined, maxLength);
    const first = typeof label === "string" ? label : (label[0] ?? "");
    const written = withDecoder ? tokenizer.encode(first, undefined, maxLength).ids : [];
    const decoderIds = withDecoder ? { decoderIds: [start, ...written.slice(0, -1)] } : {};
    yield { encoded, id: rowId(table, row), label, ...decoderIds };
  });
};

function targetCell(table: Table, row: TableRow, column: string): string | readonly string[] {
  const value = cellOf(row, column);
  if (!Array.isArray(value)) return textCell(table, row, column);
  const texts = value.map(plainText);
  if (texts.length > 0 && texts.every((text) => text !== undefined)) return texts;
  throw rowProblem(table, row, `has no texts in the column "${column}"`);
}

const MOST_BYTES = 1 << 24;

/** The token that a decoder begins with, as the model's configuration says it. */
function startToken({ file, padding }: LoadedTokenizer): number {
  for (const name of ["generation_config.json", "config.json"]) {
    const path = join(dirname(file), name);
    const stated = existsSync(path)
      ? numberIn(textOf(path, "configuration", MOST_BYTES), "decoder_start_token_id")
      : undefined;
    if (stated !== undefined) return stated;
  }
  return padding.id ?? 0;
}

function numberIn(json: string, key: string): number | undefined {
  try {
    const value: unknown = JSON.parse(json);
    const found = isObject(value) ? value[key] : undefined;
    return typeof found === "number" && Number.isSafeInteger(found) ? found : undefined;
  } catch {
    return undefined;
  }
}
