// Counts of word sequences.

/** How often each sequence of `n` words is in the text; keys are the words with a separator that no word has. */
export function ngramCounts(words: readonly string[], n: number): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i + n <= words.length; i++) {
    const ngram = words.slice(i, i + n).join("\n");
    counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
  }
  return counts;
}
