// Where tokens stand in their text. @huggingface/tokenizers gives tokens without offsets; here both are written as the
// bytes they stand for, without spaces, and laid side by side.

import { isObject } from "./rows.ts";

/** From the first character to behind the last, in UTF-16 units. */
export type Span = readonly [start: number, end: number];

/** How tokens are spelled: as bytes in letters (GPT-2), with "##" inside of words (WordPiece), or as text with "▁". */
export type TokenSpelling = { readonly kind: "bytes" } | { readonly kind: "text"; readonly inner: string };

interface Normalizer {
  normalize(text: string): string;
}

/** The bytes of a normalised text without spaces, as letters from 0 to 255, and the span that each byte comes from. */
interface Stream {
  readonly bytes: string;
  readonly spans: readonly Span[];
  /** Beginnings of letters that normalising makes words of their own, as Chinese ones. */
  readonly alone: ReadonlySet<number>;
}

/** How the tokens of a tokenizer.json are spelled. */
export function tokenSpelling(json: Readonly<Record<string, unknown>>): TokenSpelling {
  if (partsOf(json["pre_tokenizer"]).some(isByteLevel) || partsOf(json["decoder"]).some(isByteLevel))
    return { kind: "bytes" };
  const model = json["model"];
  const prefix = isObject(model) ? model["continuing_subword_prefix"] : undefined;
  return { kind: "text", inner: typeof prefix === "string" ? prefix : "" };
}

/** Whether words of a text are told from parts of words by a space before them, which split words have to be given. */
export function spacesWords(json: Readonly<Record<string, unknown>>): boolean {
  return partsOf(json["pre_tokenizer"]).some((part) => isByteLevel(part) && part["add_prefix_space"] !== true);
}

type Part = Readonly<Record<string, unknown>>;

function isByteLevel(part: Part): boolean {
  return part["type"] === "ByteLevel";
}

function partsOf(value: unknown): readonly Part[] {
  if (!isObject(value)) return [];
  const inner = value["pretokenizers"] ?? value["decoders"];
  return Array.isArray(inner) ? inner.filter(isObject) : [value];
}

/** The span of each token, in order; null for tokens of which nothing is found in the text. */
export function tokenSpans(
  text: string,
  tokens: readonly string[],
  normalizer: Normalizer | null,
  spelling: TokenSpelling,
): readonly (Span | null)[] {
  const stream = streamOf(text, normalizer, spelling);
  const { spans } = stream;
  let at = 0;
  return tokens.map((token) => {
    const length = lengthAt(stream, at, spelled(token, spelling), text);
    const [first, last] = [spans[at], spans[at + length - 1]];
    at += length;
    return length === 0 || first === undefined || last === undefined ? null : [first[0], last[1]];
  });
}

/** How many bytes at a place are a token's; for an unknown token those up to the end of the word. */
function lengthAt(stream: Stream, at: number, token: string, text: string): number {
  const { bytes, spans } = stream;
  // Added tokens are found before the text is normalised, so they may differ in case.
  if (bytes.startsWith(token, at) || bytes.startsWith(token.toLowerCase(), at)) return token.length;
  let end = at + 1;
  while (end < bytes.length && sameWord(stream, text, spans[end - 1]!, spans[end]!)) end++;
  return at < bytes.length ? end - at : 0;
}

const wordLetter = /[\p{L}\p{N}\p{M}\p{S}]/u;

function sameWord({ alone }: Stream, text: string, one: Span, next: Span): boolean {
  if (one[0] === next[0]) return true;
  if (alone.has(one[0]) || alone.has(next[0])) return false;
  return one[1] === next[0] && wordLetter.test(text.slice(...one)) && wordLetter.test(text.slice(...next));
}

function streamOf(text: string, normalizer: Normalizer | null, spelling: TokenSpelling): Stream {
  const spans: Span[] = [];
  const alone = new Set<number>();
  const known = new Map<string, { readonly bytes: string; readonly alone: boolean }>();
  let bytes = "";
  let at = 0;
  for (const letter of text) {
    let part = known.get(letter);
    if (part === undefined) {
      const normal = normalizer?.normalize(letter) ?? letter;
      part = { bytes: utf8(visible(normal, spelling)), alone: /^\s+\S+\s+$/u.test(normal) };
      known.set(letter, part);
    }
    const span = [at, at + letter.length] as const;
    for (let i = 0; i < part.bytes.length; i++) spans.push(span);
    if (part.alone) alone.add(at);
    bytes += part.bytes;
    at += letter.length;
  }
  return { bytes, spans, alone };
}

/** Spaces differ between a text and its tokens; those of bytes are ASCII. */
function visible(text: string, { kind }: TokenSpelling): string {
  return text.replace(kind === "bytes" ? /[ \t-\r]/g : /[\s▁]/gu, "");
}

function spelled(token: string, spelling: TokenSpelling): string {
  if (spelling.kind === "bytes")
    return visible(Array.from(token, (letter) => byteLetters.get(letter) ?? utf8(letter)).join(""), spelling);
  const byte = /^<0x([0-9A-F]{2})>$/.exec(token)?.[1];
  if (byte !== undefined) return String.fromCharCode(parseInt(byte, 16));
  const { inner } = spelling;
  return utf8(visible(inner !== "" && token.startsWith(inner) ? token.slice(inner.length) : token, spelling));
}

const encoder = new TextEncoder();

function utf8(text: string): string {
  return String.fromCharCode(...encoder.encode(text));
}

/** GPT-2's letters for bytes: printable ones stand for themselves, the others for letters from U+0100 on. */
const byteLetters = new Map<string, string>();
for (let byte = 0, other = 0; byte < 256; byte++) {
  const printable = (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
  byteLetters.set(String.fromCharCode(printable ? byte : 256 + other++), String.fromCharCode(byte));
}
