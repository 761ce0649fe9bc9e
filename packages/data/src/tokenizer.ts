// Tokenizers of Hugging Face (tokenizer.json, and tokenizer_config.json beside it) with the truncation and padding
// that @huggingface/tokenizers leaves to its caller. Truncation follows the Rust library's LongestFirst.

import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { Tokenizer } from "@huggingface/tokenizers";
import { isTersorError } from "@tersor/core";
import { textOf } from "./bytes.ts";
import { badTokenizer } from "./errors.ts";
import { isObject } from "./rows.ts";
import { spacesWords, tokenSpans, tokenSpelling, type Span } from "./token-spans.ts";

/** Token ids of one text or pair, with the type (0 first, 1 second text) of each. */
export interface Encoded {
  readonly ids: readonly number[];
  readonly types: readonly number[];
}

/** The text that a token is of (0 or 1) and its place among the tokens of that text. */
export interface TokenSource {
  readonly text: 0 | 1;
  readonly index: number;
}

/** Token ids with where each comes from; undefined for special tokens. */
export interface Assembled extends Encoded {
  readonly sources: readonly (TokenSource | undefined)[];
}

/** A tokenizer that is ready to use. */
export interface LoadedTokenizer {
  readonly file: string;
  /** The longest text that the model's configuration allows, if it says so. */
  readonly maxLength: number | undefined;
  /** The token that stands for a hidden one. */
  readonly maskId: number | undefined;
  /** Tokens that are no text. */
  readonly specialIds: ReadonlySet<number>;
  readonly vocabularySize: number;
  readonly padding: { readonly side: "left" | "right"; readonly id: number | undefined };
  encode(text: string, pair: string | undefined, maxLength: number): Encoded;
  /** The text of tokens, without special ones. */
  decode(ids: readonly number[]): string;
  /** Tokens of a text, without special ones. */
  tokenize(text: string): readonly string[];
  /** Tokens of a word of a text that was split into words; the first one where `first`. */
  tokenizeWord(word: string, first: boolean): readonly string[];
  /** Number of special tokens around one text, or two. */
  specials(pair: boolean): number;
  /** Puts special tokens around the tokens of one text, or two. */
  assemble(first: readonly string[], second: readonly string[] | undefined): Assembled;
  /** Where each token of a text stands in it, as `text.slice` counts; null for tokens that show nothing of it. */
  spans(text: string, tokens: readonly string[]): readonly (Span | null)[];
}

type Json = Readonly<Record<string, unknown>>;

const MOST_BYTES = 2 ** 28;

/** Loads a tokenizer.json, or the one in a folder. @throws DATA_NOT_FOUND, DATA_TOKENIZER */
export function loadTokenizer(path: string): LoadedTokenizer {
  const file = existsSync(path) && statSync(path).isDirectory() ? join(path, "tokenizer.json") : path;
  const json = readJson(file);
  const configFile = join(dirname(file), "tokenizer_config.json");
  const config = existsSync(configFile) ? readJson(configFile) : {};
  const tokenizer = createTokenizer(file, json, config);
  const truncateLeft = sideOf(config["truncation_side"], json["truncation"]) === "left";
  const guarded = <T>(text: string, job: () => T) => withReason(file, text, job);
  const assemble = (first: readonly string[], second: readonly string[] | undefined) =>
    assembled(file, tokenizer, first, second);
  const wordPrefix = spacesWords(json) ? " " : "";
  return {
    file,
    maxLength: lengthOf(config["model_max_length"]),
    maskId: maskId(tokenizer, config),
    specialIds: specialIds(json),
    vocabularySize: vocabularySize(json),
    padding: { side: sideOf(config["padding_side"], json["padding"]), id: padId(tokenizer, json, config) },
    encode: (text, pair, maxLength) =>
      guarded(text, () => assemble(...cutTokens(tokenizer, text, pair, maxLength, truncateLeft))),
    decode: (ids) => (ids.length === 0 ? "" : tokenizer.decode([...ids], { skip_special_tokens: true })),
    tokenize: (text) => guarded(text, () => tokenizer.tokenize(text)),
    tokenizeWord: (word, first) => guarded(word, () => tokenizer.tokenize((first ? "" : wordPrefix) + word)),
    specials: (pair) => withSpecials(tokenizer, [], pair ? [] : null).tokens.length,
    assemble,
    spans: (text, tokens) => tokenSpans(text, tokens, tokenizer.normalizer, tokenSpelling(json)),
  };
}

function readJson(file: string): Json {
  const text = textOf(file, "tokenizer", MOST_BYTES);
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch (error) {
    throw badTokenizer(file, "is not JSON", error);
  }
  throw badTokenizer(file, "is not a JSON object");
}

function createTokenizer(file: string, json: Json, config: Json): Tokenizer {
  try {
    return new Tokenizer(json, config);
  } catch (error) {
    throw badTokenizer(
      file,
      "can't be used: it is damaged or of a kind that @huggingface/tokenizers does not know",
      error,
    );
  }
}

function withReason<T>(file: string, text: string, job: () => T): T {
  try {
    return job();
  } catch (error) {
    if (isTersorError(error)) throw error;
    throw badTokenizer(file, `can't encode ${JSON.stringify(text.slice(0, 60))}`, error);
  }
}

/** Tokens of one text or two, so many that with the special ones they are at most `maxLength`. */
function cutTokens(
  tokenizer: Tokenizer,
  text: string,
  pair: string | undefined,
  maxLength: number,
  left: boolean,
): [first: readonly string[], second: readonly string[] | undefined] {
  const first = tokenizer.tokenize(text);
  const second = pair === undefined ? undefined : tokenizer.tokenize(pair);
  const specials = withSpecials(tokenizer, [], second === undefined ? null : []).tokens.length;
  const [a, b] = shares(first.length, second?.length ?? 0, Math.max(0, maxLength - specials));
  const cut = (tokens: readonly string[], length: number) =>
    left ? tokens.slice(tokens.length - length) : tokens.slice(0, length);
  return [cut(first, a), second && cut(second, b)];
}

function assembled(
  file: string,
  tokenizer: Tokenizer,
  first: readonly string[],
  second: readonly string[] | undefined,
): Assembled {
  const { tokens, types } = withSpecials(tokenizer, [...first], second === undefined ? null : [...second]);
  const sources = new Array<TokenSource | undefined>(tokens.length).fill(undefined);
  const starts = placesOf(tokenizer, second !== undefined);
  for (const index of first.keys()) sources[starts[0] + index] = { text: 0, index };
  // Behind the first text, its tokens stand where its one marker stood.
  for (const index of (second ?? []).keys()) sources[starts[1] + first.length - 1 + index] = { text: 1, index };
  return { ids: tokens.map((token) => idOf(file, tokenizer, token)), types, sources };
}

/** Where the first and the second text begin when each has one token: special tokens do not depend on the texts. */
function placesOf(tokenizer: Tokenizer, pair: boolean): [first: number, second: number] {
  const markers = ["\u0001first", "\u0001second"] as const;
  const { tokens } = withSpecials(tokenizer, [markers[0]], pair ? [markers[1]] : null);
  return [tokens.indexOf(markers[0]), tokens.indexOf(markers[1])];
}

function withSpecials(
  tokenizer: Tokenizer,
  first: string[],
  second: string[] | null,
): { tokens: string[]; types: number[] } {
  const done = tokenizer.post_processor?.post_process(first, second, true) ?? {
    tokens: first,
    tokens_pair: second ?? [],
  };
  const tokens = [...done.tokens, ...(done.tokens_pair ?? [])];
  return { tokens, types: "token_type_ids" in done && done.token_type_ids ? done.token_type_ids : tokens.map(() => 0) };
}

/** How many tokens each of two texts keeps when both together may have `room`: the longer one gives way first. */
function shares(first: number, second: number, room: number): [first: number, second: number] {
  if (first + second <= room) return [first, second];
  const short = Math.min(first, second);
  const half = Math.floor(room / 2);
  const [low, high] = short <= half ? [short, room - short] : [half, room - half];
  return first > second ? [high, low] : [low, high];
}

/** Tokens that were added in their normalised spelling are not in the vocabulary; encoding finds them. */
function idOf(file: string, tokenizer: Tokenizer, token: string): number {
  const id = tokenizer.token_to_id(token) ?? tokenizer.encode(token, { add_special_tokens: false }).ids[0];
  if (id === undefined) throw badTokenizer(file, `has no id for the token ${JSON.stringify(token)}`);
  return id;
}

function padId(tokenizer: Tokenizer, json: Json, config: Json): number | undefined {
  const padding = json["padding"];
  const stated = isObject(padding) ? padding["pad_id"] : undefined;
  if (typeof stated === "number" && Number.isSafeInteger(stated)) return stated;
  return firstId(tokenizer, [config["pad_token"], "[PAD]", "<pad>", config["eos_token"]]);
}

function maskId(tokenizer: Tokenizer, config: Json): number | undefined {
  return firstId(tokenizer, [config["mask_token"], "[MASK]", "<mask>"]);
}

/** The id of the first token that the vocabulary has. */
function firstId(tokenizer: Tokenizer, tokens: readonly unknown[]): number | undefined {
  return tokens
    .map(tokenText)
    .map((name) => (name === undefined ? undefined : tokenizer.token_to_id(name)))
    .find((id) => id !== undefined);
}

function addedTokens(json: Json): readonly Json[] {
  const added = json["added_tokens"];
  return Array.isArray(added) ? added.filter(isObject) : [];
}

function specialIds(json: Json): ReadonlySet<number> {
  const special = addedTokens(json).filter((token) => token["special"] === true);
  return new Set(special.flatMap(({ id }) => (typeof id === "number" ? [id] : [])));
}

function vocabularySize(json: Json): number {
  const vocabulary = isObject(json["model"]) ? json["model"]["vocab"] : undefined;
  const own = Array.isArray(vocabulary) ? vocabulary.length : isObject(vocabulary) ? Object.keys(vocabulary).length : 0;
  return addedTokens(json).reduce((size, { id }) => (typeof id === "number" ? Math.max(size, id + 1) : size), own);
}

function tokenText(token: unknown): string | undefined {
  const text = isObject(token) ? token["content"] : token;
  return typeof text === "string" ? text : undefined;
}

function sideOf(configured: unknown, stated: unknown): "left" | "right" {
  const direction = configured ?? (isObject(stated) ? stated["direction"] : undefined);
  return typeof direction === "string" && direction.toLowerCase() === "left" ? "left" : "right";
}

/** Configurations write 1e30 for "no limit". */
function lengthOf(value: unknown): number | undefined {
  return typeof value === "number" && value >= 1 && value <= 2 ** 24 ? Math.floor(value) : undefined;
}
