// The texts of a table as samples of a task.

import { datasetOf, numbersOf, tensorFromNumbers, type Dataset, type Feeds, type Sample } from "@tersor/core";
import { badOption, empty, requireCount } from "../errors.ts";
import { firstOf, rowCount, topColumns, type Table } from "../tables/table.ts";
import { classification } from "./classification.ts";
import { textEncoder, type EncodingOptions, type TextEncoder } from "./encoder.ts";
import { languageModelling } from "./language-modelling.ts";
import { maskedLanguageModelling } from "./masked-language-modelling.ts";
import { multipleChoice } from "./multiple-choice.ts";
import { questionAnswering } from "./question-answering.ts";
import { sequenceToSequence } from "./sequence-to-sequence.ts";
import type { Example, TaskMaker, TaskOptions } from "./task.ts";
import { tokenClassification } from "./token-classification.ts";

const tasks = {
  classification,
  "question-answering": questionAnswering,
  "token-classification": tokenClassification,
  "language-modelling": languageModelling,
  "masked-language-modelling": maskedLanguageModelling,
  "multiple-choice": multipleChoice,
  "sequence-to-sequence": sequenceToSequence,
} as const satisfies Record<string, TaskMaker>;

/** What is asked of a text model. */
export type TextTask = keyof typeof tasks;

/** Names of all tasks. */
export const textTasks = Object.keys(tasks) as readonly TextTask[];

/** How the texts of a table become samples. */
export interface TextTableOptions extends EncodingOptions, TaskOptions {
  /** Default "classification". */
  readonly task?: TextTask;
  /** Most samples, from the beginning. */
  readonly samples?: number;
}

/**
 * Samples of the texts of a table.
 * @throws DATA_COLUMN, DATA_OPTION, DATA_TOKENIZER, DATA_EMPTY, DATA_ROW; the last one on the walk too
 */
export async function textDataset(table: Table, options: TextTableOptions): Promise<Dataset> {
  const { task = "classification", samples } = options;
  if (samples !== undefined) requireCount("samples", samples);
  if (!textTasks.includes(task)) throw badOption("task", `must be one of ${textTasks.join(", ")}`, { received: task });
  const encoder = textEncoder(options);
  const chosen = tasks[task](table, encoder, options);
  const columns = topColumns(table, chosen.columns);
  const all = () => firstOf(chosen.examples(table.rows(columns)), samples ?? Infinity);
  const longest = encoder.padding === "longest" ? await longestOf(all()) : 0;
  const length = chosen.perRow ? await rowCount(table, samples ?? Infinity, columns) : undefined;
  if (length === 0) throw empty(table.name, "rows of text");
  const walk = async function* (): AsyncGenerator<Sample> {
    for await (const example of all()) {
      const { id, label } = example;
      const width = encoder.padding === "max" ? encoder.maxLength : Math.max(longest, longestIn(example));
      const known = typeof label === "function" ? label(encoder.pad(width)) : label;
      yield { feeds: feedsOf(example, encoder, width), id, ...(known === undefined ? {} : { label: known }) };
    }
  };
  return datasetOf(table.name, walk, length);
}

async function longestOf(examples: AsyncIterable<Example>): Promise<number> {
  let longest = 1;
  for await (const example of examples) longest = Math.max(longest, longestIn(example));
  return longest;
}

function longestIn({ encoded, others = [] }: Example): number {
  return Math.max(encoded.ids.length, ...others.map(({ ids }) => ids.length));
}

/** Tensors [1, tokens], or [1, texts, tokens] where a sample has several texts. */
function feedsOf({ encoded, others, decoderIds }: Example, encoder: TextEncoder, width: number): Feeds {
  const first = encoder.feeds(encoded, width, decoderIds);
  if (others === undefined) return first;
  const all = [first, ...others.map((other) => encoder.feeds(other, width))];
  return Object.fromEntries(
    Object.entries(first).map(([name, { dtype }]) => {
      const numbers = all.flatMap((feeds) => Array.from(numbersOf(feeds[name]!)));
      return [name, tensorFromNumbers(dtype, [1, all.length, width], numbers)];
    }),
  );
}
