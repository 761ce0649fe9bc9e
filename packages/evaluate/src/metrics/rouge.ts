// ROUGE (Lin 2004) as the rouge-score package computes it: F-measure of n-grams, of the longest common subsequence, and
// of the union of such over lines (Lsum). Words are runs of a-z and 0-9; several references count with the best.

import { defineMetric, type Metric } from "@tersor/core";
import { subsequence, subsequenceLength } from "./common-subsequence.ts";
import { ngramCounts } from "./ngrams.ts";
import { porterStem } from "./porter-stem.ts";
import { textMetric, type TextOptions } from "./text-output.ts";

/** Which overlap is counted: n-grams, the longest common subsequence, or its union over lines. */
export type RougeKind = 1 | 2 | 3 | 4 | "l" | "lsum";

/** What a ROUGE metric is told. */
export interface RougeOptions extends TextOptions {
  /** Whether words of more than three letters are cut to their stems first (English). Default false. */
  readonly stem?: boolean;
}

/** ROUGE of a hypothesis: shares of 0 to 1. */
export interface RougeScore {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** The mean F-measure of the samples, 0 to 1, named "rouge-1", "rouge-2", "rouge-l" or "rouge-lsum". */
export function rougeMetric(kind: RougeKind, { stem = false, ...options }: RougeOptions = {}): Metric {
  const mean = (sums: ArrayLike<number>) => sums[0]! / sums[1]!;
  return defineMetric(
    textMetric({ name: `rouge-${kind}`, higherIsBetter: true }, options, 2, mean, ({ hypothesis, references }) => [
      rouge(kind, hypothesis, references, stem).f1,
      1,
    ]),
  );
}

/** ROUGE of one text against its references: the score of the one with the largest F-measure. */
export function rouge(
  kind: RougeKind,
  hypothesis: string,
  references: string | readonly string[],
  stem = false,
): RougeScore {
  const right = typeof references === "string" ? [references] : references;
  const scores = right.map((reference) => scoreOf(kind, hypothesis, reference, stem));
  return scores.reduce((best, score) => (score.f1 > best.f1 ? score : best), scores[0] ?? fromHits(0, 0, 0));
}

function scoreOf(kind: RougeKind, hypothesis: string, reference: string, stem: boolean): RougeScore {
  if (kind === "lsum") return lineScore(linesOf(hypothesis, stem), linesOf(reference, stem));
  const [own, right] = [tokens(hypothesis, stem), tokens(reference, stem)];
  if (kind === "l") return fromHits(subsequenceLength(right, own), own.length, right.length);
  return ngramScore(own, right, kind);
}

function tokens(text: string, stem: boolean): readonly string[] {
  const words = text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return stem ? words.map((word) => (word.length > 3 ? porterStem(word) : word)) : words;
}

function linesOf(text: string, stem: boolean): readonly (readonly string[])[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => tokens(line, stem));
}

function ngramScore(own: readonly string[], right: readonly string[], n: number): RougeScore {
  const counts = ngramCounts(own, n);
  let hits = 0;
  for (const [ngram, count] of ngramCounts(right, n)) hits += Math.min(count, counts.get(ngram) ?? 0);
  return fromHits(hits, own.length - n + 1, right.length - n + 1);
}

/** Each line of the reference with all lines of the hypothesis; a word counts no more often than both texts have it. */
function lineScore(own: readonly (readonly string[])[], right: readonly (readonly string[])[]): RougeScore {
  const left = [new Map(ngramCounts(own.flat(), 1)), new Map(ngramCounts(right.flat(), 1))];
  let hits = 0;
  for (const line of right) {
    for (const word of unionWords(line, own)) {
      if (!left.every((counts) => (counts.get(word) ?? 0) > 0)) continue;
      for (const counts of left) counts.set(word, counts.get(word)! - 1);
      hits++;
    }
  }
  return fromHits(hits, own.flat().length, right.flat().length);
}

function unionWords(line: readonly string[], others: readonly (readonly string[])[]): readonly string[] {
  const found = new Set(others.flatMap((other) => subsequence(line, other)));
  return line.filter((_, i) => found.has(i));
}

function fromHits(hits: number, own: number, right: number): RougeScore {
  const precision = hits / Math.max(own, 1);
  const recall = hits / Math.max(right, 1);
  return { precision, recall, f1: hits === 0 ? 0 : (2 * precision * recall) / (precision + recall) };
}
