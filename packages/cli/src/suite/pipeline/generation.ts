// Writing texts: greedy or beam search over the models of a row.

import { tensorOf, type Executable, type Feeds } from "@tersor/core";
import { generate, type GenerationSettings } from "@tersor/evaluate";
import type { Models, Pipeline } from "./models.ts";

/** The text of tokens. */
export type Decode = (tokens: readonly number[]) => string;

/** Words named after their ids, as those of made-up texts. */
export const standInWords: Decode = (tokens) => tokens.map((token) => `w${token}`).join(" ");

/** Text of the tokens that the models write; the output "text". */
export function generationPipeline(settings: GenerationSettings, decode: Decode): Pipeline {
  return async (models: Models, feeds: Feeds) => {
    const { decoder, encoder } = models as Readonly<Record<string, Executable>>;
    const [text] = await generate({ decoder: decoder!, ...(encoder && { encoder }) }, feeds, settings);
    return { text: tensorOf("string", [1], [decode(text!.tokens)]) };
  };
}
