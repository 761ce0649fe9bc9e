// What onnxruntime's quantizers make of small weights, read from fixtures/weight-only/oracle.json.

import { readFileSync } from "node:fs";
import type { WeightRows } from "../weight-only/algorithm.ts";

interface Stored {
  readonly inputs: number;
  readonly outputs: number;
  readonly weight: string;
  readonly nbits: readonly {
    readonly bits: 2 | 4 | 8;
    readonly block: number;
    readonly symmetric: boolean;
    readonly packed: string;
    readonly scales: string;
    readonly zeroPoints?: string;
  }[];
  readonly bnb4: readonly {
    readonly codebook: "nf4" | "fp4";
    readonly block: number;
    readonly packed: string;
    readonly absmax: string;
  }[];
}

const stored = JSON.parse(
  readFileSync(new URL("../../fixtures/weight-only/oracle.json", import.meta.url), "utf8"),
) as Stored;

const bytesIn = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64"));
const floatsIn = (text: string): Float32Array => new Float32Array(bytesIn(text).buffer);

/** A weight [inputs, outputs] and its quantized forms. */
export const oracle = {
  inputs: stored.inputs,
  outputs: stored.outputs,
  weight: floatsIn(stored.weight),
  nbits: stored.nbits.map(({ packed, scales, zeroPoints, ...about }) => ({
    ...about,
    packed: bytesIn(packed),
    scales: floatsIn(scales),
    ...(zeroPoints !== undefined && { zeroPoints: bytesIn(zeroPoints) }),
  })),
  bnb4: stored.bnb4.map(({ packed, absmax, ...about }) => ({
    ...about,
    packed: bytesIn(packed),
    absmax: floatsIn(absmax),
  })),
} as const;

/** The weight as algorithms see it. */
export function rowsOf({ weight, inputs, outputs }: typeof oracle): WeightRows {
  const data = new Float32Array(weight.length);
  for (let n = 0; n < outputs; n++) for (let k = 0; k < inputs; k++) data[n * inputs + k] = weight[k * outputs + n]!;
  return { data, outputs, inputs };
}

/** Codes of `bits` bits, the first in the low bits of a byte. */
export function unpacked(packed: Uint8Array, bits: number): Uint8Array {
  const perByte = 8 / bits;
  return Uint8Array.from(
    { length: packed.length * perByte },
    (_, i) => (packed[Math.floor(i / perByte)]! >> ((i % perByte) * bits)) & (2 ** bits - 1),
  );
}

/** Codes of rows that begin at whole bytes, without what fills the last one. */
export function codesOf(packed: Uint8Array, bits: number, rows: number, perRow: number): Uint8Array {
  const codes = unpacked(packed, bits);
  const stride = codes.length / rows;
  return Uint8Array.from({ length: rows * perRow }, (_, i) => codes[Math.floor(i / perRow) * stride + (i % perRow)]!);
}
