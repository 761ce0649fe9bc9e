// Tables of 16 values in [-1, 1] that 4-bit codes can stand for, in the order of the runtime's codes (MatMulBnb4 of
// com.microsoft). NF4: quantiles of a normal distribution (Dettmers et al. 2023, QLoRA, appendix E). FP4: sign, two bits
// of exponent, one of fraction over its largest value 12, with bitsandbytes' own smallest value of 1/16.

import type { Codebook } from "./algorithm.ts";

const NF4 = [
  -1, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635, -0.18477343022823334,
  -0.09105003625154495, 0, 0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224,
  0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1,
];

const FP4_MAGNITUDES = [0, 0.0625, 8, 12, 4, 6, 2, 3].map((value) => Math.fround(value / 12));

const TABLES: Readonly<Record<Exclude<Codebook, "integer">, Float32Array>> = {
  nf4: Float32Array.from(NF4),
  fp4: Float32Array.from([...FP4_MAGNITUDES, ...FP4_MAGNITUDES.map((value) => -value)]),
};

/** The 16 values of a codebook, indexed by code; their largest magnitude is 1. */
export function codebookTable(codebook: Exclude<Codebook, "integer">): Float32Array {
  return TABLES[codebook];
}

/** Codes of a table in ascending order of their values, and the midpoints between neighbours. */
export interface SortedCodes {
  readonly codes: Uint8Array;
  readonly midpoints: Float32Array;
}

/** Sorts the codes of a table by value; of codes with equal values the first stays. */
export function sortCodes(table: Float32Array): SortedCodes {
  const codes = Array.from(table.keys())
    .filter((code) => table.indexOf(table[code]!) === code)
    .sort((a, b) => table[a]! - table[b]!);
  const midpoints = codes.slice(1).map((code, i) => (table[code]! + table[codes[i]!]!) / 2);
  return { codes: Uint8Array.from(codes), midpoints: Float32Array.from(midpoints) };
}

/** The code whose value is nearest to `value` (in units of the scale); a tie goes to the lower value. */
export function nearestCode({ codes, midpoints }: SortedCodes, value: number): number {
  let low = 0;
  let high = midpoints.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value > midpoints[middle]!) low = middle + 1;
    else high = middle;
  }
  return codes[low]!;
}
