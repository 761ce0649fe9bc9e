// What changes the scores of the next token before one is chosen, in the order in which transformers applies it: no
// repeated n-grams, no bad words, no early end, a forced beginning and end.
// https://github.com/huggingface/transformers/blob/main/src/transformers/generation/logits_process.py

/** Rules of writing; tokens are ids. Lengths are those of whole sequences, with prompt or first token. */
export interface WritingRules {
  /** Scores of tokens that came before are divided by it (multiplied where negative). 1: none. */
  readonly repetitionPenalty: number;
  /** n-grams of this size come once at most. 0: any number of times. */
  readonly noRepeatNgramSize: number;
  /** Sequences of tokens that do not come. */
  readonly badWords: readonly (readonly number[])[];
  /** The end does not come before this length. */
  readonly minLength: number;
  readonly maxLength: number;
  readonly eosTokens: readonly number[];
  /** The second token of a sequence, such as a language. */
  readonly forcedBosToken: number | undefined;
  /** The last token when a sequence comes to its full length. */
  readonly forcedEosToken: number | undefined;
}

/** Changes the scores of one row in place. */
export function applyRules(rules: WritingRules, sequence: readonly number[], scores: Float32Array): void {
  const { minLength, maxLength, eosTokens, forcedBosToken, forcedEosToken } = rules;
  if (rules.repetitionPenalty !== 1) penalize(sequence, scores, rules.repetitionPenalty);
  for (const token of repeatedBy(sequence, rules.noRepeatNgramSize)) scores[token] = -Infinity;
  for (const word of rules.badWords) if (wouldEnd(sequence, word)) scores[word.at(-1)!] = -Infinity;
  if (sequence.length < minLength) for (const token of eosTokens) scores[token] = -Infinity;
  if (forcedBosToken !== undefined && sequence.length === 1) force(scores, forcedBosToken);
  if (forcedEosToken !== undefined && sequence.length === maxLength - 1) force(scores, forcedEosToken);
}

function penalize(sequence: readonly number[], scores: Float32Array, penalty: number): void {
  for (const token of new Set(sequence)) {
    const score = scores[token]!;
    scores[token] = score < 0 ? score * penalty : score / penalty;
  }
}

/** Tokens that would end an n-gram which is there already. */
function repeatedBy(sequence: readonly number[], size: number): readonly number[] {
  if (size < 1 || sequence.length + 1 < size) return [];
  const last = sequence.slice(sequence.length - size + 1);
  const found: number[] = [];
  for (let at = 0; at + size <= sequence.length; at++) {
    if (last.every((token, i) => sequence[at + i] === token)) found.push(sequence[at + size - 1]!);
  }
  return found;
}

/** Whether the sequence ends with all tokens of a word but the last. */
function wouldEnd(sequence: readonly number[], word: readonly number[]): boolean {
  const prefix = word.slice(0, -1);
  if (prefix.length >= sequence.length && prefix.length > 0) return false;
  return prefix.every((token, i) => sequence[sequence.length - prefix.length + i] === token);
}

function force(scores: Float32Array, token: number): void {
  scores.fill(-Infinity);
  scores[token] = 0;
}
