// Random numbers from a seed, the same on every machine: mulberry32 (T. Ettinger 2017, public domain). For samples and
// tests, not for secrets.

/** Whole numbers in [0, 2^32) from a seed. */
export function seededWords(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

/** Numbers in [0, 1) with 32 random bits, from a seed. */
export function seededRandom(seed: number): () => number {
  const word = seededWords(seed);
  return () => word() / 2 ** 32;
}
