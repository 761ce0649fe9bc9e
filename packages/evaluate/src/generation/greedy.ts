// Greedy search: the token with the largest score, one after another.

import type { RunOptions } from "@tersor/core";
import { applyRules, type WritingRules } from "./rules.ts";
import type { Generated, Stepper } from "./stepper.ts";

/** Writes every row to its end; rows that are finished go on with `padToken`, which nobody sees. */
export async function searchGreedily(
  stepper: Stepper,
  rules: WritingRules,
  padToken: number,
  control: RunOptions,
): Promise<readonly Generated[]> {
  const sequences = stepper.begun.map((row) => [...row]);
  const ends: (number | undefined)[] = sequences.map(() => undefined);
  while (sequences[0] !== undefined && sequences[0].length < rules.maxLength && ends.includes(undefined)) {
    const { values, vocabulary } = await stepper.step(sequences, control);
    for (const [row, sequence] of sequences.entries()) {
      const scores = values.slice(row * vocabulary, (row + 1) * vocabulary);
      applyRules(rules, sequence, scores);
      const token = ends[row] === undefined ? largest(scores) : padToken;
      sequence.push(token);
      if (rules.eosTokens.includes(token)) ends[row] ??= sequence.length;
    }
  }
  return sequences.map((sequence, row) => ({ tokens: sequence.slice(stepper.begun[row]!.length, ends[row]) }));
}

/** The first of the largest. */
function largest(scores: Float32Array): number {
  let best = 0;
  for (let i = 1; i < scores.length; i++) if (scores[i]! > scores[best]!) best = i;
  return best;
}
