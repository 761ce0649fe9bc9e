// A context and several ways to go on, one of which is right: each way is a text of its own beside the context, and a
// sample holds all of them, [1, choices, tokens] (as transformers' example for SWAG has it).

import { badOption } from "../errors.ts";
import { labelCell, textCell } from "../tables/cells.ts";
import { columnOf, rowId, usualColumn } from "../tables/table.ts";
import { textColumn } from "./classification.ts";
import { rowTask, type TaskMaker } from "./task.ts";

const usualChoices = ["ending0", "ending1", "ending2", "ending3"];

/**
 * Samples of `column` (the context; default "sent1"), `textPair` (what every way begins with; default "sent2" where it is
 * there), `choices` (columns of the ways; default "ending0" to "ending3") and `label` (the index of the right one).
 */
export const multipleChoice: TaskMaker = (table, { tokenizer, maxLength }, options) => {
  const context = textColumn(table, options.column, ["sent1", "context", "question", "premise"]);
  const beginning =
    options.textPair === undefined ? usualColumn(table, ["sent2"]) : columnOf(table, options.textPair, "textPair");
  const choices = (options.choices ?? usualChoices).map((choice) => columnOf(table, choice, "choices"));
  if (choices.length < 2) throw badOption("choices", "must name at least two columns", { received: choices });
  const label = options.label === undefined ? usualColumn(table, ["label"]) : columnOf(table, options.label, "label");
  return rowTask([context, beginning, ...choices, label], function* (row) {
    const first = textCell(table, row, context);
    const start = beginning === undefined ? "" : `${textCell(table, row, beginning)} `;
    const encoded = choices.map((choice) => tokenizer.encode(first, start + textCell(table, row, choice), maxLength));
    const labelled = label === undefined ? {} : { label: labelCell(table, row, label, options.classes) };
    yield { encoded: encoded[0]!, others: encoded.slice(1), id: rowId(table, row), ...labelled };
  });
};
