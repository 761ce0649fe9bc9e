// Corpus BLEU (Papineni et al. 2002) as sacrebleu computes it by default (Post 2018): tokenizer 13a, orders 1 to 4,
// exponential smoothing (NIST's mteval, "method 3" of Chen & Cherry 2014), the closest reference's length. 0 to 100.

import { defineMetric, type Metric } from "@tersor/core";
import { textMetric, type TextOptions, type TextPair } from "./text-output.ts";
import { ngramCounts } from "./ngrams.ts";
import { wordsOf } from "./white-space.ts";

const ORDER = 4;

/** Sums of a corpus: length of hypotheses and of references, then matches and totals per order. */
const WIDTH = 2 + 2 * ORDER;

/** BLEU, named "bleu", 0 to 100. Labels are one text or several, which are all right. */
export function bleuMetric(options: TextOptions = {}): Metric {
  return defineMetric(textMetric({ name: "bleu", higherIsBetter: true }, options, WIDTH, scoreOf, sumsOf));
}

/** BLEU of a corpus, 0 to 100: a hypothesis per sample, and its references. NaN without samples. */
export function bleu(hypotheses: readonly string[], references: readonly (string | readonly string[])[]): number {
  if (hypotheses.length === 0) return NaN;
  const sums = new Float64Array(WIDTH);
  for (const [i, hypothesis] of hypotheses.entries()) {
    const right = references[i] ?? [];
    const row = sumsOf({ hypothesis, references: typeof right === "string" ? [right] : right });
    for (const [j, value] of row.entries()) sums[j]! += value;
  }
  return scoreOf(sums);
}

/** The words of a text as the tokenizer "13a" of WMT's mteval-v13a has them. */
export function tokens13a(text: string): readonly string[] {
  const plain = text
    .trimEnd()
    .replaceAll("<skipped>", "")
    .replaceAll("-\n", "")
    .replaceAll("\n", " ")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">");
  const spaced = ` ${plain} `
    .replace(/[{-~[-` -&(-+:-@/]/g, " $& ") // punctuation and symbols, but for . , - '
    .replace(/([^0-9])([.,])/gu, "$1 $2 ") // . and , unless after a digit
    .replace(/([.,])([^0-9])/gu, " $1 $2") // . and , unless before a digit
    .replace(/([0-9])(-)/g, "$1 $2 "); // - after a digit
  return wordsOf(spaced);
}

function sumsOf({ hypothesis, references }: TextPair): readonly number[] {
  const own = tokens13a(hypothesis);
  const others = references.map(tokens13a);
  const matches: number[] = [];
  const totals: number[] = [];
  for (let n = 1; n <= ORDER; n++) {
    matches.push(matchesOf(own, others, n));
    totals.push(Math.max(0, own.length - n + 1));
  }
  const lengths = others.map(({ length }) => length);
  return [own.length, closest(own.length, lengths), ...matches, ...totals];
}

/** N-grams that are right: each counts as often as it is in the reference that has it most. */
function matchesOf(own: readonly string[], others: readonly (readonly string[])[], n: number): number {
  const counts = others.map((words) => ngramCounts(words, n));
  let matches = 0;
  for (const [ngram, count] of ngramCounts(own, n)) {
    matches += Math.min(count, Math.max(0, ...counts.map((other) => other.get(ngram) ?? 0)));
  }
  return matches;
}

/** The length nearest to `length`; of two as near, the shorter. */
function closest(length: number, lengths: readonly number[]): number {
  return lengths.reduce((best, other) => {
    const [near, far] = [Math.abs(other - length), Math.abs(best - length)];
    return near < far || (near === far && other < best) ? other : best;
  }, lengths[0] ?? 0);
}

function scoreOf(sums: ArrayLike<number>): number {
  const [own, right, ...counts] = Array.from(sums) as [number, number, ...number[]];
  const matches = counts.slice(0, ORDER);
  const totals = counts.slice(ORDER);
  // An order of which there is no n-gram at all has precision 0, and so has the whole.
  if (matches.every((count) => count === 0) || totals.includes(0)) return 0;
  let smoothing = 1;
  const logs = matches.map((count, i) => {
    if (count === 0) smoothing *= 2;
    return Math.log((100 * (count || 1 / smoothing)) / totals[i]!);
  });
  const brevity = own < right ? Math.exp(1 - right / own) : 1;
  return brevity * Math.exp(logs.reduce((total, log) => total + log, 0) / ORDER);
}
