// Beam search as transformers does it: of all continuations of a sample's beams, the most probable ones that do not end
// are the next beams, and those that end are kept as hypotheses.
// https://github.com/huggingface/transformers/blob/v4.46.3/src/transformers/generation/beam_search.py

import type { RunOptions } from "@tersor/core";
import { Hypotheses } from "./hypotheses.ts";
import { applyRules, type WritingRules } from "./rules.ts";
import type { Generated, Logits, Stepper } from "./stepper.ts";

/** How to search. */
export interface BeamRules extends WritingRules {
  readonly beams: number;
  readonly lengthPenalty: number;
  readonly earlyStopping: boolean | "never";
}

/** A continuation: of which row, by which token, with which sum of logarithms. */
interface Candidate {
  readonly row: number;
  readonly token: number;
  readonly sum: number;
}

/** One sample: its rows from `first` on, and what is finished. */
interface Sample {
  readonly first: number;
  readonly hypotheses: Hypotheses;
  done: boolean;
}

/** All but the first beam of a sample begin as good as impossible, so that not all of them write the same. */
const IMPOSSIBLE = -1e9;

/** Writes the best text of each sample; the stepper has `beams` rows of each. */
export async function searchBeams(
  stepper: Stepper,
  rules: BeamRules,
  padToken: number,
  control: RunOptions,
): Promise<readonly Generated[]> {
  const { beams, maxLength, lengthPenalty, earlyStopping } = rules;
  const begun = stepper.begun[0]?.length ?? 0;
  const stopping = { beams, lengthPenalty, earlyStopping, maxLength, begun };
  const samples = Array.from({ length: stepper.begun.length / beams }, (_, i) => ({
    first: i * beams,
    hypotheses: new Hypotheses(stopping),
    done: false,
  }));
  let sequences: readonly (readonly number[])[] = stepper.begun;
  let sums = sequences.map<number>((_, row) => (row % beams === 0 ? 0 : IMPOSSIBLE));
  for (let length = begun + 1; length <= maxLength && samples.some(({ done }) => !done); length++) {
    const logits = await stepper.step(sequences, control);
    const scores = sequences.map((sequence, row) => scoresOf(logits, row, sequence, rules));
    const next = samples.flatMap((sample) => {
      if (sample.done)
        return Array.from({ length: beams }, (_, i) => ({ row: sample.first + i, token: padToken, sum: 0 }));
      return advance(sample, scores, sums, sequences, rules, begun);
    });
    sequences = next.map(({ row, token }) => [...sequences[row]!, token]);
    sums = next.map(({ sum }) => sum);
    stepper.reorder(next.map(({ row }) => row));
  }
  return samples.map((sample) => finished(sample, sequences, sums, beams, begun));
}

/** Logarithms of the probabilities, after the rules; float32 as transformers has them. */
function scoresOf({ values, vocabulary }: Logits, row: number, sequence: readonly number[], rules: BeamRules) {
  const scores = values.slice(row * vocabulary, (row + 1) * vocabulary);
  let max = -Infinity;
  for (const value of scores) if (value > max) max = value;
  let sum = 0;
  for (const value of scores) sum += Math.exp(value - max);
  const total = max + Math.log(sum);
  for (let i = 0; i < vocabulary; i++) scores[i]! -= total;
  applyRules(rules, sequence, scores);
  return scores;
}

/** The sample's next beams; texts that end become hypotheses. */
function advance(
  sample: Sample,
  scores: readonly Float32Array[],
  sums: readonly number[],
  sequences: readonly (readonly number[])[],
  { beams, eosTokens }: BeamRules,
  begun: number,
): readonly Candidate[] {
  const candidates = bestOf(sample.first, scores, sums, beams, Math.max(2, 1 + eosTokens.length) * beams);
  const next: Candidate[] = [];
  const length = sequences[sample.first]!.length + 1;
  for (const [rank, candidate] of candidates.entries()) {
    if (next.length === beams) break;
    const { row, token, sum } = candidate;
    if (!eosTokens.includes(token)) next.push(candidate);
    // The end of a text that is none of the best now would come too cheap.
    else if (rank < beams) sample.hypotheses.add([...sequences[row]!.slice(begun), token], sum, length - begun);
  }
  sample.done = sample.hypotheses.isDone(candidates[0]!.sum, length);
  return next;
}

/** The `count` best continuations of a sample's rows, best first. */
function bestOf(
  first: number,
  scores: readonly Float32Array[],
  sums: readonly number[],
  beams: number,
  count: number,
): readonly Candidate[] {
  const best: Candidate[] = [];
  for (let row = first; row < first + beams; row++) {
    const own = scores[row]!;
    for (let token = 0; token < own.length; token++) {
      const sum = Math.fround(own[token]! + sums[row]!);
      if (best.length === count && !(sum > best[count - 1]!.sum)) continue;
      let at = best.length;
      while (at > 0 && best[at - 1]!.sum < sum) at--;
      best.splice(at, 0, { row, token, sum });
      if (best.length > count) best.pop();
    }
  }
  return best;
}

/** The best text; those still open count as they are when the sample is not done. */
function finished(
  { first, hypotheses, done }: Sample,
  sequences: readonly (readonly number[])[],
  sums: readonly number[],
  beams: number,
  begun: number,
): Generated {
  for (let row = first; !done && row < first + beams; row++) {
    const tokens = sequences[row]!.slice(begun);
    hypotheses.add(tokens, sums[row]!, tokens.length);
  }
  const { tokens = [], score } = hypotheses.best ?? {};
  return { tokens, ...(score !== undefined && { score }) };
}
