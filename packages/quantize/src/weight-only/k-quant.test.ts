// Oracle: onnxruntime's own k_quant (fixtures/make_rounding.py), by the error that both minimise.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { roundingOracle } from "../test-support/rounding-oracle.ts";
import type { GroupSpec } from "./algorithm.ts";
import { decode, gridOf } from "./grid.ts";
import { kQuant } from "./k-quant.ts";
import { weightedError } from "./least-squares.ts";

/** The squared error weighted by the root mean square of the group and the magnitude of the weight. */
function weighted(exact: Float32Array, found: ArrayLike<number>): number {
  const root = Math.sqrt(exact.reduce((sum, value) => sum + value * value, 0) / exact.length);
  return exact.reduce((sum, value, i) => sum + (root + Math.abs(value)) * (value - found[i]!) ** 2, 0);
}

describe("k-quant", () => {
  it.each(roundingOracle.kQuant)("errs less than onnxruntime's at $bits bits", ({ bits, weight, ...stored }) => {
    const spec: GroupSpec = { bits, groupSize: 32, scheme: "asymmetric", codebook: "integer" };
    const data = Float32Array.from(weight);
    const rows = data.length / 32;
    const ours = decode(spec, kQuant.open(spec, 32, {})({ data, outputs: rows, inputs: 32 }), 32);
    let [sumOfOurs, sumOfTheirs] = [0, 0];
    for (let row = 0; row < rows; row++) {
      const group = data.subarray(row * 32, row * 32 + 32);
      const theirs = Array.from(group, (_, i) => {
        return (stored.codes[row * 32 + i]! - stored.zeroPoint[row]!) * stored.scale[row]!;
      });
      const [own, other] = [weighted(group, ours.subarray(row * 32, row * 32 + 32)), weighted(group, theirs)];
      expect(own, `group ${row}`).toBeLessThan(1.15 * other);
      sumOfOurs += own;
      sumOfTheirs += other;
    }
    expect(sumOfOurs).toBeLessThan(0.98 * sumOfTheirs);
  });

  it("spends its precision on the inputs that have power", () => {
    const spec: GroupSpec = { bits: 2, groupSize: 8, scheme: "asymmetric", codebook: "integer" };
    const data = Float32Array.of(0.9, -0.31, 0.12, 0.45, -0.77, 0.2, 0.63, -0.05);
    const power = [100, 1, 1, 100, 1, 1, 100, 1];
    const secondMoment = new Float64Array(64);
    power.forEach((value, i) => (secondMoment[i * 9] = value));
    const error = (found: Float32Array): number =>
      found.reduce((sum, x, i) => sum + power[i]! * (x - data[i]!) ** 2, 0);
    const panel = { data, outputs: 1, inputs: 8 };
    const informed = decode(spec, kQuant.open(spec, 8, { secondMoment, rows: 1 })(panel), 8);
    const blind = decode(spec, kQuant.open(spec, 8, {})(panel), 8);
    expect(error(informed)).toBeLessThan(0.9 * error(blind));
  });

  it("never errs more than the covering grid, and keeps codes in range, whatever the weights", () => {
    const value = fc.oneof(
      fc.float({ noNaN: true, noDefaultInfinity: true }),
      fc.float({ min: -1, max: 1, noNaN: true }),
      fc.constantFrom(0, 2, 3.4e38, -3.4e38, 1e-45),
    );
    const specs: fc.Arbitrary<GroupSpec> = fc.record({
      bits: fc.constantFrom(2, 4, 8),
      groupSize: fc.constant(5),
      scheme: fc.constantFrom("asymmetric", "symmetric", "full-range"),
      codebook: fc.constant("integer"),
    });
    const table = fc.constantFrom<GroupSpec["codebook"]>("nf4", "fp4").map((codebook): GroupSpec => {
      return { bits: 4, groupSize: 5, scheme: "symmetric", codebook };
    });
    fc.assert(
      fc.property(fc.array(value, { minLength: 5, maxLength: 5 }), fc.oneof(specs, table), (weights, spec) => {
        const data = Float32Array.from(weights);
        const found = kQuant.open(spec, 5, {})({ data, outputs: 1, inputs: 5 });
        expect(Math.max(...found.codes)).toBeLessThan(2 ** spec.bits);
        expect(Number.isFinite(found.scale[0]) && found.scale[0] !== 0).toBe(true);
        const grid = gridOf(spec);
        const root = Math.sqrt(data.reduce((sum, x) => sum + x * x, 0) / 5);
        const group = {
          values: data,
          start: 0,
          end: 5,
          importance: Float64Array.from(data, (x) => root + Math.abs(x)),
        };
        const parameters = { scale: found.scale[0]!, zeroPoint: found.zeroPoint?.[0] ?? 0 };
        const covering = weightedError(grid, group, grid.cover(data, 0, 5));
        expect(weightedError(grid, group, parameters)).toBeLessThanOrEqual(covering);
      }),
    );
  });
});
