// A model that writes texts, step by step and several at once: a decoder alone, an encoder with a decoder, or both in
// one graph. What was read is kept in a cache of keys and values where the model has one, and read again where not.
// Inputs and outputs have the names that Optimum and transformers.js export.

import {
  float32Of,
  numbersOf,
  tensorFromNumbers,
  tensorOf,
  type Executable,
  type Feeds,
  type RunOptions,
  type Tensor,
} from "@tersor/core";
import { notGenerative } from "../errors.ts";
import { cacheSlots, emptyCache, gatherRows, presentOutputs, type CacheSlot } from "./cache.ts";

/** The models that generate together. */
export interface GenerationModels {
  /** Gives the logits; alone, or after an encoder. May have both in one graph. */
  readonly decoder: Executable;
  /** Reads the input once. */
  readonly encoder?: Executable;
  /** The decoder for all steps but the first, where an export has one of its own. */
  readonly decoderWithPast?: Executable;
}

/** A text that was written. */
export interface Generated {
  /** New tokens, the end among them. */
  readonly tokens: readonly number[];
  /** Beams: its sum of logarithms over its length to the power of the penalty. */
  readonly score?: number;
}

/** Texts that are being written, one to a row. */
export interface Stepper {
  /** The rows' tokens so far; those of a decoder alone begin with the prompt. */
  readonly begun: readonly (readonly number[])[];
  /** Reads the rows' sequences, which have grown since the last call; gives the logits after them, rows x vocabulary. */
  step(sequences: readonly (readonly number[])[], control: RunOptions): Promise<Logits>;
  /** Goes on with these rows in place of the former. */
  reorder(rows: readonly number[]): void;
}

/** Scores of the next token. */
export interface Logits {
  readonly vocabulary: number;
  readonly values: Float32Array;
}

/** Where generation starts. */
export interface Beginning {
  /** The decoder's first token, where there is an encoder. */
  readonly start: number;
  /** Each sample is written so many times, as beams. */
  readonly copies: number;
  readonly control: RunOptions;
}

/**
 * Reads the inputs, and gives what writes on.
 * @throws EVALUATE_NOT_GENERATIVE when the models lack an input or output that generating needs.
 */
export async function beginTexts(models: GenerationModels, inputs: Feeds, beginning: Beginning): Promise<Stepper> {
  const { decoder, encoder } = models;
  const names = new Set(decoder.inputs.map(({ name }) => name));
  const whole = encoder === undefined && names.has("decoder_input_ids");
  if (encoder === undefined && !whole) return decoderAlone(models, inputs, beginning);
  const rows = repeatedRows(firstSize(inputs), beginning.copies);
  const fed = encoder === undefined ? inputs : await encoded(encoder, inputs, beginning.control);
  const begun = rows.map(() => [beginning.start]);
  return new TextStepper(models, gatherRows(fed, rows), begun, undefined);
}

function decoderAlone(models: GenerationModels, inputs: Feeds, { copies }: Beginning): Stepper {
  const { input_ids: ids, attention_mask: mask } = inputs;
  if (ids === undefined) throw notGenerative("the inputs have no input_ids", Object.keys(inputs));
  const rows = repeatedRows(firstSize({ ids }), copies);
  const begun = rows.map((row) => rowOf(ids, row));
  return new TextStepper(models, {}, begun, mask && rows.map((row) => rowOf(mask, row)));
}

function firstSize(feeds: Feeds): number {
  return Object.values(feeds)[0]?.shape[0] ?? 1;
}

function repeatedRows(rows: number, copies: number): readonly number[] {
  return Array.from({ length: rows * copies }, (_, i) => Math.floor(i / copies));
}

function rowOf(tensor: Tensor, row: number): number[] {
  const width = tensor.shape[1] ?? 1;
  return Array.from(numbersOf(tensor)).slice(row * width, (row + 1) * width);
}

/** What the decoder takes from the encoder: its states, and the mask of the input. */
async function encoded(encoder: Executable, inputs: Feeds, control: RunOptions): Promise<Feeds> {
  const own = Object.fromEntries(encoder.inputs.map(({ name }) => [name, inputs[name]!]));
  const results = await encoder.run(own, control);
  const states = results["last_hidden_state"] ?? results["encoder_hidden_states"] ?? Object.values(results)[0]!;
  const [rows, length] = states.shape as [number, number];
  const mask = inputs["attention_mask"] ?? filledWith(1, rows, length);
  return { encoder_hidden_states: states, encoder_attention_mask: mask };
}

function filledWith(value: number, rows: number, length: number): Tensor {
  return tensorOf("int64", [rows, length], new BigInt64Array(rows * length).fill(BigInt(value)));
}

class TextStepper implements Stepper {
  readonly begun: readonly (readonly number[])[];
  readonly #models: GenerationModels;
  readonly #slots: ReadonlyMap<Executable, readonly CacheSlot[]>;
  /** What stays the same from step to step but for the order of rows. */
  #fixed: Feeds;
  /** Ones and zeros for the tokens of the prompt; all that are written count. */
  #mask: readonly (readonly number[])[] | undefined;
  #cache: Feeds = {};
  #read = 0;

  constructor(
    models: GenerationModels,
    fixed: Feeds,
    begun: readonly (readonly number[])[],
    mask: readonly (readonly number[])[] | undefined,
  ) {
    this.#models = models;
    this.#fixed = fixed;
    this.begun = begun;
    this.#mask = mask;
    const { decoder, decoderWithPast } = models;
    const used = decoderWithPast === undefined ? [decoder] : [decoder, decoderWithPast];
    this.#slots = new Map(used.map((model) => [model, slotsOf(model)]));
  }

  async step(sequences: readonly (readonly number[])[], control: RunOptions): Promise<Logits> {
    const { decoder, decoderWithPast } = this.#models;
    const model = this.#read > 0 && decoderWithPast !== undefined ? decoderWithPast : decoder;
    const slots = this.#slots.get(model)!;
    const first = slots.length > 0 ? this.#read : 0;
    const results = await model.run(this.#feeds(model, slots, sequences, first), control);
    this.#keep(model, results);
    this.#read = sequences[0]!.length;
    return lastLogits(results["logits"]!, sequences.length);
  }

  reorder(rows: readonly number[]): void {
    this.#cache = gatherRows(this.#cache, rows);
    this.#fixed = gatherRows(this.#fixed, rows);
    this.#mask &&= rows.map((row) => this.#mask![row]!);
  }

  /** Keys and values of the encoder come once: with a cache, models give none or empty ones. */
  #keep(model: Executable, results: Feeds): void {
    const { decoder, decoderWithPast = decoder } = this.#models;
    const later = this.#slots.get(decoderWithPast)!;
    const presents = presentOutputs(model.outputs);
    const kept: Record<string, Tensor> = { ...this.#cache };
    for (const { key, past } of later) {
      const present = results[presents.get(key) ?? ""];
      const again = key.includes("encoder.") && kept[past] !== undefined;
      if (present !== undefined && !again) kept[past] = present;
    }
    this.#cache = kept;
  }

  #feeds(
    model: Executable,
    slots: readonly CacheSlot[],
    sequences: readonly (readonly number[])[],
    first: number,
  ): Feeds {
    const rows = sequences.length;
    const feeds: Record<string, Tensor> = {};
    const masks = sequences.map((sequence, row) => maskOf(sequence.length, this.#mask?.[row]));
    const given: Record<string, () => Tensor | undefined> = {
      attention_mask: () => this.#fixed["attention_mask"] ?? integers(masks),
      decoder_attention_mask: () => integers(masks),
      decoder_input_ids: () => integers(sequences.map((sequence) => sequence.slice(first))),
      input_ids: () => this.#fixed["input_ids"] ?? integers(sequences.map((sequence) => sequence.slice(first))),
      position_ids: () => integers(masks.map((mask) => positionsOf(mask).slice(first))),
      use_cache_branch: () => tensorOf("bool", [1], Uint8Array.of(first > 0 ? 1 : 0)),
    };
    for (const { name, type } of model.inputs) {
      const slot = slots.find(({ past }) => past === name);
      const tensor = slot ? (this.#cache[name] ?? emptyCache(slot, rows)) : (given[name]?.() ?? this.#fixed[name]);
      if (tensor === undefined) throw notGenerative(`nothing is known to feed "${name}" with`, [name]);
      feeds[name] = sameType(tensor, type.kind === "tensor" ? type.dtype : undefined);
    }
    return feeds;
  }
}

function slotsOf(model: Executable): readonly CacheSlot[] {
  const names = model.outputs.map(({ name }) => name);
  if (!names.includes("logits")) throw notGenerative('there is no output "logits"', names);
  const slots = cacheSlots(model);
  if (slots === undefined) throw notGenerative("its cache has no stated sizes, or no floats", names);
  return slots;
}

function maskOf(length: number, prompt: readonly number[] = []): readonly number[] {
  return Array.from({ length }, (_, i) => prompt[i] ?? 1);
}

/** Padding in front of a prompt has no positions of its own. */
function positionsOf(mask: readonly number[]): readonly number[] {
  let seen = 0;
  return mask.map((present) => (present === 0 ? 1 : seen++));
}

function integers(rows: readonly (readonly number[])[]): Tensor {
  const length = rows[0]?.length ?? 0;
  return tensorOf("int64", [rows.length, length], BigInt64Array.from(rows.flat(), BigInt));
}

/** Exports differ in the type of ids and masks. */
function sameType(tensor: Tensor, dtype: Tensor["dtype"] | undefined): Tensor {
  if (dtype === undefined || dtype === tensor.dtype) return tensor;
  return tensorFromNumbers(dtype, tensor.shape, numbersOf(tensor));
}

/** Logits after the last token of each row; a model may give those of every token. */
function lastLogits(logits: Tensor, rows: number): Logits {
  const vocabulary = logits.shape.at(-1)!;
  const values = float32Of(logits);
  const perRow = values.length / rows;
  if (perRow === vocabulary) return { vocabulary, values };
  const last = new Float32Array(rows * vocabulary);
  for (let row = 0; row < rows; row++) {
    last.set(values.subarray((row + 1) * perRow - vocabulary, (row + 1) * perRow), row * vocabulary);
  }
  return { vocabulary, values: last };
}
