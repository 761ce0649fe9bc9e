// A question and a context that holds its answer, as in SQuAD: the tokens of both, and a label of which the metrics
// squad-em and squad-f1 find the answer that a model points at.

import { badOption } from "../errors.ts";
import { isObject } from "../rows.ts";
import { plainText, textCell } from "../tables/cells.ts";
import { cellOf, columnOf, rowId, rowProblem, usualColumn, type Table, type TableRow } from "../tables/table.ts";
import type { LoadedTokenizer } from "../tokenizer.ts";
import type { Span } from "../token-spans.ts";
import { textColumn } from "./classification.ts";
import { rowTask, type Example, type TaskMaker } from "./task.ts";

/**
 * Samples of `column` (question) and `context`; the context is cut where both are too long, or with `stride` goes on in
 * further samples with the same id. Labels are `{ id, answers, context, offsets }`: the answers from `label` (a list of
 * texts, one text, or SQuAD's `{ text: [...] }`), and for each token where it stands in the context, or null.
 */
export const questionAnswering: TaskMaker = (table, { tokenizer, maxLength }, options) => {
  const question = textColumn(table, options.column, ["question"]);
  const context = columnOf(table, options.context ?? "context", "context");
  const answers =
    options.label === undefined ? usualColumn(table, ["answers", "answer"]) : columnOf(table, options.label, "label");
  const named = options.id === undefined ? usualColumn(table, ["id"]) : columnOf(table, options.id, "id");
  const { stride } = options;
  const examplesOf = function* (row: TableRow): Generator<Example> {
    const id = (named === undefined ? undefined : plainText(cellOf(row, named))) ?? rowId(table, row);
    const text = textCell(table, row, context);
    const known = answers === undefined ? undefined : answersCell(table, row, answers);
    for (const window of windowsOf(tokenizer, textCell(table, row, question).trimStart(), text, maxLength, stride)) {
      const { encoded, offsets } = window;
      const label: Example["label"] = (pad) => ({ id, answers: known, context: text, offsets: pad(offsets, null) });
      yield { encoded, id, ...(known === undefined ? {} : { label }) };
    }
  };
  return rowTask([question, context, answers, named], examplesOf, stride === undefined);
};

interface Window {
  readonly encoded: Example["encoded"];
  readonly offsets: readonly (Span | null)[];
}

function* windowsOf(
  tokenizer: LoadedTokenizer,
  question: string,
  context: string,
  maxLength: number,
  stride: number | undefined,
): Generator<Window> {
  const room = Math.max(1, maxLength - tokenizer.specials(true));
  const tokens = tokenizer.tokenize(context);
  const spans = tokenizer.spans(context, tokens);
  // A question of absurd length must leave the context some room.
  const asked = tokenizer.tokenize(question).slice(0, Math.max(0, room - 1));
  const width = room - asked.length;
  const step = width - (stride ?? 0);
  if (step < 1) {
    throw badOption("stride", `must be less than the ${width} tokens that a question leaves its context`, { stride });
  }
  for (let from = 0; from === 0 || from + (stride ?? 0) < tokens.length; from += step) {
    const encoded = tokenizer.assemble(asked, tokens.slice(from, from + width));
    const offsets = encoded.sources.map((source) => (source?.text === 1 ? (spans[from + source.index] ?? null) : null));
    yield { encoded, offsets };
    if (stride === undefined) return;
  }
}

function answersCell(table: Table, row: TableRow, column: string): readonly string[] {
  const value = recordOf(cellOf(row, column));
  const list: unknown = isObject(value) ? value["text"] : value;
  const texts = (Array.isArray(list) ? list : [list]).map(plainText);
  if (texts.every((text) => text !== undefined)) return texts;
  throw rowProblem(table, row, `has no answers in the column "${column}": a text, a list of texts, or { text: [...] }`);
}

/** In CSV a record is its JSON. */
function recordOf(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
