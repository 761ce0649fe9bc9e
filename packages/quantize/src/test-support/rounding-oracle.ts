// Stored answers for weight-only algorithms (fixtures/make_rounding.py).

import { readFileSync } from "node:fs";
import type { GroupSpec } from "../weight-only/algorithm.ts";

/** Codes of a weight as another implementation found them. */
export interface StoredCodes {
  readonly weight: readonly number[];
  readonly codes: readonly number[];
  readonly scale: readonly number[];
}

interface RoundingOracle {
  readonly gptq: readonly (StoredCodes &
    Pick<GroupSpec, "bits" | "groupSize" | "scheme"> & {
      readonly inputs: number;
      readonly actOrder: boolean;
      readonly rows: number;
      readonly moment?: readonly number[];
      readonly zeroPoint: readonly number[];
    })[];
  readonly hqq: readonly { readonly group: readonly number[]; readonly scale: number; readonly zero: number }[];
  readonly bnb4: readonly (StoredCodes & { readonly codebook: "nf4" | "fp4" })[];
  readonly kQuant: readonly (StoredCodes & Pick<GroupSpec, "bits"> & { readonly zeroPoint: readonly number[] })[];
  readonly awq: {
    readonly inputs: number;
    readonly groupSize: number;
    readonly x: readonly number[];
    readonly weight: readonly number[];
    readonly ratio: number;
    readonly factors: readonly number[];
    readonly clippedScale: readonly number[];
  };
}

export const roundingOracle = JSON.parse(
  readFileSync(new URL("../../fixtures/rounding.json", import.meta.url), "utf8"),
) as RoundingOracle;

/** The sum of (w - dequantized)^T H (w - dequantized) over the rows of a panel. */
export function outputError(exact: Float32Array, found: Float32Array, moment: Float64Array): number {
  const n = Math.sqrt(moment.length);
  let sum = 0;
  for (let row = 0; row < exact.length; row += n) {
    for (let i = 0; i < n; i++) {
      let product = 0;
      for (let j = 0; j < n; j++) product += moment[i * n + j]! * (exact[row + j]! - found[row + j]!);
      sum += product * (exact[row + i]! - found[row + i]!);
    }
  }
  return sum;
}

/** X^T X of `rows` rows of inputs that depend on each other and differ in power. */
export function correlatedMoment(random: () => number, inputs: number, rows: number): Float64Array {
  const moment = new Float64Array(inputs * inputs);
  const x = new Float64Array(inputs);
  for (let row = 0; row < rows; row++) {
    let shared = 0;
    for (let i = 0; i < inputs; i++) {
      shared = 0.7 * shared + random() - 0.5;
      x[i] = shared * (1 + (i % 5));
    }
    for (let i = 0; i < inputs; i++) for (let j = 0; j < inputs; j++) moment[i * inputs + j]! += x[i]! * x[j]!;
  }
  return moment;
}
