// Texts of made-up words with a tokenizer that knows them all: a vocabulary of a thousand, as most skeletons have.

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { seededRandom } from "@tersor/core";

/** Tokens of the vocabulary, where a skeleton says nothing else. */
export const VOCABULARY = 1000;
const special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"] as const;

/** Which texts are made. */
export interface StandInTexts {
  readonly folder: string;
  readonly count: number;
  readonly seed: number;
  readonly vocabulary: number;
}

/** Makes sentences of so many made-up words. Word 5 is "w5"; ids are places in the vocabulary. */
function sentences({ seed, vocabulary }: StandInTexts): (least: number, more: number) => string {
  const random = seededRandom(seed);
  const word = () => `w${special.length + Math.floor(random() * (vocabulary - special.length))}`;
  return (least, more) => Array.from({ length: least + Math.floor(random() * more) }, word).join(" ");
}

/** Writes a table of sentences, "first" and "second", tab-separated. */
export function writeStandInSentences(texts: StandInTexts): string {
  const sentence = sentences(texts);
  const rows = Array.from({ length: texts.count }, () => `${sentence(3, 9)}\t${sentence(3, 9)}`);
  return written(texts, "sentences", "tsv", `first\tsecond\n${rows.join("\n")}\n`);
}

/** Writes questions with a context each, and a word of it as the answer, as JSON lines. */
export function writeStandInQuestions(texts: StandInTexts): string {
  const sentence = sentences(texts);
  return writtenRows(texts, "questions", (i) => {
    const context = sentence(8, 5);
    return { id: String(i), question: sentence(3, 4), context, answers: [context.split(" ")[0]] };
  });
}

/** Writes sentences with several ways to go on, as JSON lines. */
export function writeStandInChoices(texts: StandInTexts, choices: readonly string[]): string {
  const sentence = sentences(texts);
  return writtenRows(texts, `choices-${choices.length}`, () => ({
    first: sentence(3, 5),
    second: sentence(1, 2),
    ...Object.fromEntries(choices.map((choice) => [choice, sentence(2, 4)])),
  }));
}

/** Writes sentences as lists of words, with a tag for each, as JSON lines. */
export function writeStandInWords(texts: StandInTexts): string {
  const sentence = sentences(texts);
  return writtenRows(texts, "words", () => {
    const tokens = sentence(5, 9).split(" ");
    return { tokens, tags: tokens.map(() => 0) };
  });
}

/** Writes tokenizer.json: words split at white space, [CLS] first, [SEP] behind each text. */
export function writeStandInTokenizer(texts: StandInTexts): string {
  const words = Array.from({ length: texts.vocabulary }, (_, id) => special[id] ?? `w${id}`);
  const token = (content: string, type: number) => ({
    [content === "A" || content === "B" ? "Sequence" : "SpecialToken"]: { id: content, type_id: type },
  });
  const tokenizer = {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: special.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: { type: "WhitespaceSplit" },
    post_processor: {
      type: "TemplateProcessing",
      single: [token("[CLS]", 0), token("A", 0), token("[SEP]", 0)],
      pair: [token("[CLS]", 0), token("A", 0), token("[SEP]", 0), token("B", 1), token("[SEP]", 1)],
      special_tokens: Object.fromEntries(special.map((id, at) => [id, { id, ids: [at], tokens: [id] }])),
    },
    decoder: { type: "WordPiece", prefix: "##", cleanup: false },
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(words.map((text, id) => [text, id])),
    },
  };
  const folder = join(texts.folder, `tokenizer-${texts.vocabulary}`);
  mkdirSync(folder, { recursive: true });
  // What hides a token is one that no text has.
  writeOnce(join(folder, "tokenizer_config.json"), JSON.stringify({ mask_token: "[UNK]" }));
  return writeOnce(join(folder, "tokenizer.json"), JSON.stringify(tokenizer));
}

function writtenRows(texts: StandInTexts, name: string, row: (index: number) => object): string {
  const rows = Array.from({ length: texts.count }, (_, i) => JSON.stringify(row(i)));
  return written(texts, name, "jsonl", `${rows.join("\n")}\n`);
}

function written(
  { folder, seed, count, vocabulary }: StandInTexts,
  name: string,
  ending: string,
  text: string,
): string {
  mkdirSync(folder, { recursive: true });
  return writeOnce(join(folder, `${name}-${vocabulary}-${seed}-${count}.${ending}`), text);
}

/** Writes a file unless it is there: rows that run at the same time share it. */
function writeOnce(file: string, text: string): string {
  if (!existsSync(file)) writeFileSync(file, text);
  return file;
}
