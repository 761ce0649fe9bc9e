// Oracle: the bytes that onnxruntime's quantizers write (fixtures/weight-only/make.py), whatever the padding.
import { float32, sourceOf, type GroupsSpec } from "@tersor/core";
import { describe, expect, it } from "vitest";
import { oracle, unpacked } from "../../test-support/weight-only.ts";
import { codeWeight } from "../code-weight.ts";
import { matrixOf } from "../matrix.ts";
import { codebookTable } from "../codebooks.ts";
import { rtn } from "../rtn/rtn.ts";
import { bnb4Form } from "./bnb4.ts";
import type { StoredForm } from "./form.ts";
import { blocksForm } from "./rows.ts";

const { inputs, outputs } = oracle;
const lying = sourceOf(float32([inputs, outputs], oracle.weight));
const turned = sourceOf(
  float32(
    [outputs, inputs],
    oracle.weight.map((_, i) => oracle.weight[(i % inputs) * outputs + Math.floor(i / inputs)]!),
  ),
);

function coded(inputMajor: boolean, spec: GroupsSpec, form: (matrix: ReturnType<typeof matrixOf>) => StoredForm) {
  const matrix = matrixOf(inputMajor ? lying : turned, inputMajor);
  return codeWeight({ weight: "w", matrix, spec, algorithm: rtn(), form: form(matrix) });
}

const cases = oracle.nbits.map((one) => ({ ...one, name: `${one.bits} bits, ${one.block}, ${one.symmetric}` }));

describe.each([true, false])("a weight that lies input-major (%s)", (inputMajor) => {
  it.each(cases)("is as MatMulNBits has it: $name", ({ bits, block: groupSize, symmetric, ...theirs }) => {
    const scheme = symmetric ? "full-range" : "asymmetric";
    const spec: GroupsSpec = { algorithm: "rtn", bits, groupSize, scheme, codebook: "integer" };
    const ours = coded(inputMajor, spec, (matrix) => blocksForm(matrix, spec));
    expect(realCodes(ours.codes, bits, groupSize)).toEqual(realCodes(theirs.packed, bits, groupSize));
    expect(ours.zeroPoints).toEqual(theirs.zeroPoints ?? new Uint8Array());
    expect(new Float32Array(ours.scales.buffer)).toEqual(theirs.scales);
  });
});

describe("codes of tables", () => {
  // Blocks of the oracle run on from row to row; here rows have to be whole blocks, so that 10 rows of 49 become 7 of 70.
  it.each(oracle.bnb4.map((one) => ({ ...one, name: `${one.codebook}, ${one.block}` })))(
    "lie as MatMulBnb4 wants them: $name",
    ({ codebook, block, packed, absmax }) => {
      const whole = Math.floor((inputs * outputs) / block) * block;
      const run = { source: sourceOf(float32([1, whole], runOf(whole))), outputs: 1, inputs: whole, inputMajor: false };
      const spec: GroupsSpec = { algorithm: "rtn", bits: 4, groupSize: block, scheme: "symmetric", codebook };
      const ours = codeWeight({ weight: "w", matrix: run, spec, algorithm: rtn(), form: bnb4Form(run, spec) });
      const scales = new Float32Array(ours.scales.buffer);
      const zero = (at: number): boolean => absmax[at] === 0;
      scales.forEach((scale, at) => expect(scale).toBe(zero(at) ? 1 : absmax[at]));
      // FP4 has two zeros, and its thresholds are not the middles to the bit: what counts is which value is nearer.
      const table = codebookTable(codebook);
      const error = (bytes: Uint8Array, at: number): number => {
        const code = at % 2 === 0 ? bytes[at >> 1]! >> 4 : bytes[at >> 1]! & 15;
        return Math.abs((run.source.tensor().data[at] as number) - table[code]! * absmax[Math.floor(at / block)]!);
      };
      for (let at = 0; at < whole; at++) expect(error(ours.codes, at)).toBeLessThanOrEqual(error(packed, at) + 1e-7);
    },
  );
});

/** Codes of all rows without those behind the last input, where onnxruntime leaves what it finds. */
function realCodes(packed: Uint8Array, bits: number, block: number): Uint8Array {
  const perRow = Math.ceil(inputs / block) * block;
  return unpacked(packed, bits).filter((_, i) => i % perRow < inputs);
}

/** The first elements of the turned weight, as one row. */
function runOf(count: number): Float32Array {
  return (turned.tensor().data as Float32Array).slice(0, count);
}
