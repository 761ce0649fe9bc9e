// Texts with some of their tokens hidden, which a model has to find again: 15 % of the tokens, of which 80 % become the
// mask, 10 % another token and 10 % stay (Devlin et al. 2019, section 3.1). Which ones is a seed's choice.

import { seededRandom } from "@tersor/core";
import { badTokenizer } from "../errors.ts";
import type { TableRow } from "../tables/table.ts";
import { languageModelling } from "./language-modelling.ts";
import type { Example, TaskMaker } from "./task.ts";
import { IGNORED } from "./token-classification.ts";

const SHARE = 0.15;
const MASKED = 0.8;
const REPLACED = 0.1;

/** Blocks of `column` as language models have them, masked; labels are the ids where tokens were chosen, else -100. */
export const maskedLanguageModelling: TaskMaker = (table, encoder, options) => {
  const { tokenizer } = encoder;
  const { maskId, specialIds, vocabularySize } = tokenizer;
  if (maskId === undefined) throw badTokenizer(tokenizer.file, "names no mask token, so no token can be hidden");
  const { columns, perRow, examples } = languageModelling(table, encoder, options);
  const random = (): (() => number) => seededRandom(options.seed ?? 0);
  const hide = ({ encoded, id }: Example, next: () => number): Example => {
    const chosen = encoded.ids.map((token) => !specialIds.has(token) && next() < SHARE);
    const ids = encoded.ids.map((token, i) => (chosen[i] ? replacement(token, next) : token));
    const labels = encoded.ids.map((token, i) => (chosen[i] ? token : IGNORED));
    return { encoded: { ...encoded, ids }, id, label: (pad) => pad(labels, IGNORED) };
  };
  const replacement = (token: number, next: () => number): number => {
    const dice = next();
    if (dice < MASKED) return maskId;
    return dice < MASKED + REPLACED ? Math.floor(next() * vocabularySize) : token;
  };
  return {
    columns,
    perRow,
    examples: async function* (rows: AsyncIterable<TableRow>) {
      const next = random();
      for await (const example of examples(rows)) yield hide(example, next);
    },
  };
};
