// Oracle: the functions behind onnxruntime's MatMulNBitsQuantizer, by fixtures/weight-only/make.py; and the definitions.
import { describe, expect, it } from "vitest";
import { codesOf, oracle, rowsOf, unpacked } from "../../test-support/weight-only.ts";
import type { GroupSpec } from "../algorithm.ts";
import { rtn } from "./rtn.ts";

const rows = rowsOf(oracle);
const { inputs, outputs } = oracle;
const spec = (says: Partial<GroupSpec>): GroupSpec => ({
  bits: 4,
  groupSize: 32,
  scheme: "asymmetric",
  codebook: "integer",
  ...says,
});
const round = (says: Partial<GroupSpec>, options = {}, from = rows) =>
  rtn(options).open(spec(says), from.inputs, {})(from);

/** Columns as rows. */
function turned<T extends Uint8Array | Float32Array>(data: T, height: number, width: number): T {
  const out = data.slice() as T;
  for (let r = 0; r < height; r++) for (let c = 0; c < width; c++) out[c * height + r] = data[r * width + c]!;
  return out;
}

describe("round to nearest", () => {
  it.each(oracle.nbits.map((one) => [`${one.bits} bits, blocks of ${one.block}, symmetric ${one.symmetric}`, one]))(
    "equals onnxruntime's quantizer: %s",
    (_, one) => {
      if (typeof one === "string") return expect.fail();
      const { bits, block: groupSize, symmetric } = one;
      const made = round({ bits, groupSize, scheme: symmetric ? "full-range" : "asymmetric" });
      const blocks = Math.ceil(inputs / groupSize);
      expect(made.scale).toEqual(one.scales);
      const codes = unpacked(one.packed, bits);
      for (let n = 0; n < outputs; n++)
        expect(made.codes.subarray(n * inputs, (n + 1) * inputs)).toEqual(
          codes.subarray(n * blocks * groupSize, n * blocks * groupSize + inputs),
        );
      if (one.zeroPoints) expect(made.zeroPoint).toEqual(codesOf(one.zeroPoints, bits, outputs, blocks));
      else expect(new Set(made.zeroPoint)).toEqual(new Set([2 ** (bits - 1)]));
    },
  );

  it.each([2, 4, 8] as const)("rounds a weight of %i bits as it lies as it does turned", (bits) => {
    for (const scheme of ["asymmetric", "symmetric", "full-range"] as const) {
      for (const groupSize of [16, 19, 32, 70]) {
        const says = spec({ bits, scheme, groupSize });
        const straight = rtn().open(says, inputs, {})(rows);
        const lying = rtn().openTurned!(says)!({ data: oracle.weight, inputs, outputs });
        expect(turned(lying.codes, inputs, outputs)).toEqual(straight.codes);
        expect(turned(lying.scale, lying.scale.length / outputs, outputs)).toEqual(straight.scale);
        expect(turned(lying.zeroPoint!, lying.scale.length / outputs, outputs)).toEqual(straight.zeroPoint);
      }
    }
  });

  it("symmetric: the largest magnitude has the last code on either side", () => {
    const panel = { data: Float32Array.of(-7, 3.4, 0, 7, -2, 1, 0.5, -1), outputs: 2, inputs: 4 };
    const { codes, scale, zeroPoint } = round({ scheme: "symmetric", groupSize: 4 }, {}, panel);
    expect(scale).toEqual(Float32Array.of(1, 2 / 7));
    expect(zeroPoint).toEqual(Uint8Array.of(8, 8));
    expect(codes).toEqual(Uint8Array.of(1, 11, 8, 15, 1, 12, 10, 5)); // -2, 1, 0.5 and -1 are -7, 3.5, 1.75 and -3.5
  });

  it("takes the last group as short as it is, down to one element", () => {
    const panel = { data: Float32Array.of(2, -1, 0.5, 8), outputs: 1, inputs: 4 };
    const { codes, scale, zeroPoint } = round({ groupSize: 3 }, {}, panel);
    expect(scale).toEqual(Float32Array.of(0.2, 8 / 15));
    expect(zeroPoint).toEqual(Uint8Array.of(5, 0));
    expect(codes).toEqual(Uint8Array.of(15, 0, 8, 15));
  });

  it.each([[NaN], [Infinity], [-Infinity]])("shows %s in the scale", (bad) => {
    for (const at of [0, 1, 2]) {
      const data = Float32Array.of(1, 2, 3).fill(bad, at, at + 1);
      for (const scheme of ["asymmetric", "symmetric", "full-range"] as const)
        expect(Number.isFinite(round({ scheme }, {}, { data, outputs: 1, inputs: 3 }).scale[0])).toBe(false);
    }
  });
});

describe("clip search", () => {
  const error = ({ codes, scale, zeroPoint }: ReturnType<typeof round>, groupSize: number): number[] => {
    const groups = Math.ceil(inputs / groupSize);
    const sums = Array<number>(outputs * groups).fill(0);
    codes.forEach((code, i) => {
      const group = Math.floor(i / inputs) * groups + Math.floor((i % inputs) / groupSize);
      sums[group]! += (rows.data[i]! - (code - zeroPoint![group]!) * scale[group]!) ** 2;
    });
    return sums;
  };

  it.each(["asymmetric", "symmetric", "full-range"] as const)("%s: has no group worse and most better", (scheme) => {
    const plain = error(round({ scheme, groupSize: 16 }), 16);
    const searched = error(round({ scheme, groupSize: 16 }, { clipSearch: true }), 16);
    expect(searched.every((sum, i) => sum <= plain[i]! * (1 + 1e-6))).toBe(true);
    expect(searched.filter((sum, i) => sum < plain[i]! * 0.999).length).toBeGreaterThan(plain.length / 2);
  });
});
