// What a task makes of the rows of a table: examples of token ids with their labels.

import type { Label } from "@tersor/core";
import type { Column, Table, TableRow } from "../tables/table.ts";
import type { Encoded } from "../tokenizer.ts";
import type { Pad, TextEncoder } from "./encoder.ts";

/** Which columns hold what; each task says what it takes them for. */
export interface TaskOptions {
  /** Column of the text, question, words, or source. Default: the usual names. */
  readonly column?: Column;
  /** Column of the second text, for models that judge pairs. */
  readonly textPair?: Column;
  /** Column of the context of questions. Default "context". */
  readonly context?: Column;
  /** Column of the label: a class, a number, answers, tags, or the text to be written. Default: the usual names. */
  readonly label?: Column;
  /** Column that names an example. Default "id" for questions. */
  readonly id?: Column;
  /** Names of the classes or tags in the order of the model's outputs: labels become their index. */
  readonly classes?: readonly string[];
  /** Questions: how many tokens of a long context two windows share. Default: only the first window is used. */
  readonly stride?: number;
  /** Language models: texts are joined and cut into blocks of `maxLength` (default), or each is a sample of its own. */
  readonly blocks?: boolean;
  /** Text before each source, such as "summarize: ". */
  readonly prefix?: string;
  /** Multiple choice: the columns of the choices. Default "ending0" to "ending3". */
  readonly choices?: readonly Column[];
  /** Masked language models: which tokens are hidden. Default 0. */
  readonly seed?: number;
  /** The first token of what a decoder writes. Default: decoder_start_token_id of config.json beside the tokenizer, else the padding token. */
  readonly decoderStart?: number;
}

/** One sample before it is padded. */
export interface Example {
  readonly encoded: Encoded;
  /** Further texts of the same sample, stacked behind the first. */
  readonly others?: readonly Encoded[];
  readonly id: string;
  readonly label?: Label | ((pad: Pad) => Label);
  /** Ids that a decoder is given. */
  readonly decoderIds?: readonly number[];
}

/** A task over a table. */
export interface Task {
  /** Columns that are read. */
  readonly columns: readonly string[];
  /** Whether each row is one example. */
  readonly perRow: boolean;
  examples(rows: AsyncIterable<TableRow>): AsyncIterable<Example>;
}

/** Makes a task for a table. @throws DATA_COLUMN, DATA_OPTION */
export type TaskMaker = (table: Table, encoder: TextEncoder, options: TaskOptions) => Task;

/** A task that looks at one row at a time. */
export function rowTask(
  columns: readonly (string | undefined)[],
  examplesOf: (row: TableRow) => Iterable<Example>,
  perRow = true,
): Task {
  return {
    perRow,
    columns: columns.filter((column) => column !== undefined),
    examples: async function* (rows) {
      for await (const row of rows) yield* examplesOf(row);
    },
  };
}
