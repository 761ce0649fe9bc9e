// Oracle: HQQ's proximal solver as published, in numpy (fixtures/make_rounding.py).
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { roundingOracle } from "../test-support/rounding-oracle.ts";
import type { GroupSpec } from "./algorithm.ts";
import { decode, gridOf } from "./grid.ts";
import { hqq, realZeroPoint } from "./hqq.ts";

const schemes = ["asymmetric", "symmetric", "full-range"] as const;

function squares(exact: Float32Array, found: Float32Array): number {
  return exact.reduce((sum, value, i) => sum + (value - found[i]!) ** 2, 0);
}

describe("HQQ", () => {
  it("finds the zero point that the published solver finds", () => {
    const settings = { norm: 0.7, beta: 10, kappa: 1.01, iterations: 20 };
    for (const { group, scale, zero } of roundingOracle.hqq)
      expect(realZeroPoint(15, Float32Array.from(group), scale, settings)).toBeCloseTo(zero, 5);
  });

  it("errs less than the covering grids, in sum by a twentieth", () => {
    const weights = roundingOracle.kQuant.flatMap(({ weight }) => weight);
    const data = Float32Array.from(weights);
    const spec: GroupSpec = { bits: 4, groupSize: 32, scheme: "asymmetric", codebook: "integer" };
    const panel = { data, outputs: data.length / 32, inputs: 32 };
    const ours = squares(data, decode(spec, hqq().open(spec, 32, {})(panel), 32));
    const grid = gridOf(spec);
    const covering = data.map((value, i) => {
      const parameters = grid.cover(data, i - (i % 32), i - (i % 32) + 32);
      return grid.value(grid.code(value, parameters), parameters);
    });
    expect(ours).toBeLessThan(0.95 * squares(data, covering));
  });

  it("never errs more than the covering grid, and keeps codes in range, whatever the weights", () => {
    const value = fc.oneof(
      fc.float({ min: Math.fround(-1e38), max: Math.fround(1e38), noNaN: true }),
      fc.float({ min: -1, max: 1, noNaN: true }),
      fc.constantFrom(0, 2, 1e38, -1e38),
    );
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 7, maxLength: 7 }),
        fc.constantFrom(...schemes),
        fc.constantFrom(2, 4, 8),
        (weights, scheme, bits) => {
          const spec: GroupSpec = { bits, groupSize: 4, scheme, codebook: "integer" };
          const data = Float32Array.from(weights);
          const found = hqq().open(spec, 7, {})({ data, outputs: 1, inputs: 7 });
          expect(found.scale).toHaveLength(2);
          expect(Math.max(...found.codes, ...found.zeroPoint!)).toBeLessThan(2 ** bits);
          const grid = gridOf(spec);
          for (const [start, end] of [
            [0, 4],
            [4, 7],
          ] as const) {
            const group = data.subarray(start, end);
            const parameters = grid.cover(group, 0, group.length);
            const covered = group.map((x) => grid.value(grid.code(x, parameters), parameters));
            const ours = decode({ ...spec, groupSize: 7 }, rowOf(found, start, end), end - start);
            // Errors are weighed in doubles, and seen here in float32.
            const rounding = 1e-12 * squares(group, new Float32Array(group.length));
            expect(squares(group, ours)).toBeLessThanOrEqual(squares(group, covered) + rounding);
          }
        },
      ),
    );
  });
});

/** One group of a row by itself. */
function rowOf(
  { codes, scale, zeroPoint }: ReturnType<ReturnType<ReturnType<typeof hqq>["open"]>>,
  start: number,
  end: number,
) {
  const group = start / 4;
  return {
    codes: codes.subarray(start, end),
    scale: scale.subarray(group, group + 1),
    zeroPoint: zeroPoint!.subarray(group, group + 1),
  };
}
