// Scores of answers as the evaluation scripts of SQuAD v1.1 and v2.0 have them (Rajpurkar et al. 2016, 2018).

import { wordsOf } from "./white-space.ts";

const PUNCTUATION = /[!-/:-@[-`{-~]/g;
// Words end where Python has them end: JavaScript's \b knows ASCII letters only.
const ARTICLES = /(?<![\p{L}\p{N}_])(a|an|the)(?![\p{L}\p{N}_])/gu;

/** How well an answer agrees with those that are right; 0 to 1. */
export interface AnswerScore {
  readonly exact: number;
  readonly f1: number;
}

/** Words without case, punctuation and articles. */
export function normalizedWords(answer: string): readonly string[] {
  return wordsOf(answer.toLowerCase().replace(PUNCTUATION, "").replace(ARTICLES, " "));
}

/**
 * The best exact match and the best F1 of `answer` against `gold`. With `noAnswer` (v2), an empty answer is right where no
 * gold one has words; without (v1), an answer without words has F1 0.
 */
export function scoreAnswer(answer: string, gold: readonly string[], noAnswer: boolean): AnswerScore {
  const own = normalizedWords(answer);
  const all = gold.map(normalizedWords);
  const withWords = noAnswer ? all.filter((words) => words.length > 0) : all;
  const right = noAnswer && withWords.length === 0 ? [[]] : withWords;
  return {
    exact: Math.max(...right.map((words) => Number(words.join(" ") === own.join(" ")))),
    f1: Math.max(...right.map((words) => wordF1(own, words, noAnswer))),
  };
}

function wordF1(own: readonly string[], right: readonly string[], noAnswer: boolean): number {
  if (noAnswer && (own.length === 0 || right.length === 0)) return Number(own.length === right.length);
  const left = new Map<string, number>();
  for (const word of right) left.set(word, (left.get(word) ?? 0) + 1);
  let same = 0;
  for (const word of own) {
    const count = left.get(word) ?? 0;
    if (count > 0) same++;
    left.set(word, count - 1);
  }
  if (same === 0) return 0;
  const precision = same / own.length;
  const recall = same / right.length;
  return (2 * precision * recall) / (precision + recall);
}
