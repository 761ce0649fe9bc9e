// Generating texts with models that run on an executor: greedy and beam search with the settings of transformers'
// generate(), whose results these are. https://huggingface.co/docs/transformers/main_classes/text_generation

import type { Feeds, RunOptions } from "@tersor/core";
import { invalidOption } from "../errors.ts";
import { searchBeams } from "./beam.ts";
import { searchGreedily } from "./greedy.ts";
import { beginTexts, type Generated, type GenerationModels } from "./stepper.ts";

/** How to write. Tokens are ids; what a model's generation_config.json says goes here. */
export interface GenerationSettings {
  /** Most tokens to write; with an encoder the first one, which is given, does not count. Default 20. */
  readonly maxNewTokens?: number;
  /** The longest sequence, with the prompt or the first token, in place of `maxNewTokens`. */
  readonly maxLength?: number;
  /** No end before so many tokens, with the prompt or the first token. Default 0. */
  readonly minLength?: number;
  /** Texts that are followed at once; 1 (default) is greedy search. */
  readonly beams?: number;
  /** Beams: sums are divided by the length to this power, so more than 0 (default 1) is for longer texts. */
  readonly lengthPenalty?: number;
  /** Beams: whether to stop when there are enough texts (true), or none better is likely (false, default) or possible. */
  readonly earlyStopping?: boolean | "never";
  /** Sequences of so many tokens come once. Default 0: any number of times. */
  readonly noRepeatNgramSize?: number;
  /** Default 1: none. */
  readonly repetitionPenalty?: number;
  /** Sequences of tokens that do not come. */
  readonly badWords?: readonly (readonly number[])[];
  /** What ends a text. */
  readonly eosToken?: number | readonly number[];
  /** What stands behind the end. Default the (first) end token, or 0. */
  readonly padToken?: number;
  /** The decoder's first token where there is an encoder. Default `padToken`. */
  readonly decoderStartToken?: number;
  /** The second token of a sequence, such as a language. */
  readonly forcedBosToken?: number;
  /** The last token of a sequence that comes to its full length. */
  readonly forcedEosToken?: number;
}

const MAX_NEW_TOKENS = 20;

/**
 * Writes a text for each row of the inputs: goes on with the prompts of a decoder (`input_ids`, and `attention_mask`
 * where they are padded, in front), or answers what an encoder reads.
 * @example
 * const [{ tokens }] = await generate({ decoder, encoder }, { input_ids, attention_mask }, { beams: 4, eosToken: 1 });
 * @throws EVALUATE_NOT_GENERATIVE when the models lack what generating needs, EVALUATE_INVALID_OPTION
 */
export async function generate(
  models: GenerationModels,
  inputs: Feeds,
  settings: GenerationSettings = {},
  control: RunOptions = {},
): Promise<readonly Generated[]> {
  const { beams = 1, lengthPenalty = 1, earlyStopping = false } = settings;
  if (!Number.isSafeInteger(beams) || beams < 1) throw invalidOption("beams", beams, "a whole number of at least 1");
  const eosTokens = [settings.eosToken ?? []].flat();
  const { padToken = eosTokens[0] ?? 0 } = settings;
  const start = settings.decoderStartToken ?? padToken;
  const stepper = await beginTexts(models, inputs, { start, copies: beams, control });
  const begun = stepper.begun[0]?.length ?? 0;
  const rules = {
    repetitionPenalty: settings.repetitionPenalty ?? 1,
    noRepeatNgramSize: settings.noRepeatNgramSize ?? 0,
    badWords: (settings.badWords ?? []).filter((word) => !eosTokens.includes(word[0]!) || word.length !== 1),
    minLength: settings.minLength ?? 0,
    maxLength: settings.maxLength ?? begun + (settings.maxNewTokens ?? MAX_NEW_TOKENS),
    eosTokens,
    forcedBosToken: settings.forcedBosToken,
    forcedEosToken: settings.forcedEosToken,
  };
  if (beams === 1) return searchGreedily(stepper, rules, padToken, control);
  return searchBeams(stepper, { ...rules, beams, lengthPenalty, earlyStopping }, padToken, control);
}
