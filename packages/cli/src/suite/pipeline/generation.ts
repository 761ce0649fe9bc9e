// Writing texts: greedy or beam search over the models of a row. Words are named after their ids.

import { tensorOf, type Executable, type Feeds } from "@tersor/core";
import { generate, type GenerationSettings } from "@tersor/evaluate";
import type { Models, Pipeline } from "./models.ts";

/** Text of the tokens that the models write; the output "text". */
export function generationPipeline(settings: GenerationSettings): Pipeline {
  return async (models: Models, feeds: Feeds) => {
    const { decoder, encoder } = models as Readonly<Record<string, Executable>>;
    const [text] = await generate({ decoder: decoder!, ...(encoder && { encoder }) }, feeds, settings);
    return { text: tensorOf("string", [1], [text!.tokens.map((token) => `w${token}`).join(" ")]) };
  };
}
