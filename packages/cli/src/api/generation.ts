// What a recipe says of writing texts, made ready: paths seen from its folder, the tokenizer loaded, and the inputs that
// data has to give: the encoder's, or the prompt of a decoder.

import type { Graph, Recipe, Tersor } from "@tersor/core";
import type { GenerationOptions } from "@tersor/evaluate";
import { openModel, type OpenModel } from "./model.ts";
import { defined, pathIn } from "./recipe-options.ts";

/** How a model writes: what `generate` of a recipe says. Relative paths start from the folder of the data. */
export type GenerateSettings = NonNullable<Recipe["generate"]>;

/** A model that writes. */
export interface Writing {
  readonly generation: GenerationOptions;
  /** The graph whose inputs the data gives. */
  readonly graph: Graph;
}

/** Makes the settings ready for a model. @throws TERSOR_MODEL_NOT_FOUND, DATA_TOKENIZER */
export async function writingOf(
  { encoder, decoderWithPast, tokenizer, ...settings }: GenerateSettings,
  model: OpenModel,
  tersor: Tersor,
  folder = ".",
): Promise<Writing> {
  const reader = encoder === undefined ? undefined : await openModel(pathIn(folder, encoder), tersor);
  const generation = {
    ...defined(settings),
    ...(reader && { encoder: { file: reader.path } }),
    ...(decoderWithPast !== undefined && { decoderWithPast: { file: pathIn(folder, decoderWithPast) } }),
    ...(tokenizer !== undefined && { decode: await decoderOf(pathIn(folder, tokenizer)) }),
  };
  return { generation, graph: reader?.graph ?? withoutWritten(model.graph) };
}

async function decoderOf(tokenizer: string): Promise<(ids: readonly number[]) => string> {
  const { textDecoder } = await import("@tersor/data");
  return textDecoder(tokenizer);
}

/** Without what comes out of what was written: positions, caches, and the tokens of a decoder behind an encoder. */
function withoutWritten(graph: Graph): Graph {
  const written = /^(past|decoder_|position_ids$|use_cache_branch$)/;
  return { ...graph, inputs: graph.inputs.filter(({ name }) => !written.test(name)) };
}
