// Texts for language models: joined and cut into blocks of equal length, what is left over dropped (as transformers'
// causal language modelling example does), or each text a sample. Labels are the ids themselves; metrics shift them.

import { textCell } from "../tables/cells.ts";
import { rowId, type TableRow } from "../tables/table.ts";
import { textColumn } from "./classification.ts";
import type { Example, TaskMaker } from "./task.ts";
import { IGNORED } from "./token-classification.ts";

/** Samples of `column`, in blocks of `maxLength` tokens, or with `blocks: false` a text each. */
export const languageModelling: TaskMaker = (table, { tokenizer, maxLength }, { column: wanted, blocks = true }) => {
  const column = textColumn(table, wanted);
  const encode = (row: TableRow) => tokenizer.assemble(tokenizer.tokenize(textCell(table, row, column)), undefined).ids;
  const perText = async function* (rows: AsyncIterable<TableRow>): AsyncGenerator<Example> {
    for await (const row of rows) {
      const ids = tokenizer.encode(textCell(table, row, column), undefined, maxLength).ids;
      if (ids.length > 0) yield exampleOf(ids, rowId(table, row));
    }
  };
  const joined = async function* (rows: AsyncIterable<TableRow>): AsyncGenerator<Example> {
    let rest: number[] = [];
    let count = 0;
    for await (const row of rows) {
      rest = rest.concat(encode(row));
      let at = 0;
      for (; at + maxLength <= rest.length; at += maxLength)
        yield exampleOf(rest.slice(at, at + maxLength), `block ${count++}`);
      rest = rest.slice(at);
    }
    // A file shorter than one block is one short sample.
    if (count === 0 && rest.length > 0) yield exampleOf(rest, "block 0");
  };
  return { columns: [column], perRow: false, examples: blocks ? joined : perText };
};

function exampleOf(ids: readonly number[], id: string): Example {
  return { encoded: { ids, types: ids.map(() => 0) }, id, label: (pad) => pad(ids, IGNORED) };
}
