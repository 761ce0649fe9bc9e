// Perplexity of a decoder on a text, read as it is when text is generated: a beginning at once, then token by token
// through the key-value cache. Without a text, the reference model writes one itself.

import {
  seededRandom,
  type Executable,
  type Executor,
  type PerplexityComparison,
  type Runnable,
  type RunOptions,
} from "@tersor/core";
import { decoderOf, type Decoder } from "./decoder.ts";

/** How to compare two decoders. */
export interface DecoderComparisonOptions extends RunOptions {
  readonly executor: Executor;
  readonly reference: Runnable;
  readonly candidate: Runnable;
  /** The text as token ids; default: one that the reference writes, sampled from its own distribution. */
  readonly tokens?: readonly number[];
  /** Tokens of a text that the reference writes. Default 48. */
  readonly length?: number;
  readonly seed?: number;
}

/** Tokens read at once before the token-by-token part. */
const BEGINNING = 8;
const LENGTH = 48;

/** Compares two decoders; undefined when the reference is none. */
export async function comparePerplexity(options: DecoderComparisonOptions): Promise<PerplexityComparison | undefined> {
  const { executor, reference, candidate, length = LENGTH, seed = 0 } = options;
  return withModel(executor, reference, async (first) => {
    const decoder = decoderOf(first);
    if (!decoder) return undefined;
    const tokens = options.tokens ?? (await writtenBy(decoder, length, seed, options));
    const own = await perplexityOf(decoder, tokens, options);
    return withModel(executor, candidate, async (second) => {
      const other = decoderOf(second);
      if (!other) return undefined;
      const theirs = await perplexityOf(other, tokens, options);
      return { reference: own, candidate: theirs, count: tokens.length - 1, cached: decoder.cached };
    });
  });
}

async function withModel<T>(executor: Executor, model: Runnable, work: (model: Executable) => Promise<T>): Promise<T> {
  const executable = await executor.compile(model);
  try {
    return await work(executable);
  } finally {
    await executable.dispose();
  }
}

/** Perplexity of a text of at least two tokens. */
export async function perplexityOf(decoder: Decoder, tokens: readonly number[], options?: RunOptions): Promise<number> {
  decoder.restart();
  let sum = 0;
  for (let at = 0; at < tokens.length - 1;) {
    const count = at === 0 ? Math.min(BEGINNING, tokens.length - 1) : 1;
    const logits = await decoder.step(tokens.slice(at, at + count), options);
    const vocabulary = decoder.vocabulary!;
    for (let i = 0; i < count; i++)
      sum -= logLikelihood(logits.subarray(i * vocabulary, (i + 1) * vocabulary), tokens[at + i + 1]!);
    at += count;
  }
  return Math.exp(sum / (tokens.length - 1));
}

/** log softmax(logits)[token] in float64. */
function logLikelihood(logits: Float32Array, token: number): number {
  let max = -Infinity;
  for (const value of logits) if (value > max) max = value;
  let sum = 0;
  for (const value of logits) sum += Math.exp(value - max);
  return logits[token]! - max - Math.log(sum);
}

/** A text drawn from the model's own distribution, seeded. */
async function writtenBy(decoder: Decoder, length: number, seed: number, options: RunOptions): Promise<number[]> {
  const random = seededRandom(seed);
  decoder.restart();
  const tokens = [1];
  while (tokens.length < length) {
    const logits = await decoder.step(tokens.slice(-1), options);
    tokens.push(drawn(logits, random()));
  }
  return tokens;
}

/** The token at which the cumulated probability passes `share`. */
function drawn(logits: Float32Array, share: number): number {
  let max = -Infinity;
  for (const value of logits) if (value > max) max = value;
  const weights = Float64Array.from(logits, (value) => Math.exp(value - max));
  let left = share * weights.reduce((sum, weight) => sum + weight, 0);
  const found = weights.findIndex((weight) => (left -= weight) < 0);
  return found < 0 ? weights.length - 1 : found;
}
