// From token ids to what a model takes: tensors of the shape [1, tokens], padded, under the model's names.

import { tensorFromNumbers, type Feeds, type Tensor } from "@tersor/core";
import { badOption, badTokenizer, requireCount } from "../errors.ts";
import { loadTokenizer, type Encoded, type LoadedTokenizer } from "../tokenizer.ts";

/** The tokenizer, and the lengths and names of what it gives. */
export interface EncodingOptions {
  /** Path of tokenizer.json or of its folder; tokenizer_config.json beside it is read too. */
  readonly tokenizer: string;
  /** Most tokens of a sample, special ones included; longer texts are cut. Default: the tokenizer's, at most 512. */
  readonly maxLength?: number;
  /** "max": each sample has `maxLength` tokens; "longest": as many as the longest one; "none" (default): its own number. */
  readonly padding?: "max" | "longest" | "none";
  /**
   * What the model takes, by name; or, for models with other names, which name stands for what.
   * Default: input_ids and attention_mask, and token_type_ids.
   */
  readonly inputs?: readonly string[] | Readonly<Partial<Record<TextInput, string>>>;
  /** Type of the ids. Default "int64". */
  readonly dtype?: "int64" | "int32";
}

/** What can be made of a text; the last two of a text to be written, for models with a decoder. */
export type TextInput =
  "input_ids" | "attention_mask" | "token_type_ids" | "position_ids" | "decoder_input_ids" | "decoder_attention_mask";

/** All names of `TextInput`. */
export const textInputs: readonly TextInput[] = [
  "input_ids",
  "attention_mask",
  "token_type_ids",
  "position_ids",
  "decoder_input_ids",
  "decoder_attention_mask",
];

/** Lays a list that has one entry per token out as its sample is: padded on the same side. */
export type Pad = <T>(values: readonly T[], filler: T) => T[];

/** Makes feeds of token ids. */
export interface TextEncoder {
  readonly tokenizer: LoadedTokenizer;
  readonly maxLength: number;
  readonly padding: "max" | "longest" | "none";
  /** Whether something is among what the model takes. */
  gives(input: TextInput): boolean;
  /** Pads to `width`. */
  pad(width: number): Pad;
  feeds(encoded: Encoded, width: number, decoderIds?: readonly number[]): Feeds;
}

/** An encoder for options that were checked. @throws DATA_NOT_FOUND, DATA_TOKENIZER, DATA_OPTION */
export function textEncoder(options: EncodingOptions): TextEncoder {
  const tokenizer = loadTokenizer(options.tokenizer);
  const { padding = "none", dtype = "int64" } = options;
  const maxLength = options.maxLength ?? Math.min(tokenizer.maxLength ?? 512, 512);
  checkOptions(tokenizer, maxLength, padding);
  const names = inputNames(options.inputs);
  const { side, id = 0 } = tokenizer.padding;
  const pad =
    (width: number): Pad =>
    (values, filler) =>
      padded(values, filler, width, side);
  return {
    tokenizer,
    maxLength,
    padding,
    gives: (input) => names.some(([known]) => known === input),
    pad,
    feeds: (encoded, width, decoderIds) => {
      const lists = { ...encoderLists(encoded, pad(width), id), ...decoderLists(decoderIds) };
      return Object.fromEntries(names.map(([input, name]) => [name, tensorOfIds(input, lists[input], dtype)]));
    },
  };
}

function checkOptions(tokenizer: LoadedTokenizer, maxLength: number, padding: string): void {
  requireCount("maxLength", maxLength, 2 ** 24);
  if (!["max", "longest", "none"].includes(padding)) {
    throw badOption("padding", `must be "max", "longest" or "none", not ${JSON.stringify(padding)}`, {
      received: padding,
    });
  }
  if (padding !== "none" && tokenizer.padding.id === undefined) {
    throw badTokenizer(
      tokenizer.file,
      'names no padding token, so samples can\'t be padded; use padding "none" and batches of 1',
    );
  }
}

/** Pairs of what is made and the name it is given. */
function inputNames(
  inputs: EncodingOptions["inputs"] = textInputs.slice(0, 3),
): readonly (readonly [TextInput, string])[] {
  const pairs = isList(inputs) ? inputs.map((name) => [name, name] as const) : Object.entries(inputs);
  return pairs.map(([input, name]) => {
    const known = textInputs.find((candidate) => candidate === input);
    if (known !== undefined && typeof name === "string") return [known, name];
    const advice = `a text gives ${textInputs.join(", ")}; for other names say which stands for what, as in { input_ids: "${input}" }`;
    throw badOption("inputs", `names "${input}", but ${advice}`, { input, known: textInputs });
  });
}

function isList(inputs: NonNullable<EncodingOptions["inputs"]>): inputs is readonly string[] {
  return Array.isArray(inputs);
}

function padded<T>(values: readonly T[], filler: T, width: number, side: "left" | "right"): T[] {
  const missing = new Array<T>(Math.max(0, width - values.length)).fill(filler);
  return side === "left" ? [...missing, ...values] : [...values, ...missing];
}

type Lists = Readonly<Partial<Record<TextInput, readonly number[]>>>;

function encoderLists({ ids, types }: Encoded, pad: Pad, id: number): Lists {
  const ones = ids.map(() => 1);
  return {
    input_ids: pad(ids, id),
    attention_mask: pad(ones, 0),
    token_type_ids: pad(types, 0),
    position_ids: pad([...ids.keys()], 0),
  };
}

function decoderLists(ids: readonly number[] | undefined): Lists {
  return ids === undefined ? {} : { decoder_input_ids: ids, decoder_attention_mask: ids.map(() => 1) };
}

function tensorOfIds(input: TextInput, ids: readonly number[] | undefined, dtype: "int64" | "int32"): Tensor {
  if (ids !== undefined) return tensorFromNumbers(dtype, [1, ids.length], ids);
  throw badOption("inputs", `names "${input}", which only the task "sequence-to-sequence" gives`, { input });
}
