// What the suites draw from seeded random numbers: every run tries the same cases.

/** A source of numbers in [0, 1). */
export type Random = () => number;

/** A number of the standard normal distribution (Box and Muller 1958). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export function integerBelow(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}

export function pick<T>(random: Random, choices: readonly [T, ...(readonly T[])]): T {
  return choices[integerBelow(random, choices.length)] ?? choices[0];
}
