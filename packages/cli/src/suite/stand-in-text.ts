// Sentences of made-up words with a tokenizer that knows them all: a vocabulary of a thousand, as the skeletons have.

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { seededRandom } from "@tersor/core";

const VOCABULARY = 1000;
const special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"] as const;

/** Word 5 is "w5"; ids are places in the vocabulary. */
function word(random: () => number): string {
  return `w${special.length + Math.floor(random() * (VOCABULARY - special.length))}`;
}

/** A sentence of so many made-up words. */
function standInSentence(words: number, random: () => number): string {
  return Array.from({ length: words }, () => word(random)).join(" ");
}

/** Writes a table of sentences, "first" and "second", tab-separated. */
export function writeStandInSentences(folder: string, count: number, seed: number): string {
  mkdirSync(folder, { recursive: true });
  const random = seededRandom(seed);
  const sentence = () => standInSentence(3 + Math.floor(random() * 9), random);
  const rows = Array.from({ length: count }, () => `${sentence()}\t${sentence()}`);
  return written(join(folder, `sentences-${seed}-${count}.tsv`), `first\tsecond\n${rows.join("\n")}\n`);
}

/** Writes questions with a context each, and a word of it as the answer, as JSON lines. */
export function writeStandInQuestions(folder: string, count: number, seed: number): string {
  mkdirSync(folder, { recursive: true });
  const random = seededRandom(seed);
  const rows = Array.from({ length: count }, (_, i) => {
    const context = standInSentence(8 + Math.floor(random() * 5), random);
    const question = standInSentence(3 + Math.floor(random() * 4), random);
    return JSON.stringify({ id: String(i), question, context, answers: [context.split(" ")[0]] });
  });
  return written(join(folder, `questions-${seed}-${count}.jsonl`), `${rows.join("\n")}\n`);
}

/** Writes tokenizer.json: words split at white space, [CLS] first, [SEP] behind each text. */
export function writeStandInTokenizer(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const words = Array.from({ length: VOCABULARY }, (_, id) => special[id] ?? `w${id}`);
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
  return written(join(folder, "tokenizer.json"), JSON.stringify(tokenizer));
}

/** Writes a file unless it is there: rows that run at the same time share it. */
function written(file: string, text: string): string {
  if (!existsSync(file)) writeFileSync(file, text);
  return file;
}
