// Texts that a decoder itself writes, token by token: data for a model whose weights were drawn and which has read nothing.
// What it finds likely is all that it can lose by quantization.

import { datasetOf, float32Of, int64, seededRandom, type Feeds, type Tensor } from "@tersor/core";
import { createExecutor, type Dataset } from "tersor";

export interface Texts {
  readonly seed: number;
  readonly count: number;
  /** Tokens of a text. */
  readonly length: number;
}

/** Draws texts from the probabilities that a model gives to the next token. */
export async function textsOf(model: string, { seed, count, length }: Texts): Promise<Dataset> {
  const random = seededRandom(seed);
  const executor = createExecutor();
  try {
    const executable = await executor.compile({ file: model });
    const texts = Array.from({ length: count }, () => [Math.floor(1000 * random())]);
    while (texts[0]!.length < length) {
      const { logits } = await executable.run(feedsOf(texts));
      texts.forEach((text, i) => text.push(drawn(lastRow(logits!, i), random())));
    }
    return datasetOf("texts of the model itself", () => texts.map((text) => ({ feeds: feedsOf([text]) })), count);
  } finally {
    await executor.dispose();
  }
}

function feedsOf(texts: readonly (readonly number[])[]): Feeds {
  const ids = texts.flat();
  const shape = [texts.length, texts[0]!.length];
  return {
    input_ids: int64(shape, ids),
    attention_mask: int64(
      shape,
      ids.map(() => 1),
    ),
  };
}

/** The logits [texts, tokens, vocabulary] of the token that comes after a text. */
function lastRow(logits: Tensor, text: number): Float32Array {
  const [, tokens, vocabulary] = logits.shape as readonly [number, number, number];
  const end = (text + 1) * tokens * vocabulary;
  return float32Of(logits).subarray(end - vocabulary, end);
}

/** The token at a share of the softmax, counted from the first. */
function drawn(logits: Float32Array, share: number): number {
  const highest = Math.max(...logits);
  const weights = logits.map((logit) => Math.exp(logit - highest));
  let left = share * weights.reduce((sum, weight) => sum + weight, 0);
  const token = weights.findIndex((weight) => (left -= weight) < 0);
  return token < 0 ? logits.length - 1 : token;
}
