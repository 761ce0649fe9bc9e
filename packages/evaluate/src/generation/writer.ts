// A model that answers with the texts it writes, in the place of one that answers with its outputs: metrics of texts
// judge them as they judge any output.

import { tensorOf, type CompileOptions, type Executable, type Executor, type Feeds, type Runnable } from "@tersor/core";
import { generate, type GenerationSettings } from "./generate.ts";
import type { Generated } from "./stepper.ts";

/** How texts are written for a metric. */
export interface GenerationOptions extends GenerationSettings {
  /** Reads the input, where that is a model of its own; the model that is judged is the decoder. */
  readonly encoder?: Runnable;
  /** The decoder for all steps but the first, where an export has one of its own. */
  readonly decoderWithPast?: Runnable;
  /** The text of tokens, without special ones. Where it is missing, the output holds ids. */
  readonly decode?: (tokens: readonly number[]) => string;
}

/** What judges and is done with. */
export type Answering = Pick<Executable, "run" | "dispose">;

/**
 * Loads the models. A run gives "text", a string for each row, or "tokens": new ids, rows x the longest, padded.
 * @throws EVALUATE_NOT_GENERATIVE on the first run, when the models can't write
 */
export async function openWriter(
  executor: Executor,
  decoder: Runnable,
  { encoder, decoderWithPast, decode, ...settings }: GenerationOptions,
  compileOptions: CompileOptions,
): Promise<Answering> {
  const opened: Executable[] = [];
  const open = async (model: Runnable): Promise<Executable> => {
    const executable = await executor.compile(model, compileOptions);
    opened.push(executable);
    return executable;
  };
  const dispose = async (): Promise<void> => {
    for (const executable of opened) await executable.dispose();
  };
  try {
    const models = {
      decoder: await open(decoder),
      ...(encoder && { encoder: await open(encoder) }),
      ...(decoderWithPast && { decoderWithPast: await open(decoderWithPast) }),
    };
    const run = async (feeds: Feeds, control = {}): Promise<Feeds> => {
      const texts = await generate(models, feeds, settings, control);
      return decode ? textsOf(texts, decode) : idsOf(texts, settings);
    };
    return { run, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

function textsOf(texts: readonly Generated[], decode: (tokens: readonly number[]) => string): Feeds {
  const decoded = texts.map(({ tokens }) => decode(tokens));
  return { text: tensorOf("string", [decoded.length], decoded) };
}

function idsOf(texts: readonly Generated[], { eosToken, padToken }: GenerationSettings): Feeds {
  const pad = padToken ?? [eosToken ?? 0].flat()[0] ?? 0;
  const length = Math.max(...texts.map(({ tokens }) => tokens.length));
  const rows = texts.flatMap(({ tokens }) => Array.from({ length }, (_, i) => tokens[i] ?? pad));
  return { tokens: tensorOf("int64", [texts.length, length], BigInt64Array.from(rows, BigInt)) };
}
