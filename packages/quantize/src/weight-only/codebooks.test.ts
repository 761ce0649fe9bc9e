// Oracle: onnxruntime's quantize_matmul_bnb4 (fixtures/make_rounding.py).
import { describe, expect, it } from "vitest";
import { roundingOracle } from "../test-support/rounding-oracle.ts";
import { codebookTable, nearestCode, sortCodes } from "./codebooks.ts";
import { rtn } from "./rtn/rtn.ts";

describe("codebooks", () => {
  it.each(roundingOracle.bnb4)(
    "gives the runtime's codes and scales: $codebook",
    ({ codebook, weight, codes, scale }) => {
      const spec = { bits: 4, groupSize: 16, scheme: "symmetric", codebook } as const;
      const found = rtn().open(spec, 64, {})({ data: Float32Array.from(weight), outputs: 2, inputs: 64 });
      expect([...found.scale]).toEqual([...Float32Array.from(scale)]);
      // Both signs of zero have a code in FP4: values are compared.
      const table = codebookTable(codebook);
      expect(Array.from(found.codes, (code) => table[code]! + 0)).toEqual(codes.map((code) => table[code]! + 0));
      expect(found.zeroPoint).toBeUndefined();
    },
  );

  it.each(["nf4", "fp4"] as const)("takes the nearest value everywhere: %s", (codebook) => {
    const table = codebookTable(codebook);
    const sorted = sortCodes(table);
    for (let value = -1.2; value < 1.2; value += 0.001) {
      const least = Math.min(...Array.from(table, (entry) => Math.abs(entry - value)));
      expect(Math.abs(table[nearestCode(sorted, value)]! - value)).toBeCloseTo(least, 7);
    }
  });
});
