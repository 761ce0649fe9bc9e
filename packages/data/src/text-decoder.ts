// Texts of the tokens that a model wrote.

import { loadTokenizer } from "./tokenizer.ts";

/**
 * The function that makes texts of token ids, without special tokens, from a tokenizer.json or its folder.
 * @throws DATA_NOT_FOUND, DATA_TOKENIZER
 */
export function textDecoder(path: string): (ids: readonly number[]) => string {
  return loadTokenizer(path).decode;
}
