// Oracles: GPTQ written from the paper in numpy (fixtures/make_rounding.py); all codes of tiny weights.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { correlatedMoment, outputError, roundingOracle } from "../test-support/rounding-oracle.ts";
import type { GroupSpec } from "./algorithm.ts";
import { gptq } from "./gptq.ts";
import { decode, gridOf } from "./grid.ts";
import { rtn } from "./rtn/rtn.ts";

const int4: GroupSpec = { bits: 4, groupSize: 16, scheme: "asymmetric", codebook: "integer" };

/** Numbers in [0, 1): the same on every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

function weightsOf(random: () => number, outputs: number, inputs: number): Float32Array {
  return Float32Array.from({ length: outputs * inputs }, () => random() + random() + random() - 1.5);
}

/** The banded matrix of the stored cases that do not bring theirs. */
function banded(n: number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    return i === j ? 2 + (i % 7) : Math.abs(i - j) === 1 ? 0.9 : 0;
  });
}

describe("GPTQ", () => {
  it.each(roundingOracle.gptq)(
    "gives the paper's codes: $inputs inputs in groups of $groupSize, $bits bits, $scheme, by activation: $actOrder",
    ({ inputs, groupSize, bits, scheme, actOrder, rows, weight, moment, codes, scale, zeroPoint }) => {
      const spec: GroupSpec = { bits, groupSize, scheme, codebook: "integer" };
      const secondMoment = moment ? Float64Array.from(moment) : banded(inputs);
      for (const blockSize of [128, 20]) {
        const algorithm = gptq({ actOrder, fitGrids: false, damping: 0.01, blockSize });
        const round = algorithm.open(spec, inputs, { secondMoment, rows });
        const found = round({ data: Float32Array.from(weight), outputs: weight.length / inputs, inputs });
        expect([...found.codes]).toEqual(codes);
        expect([...found.zeroPoint!]).toEqual(zeroPoint);
        found.scale.forEach((value, i) => {
          expect(value / scale[i]!).toBeCloseTo(1, 6);
        });
      }
    },
  );

  it("rounds rows the same whatever panels they come in", () => {
    const random = seeded(5);
    const [outputs, inputs] = [70, 48];
    const data = weightsOf(random, outputs, inputs);
    const round = gptq().open(int4, inputs, { secondMoment: correlatedMoment(random, inputs, 300), rows: 300 });
    const whole = round({ data, outputs, inputs }).codes;
    const parts = [0, 1, 66].map((first, i, all) => {
      const last = all[i + 1] ?? outputs;
      return [...round({ data: data.subarray(first * inputs, last * inputs), outputs: last - first, inputs }).codes];
    });
    expect(parts.flat()).toEqual([...whole]);
  });

  it("errs less than rounding to nearest, and little more than the best of all codes", () => {
    const random = seeded(11);
    const [inputs, rows] = [6, 50];
    const spec: GroupSpec = { ...int4, bits: 2, groupSize: inputs };
    const grid = gridOf(spec);
    const sums = { nearest: 0, ours: 0, best: 0 };
    for (let trial = 0; trial < 20; trial++) {
      const data = weightsOf(random, 1, inputs);
      const secondMoment = correlatedMoment(random, inputs, rows);
      const error = (codes: ArrayLike<number>): number => {
        const parameters = grid.cover(data, 0, inputs);
        return outputError(
          data,
          Float32Array.from(codes, (code) => grid.value(code, parameters)),
          secondMoment,
        );
      };
      const panel = { data, outputs: 1, inputs };
      const ours = gptq({ fitGrids: false, damping: 0.001 }).open(spec, inputs, { secondMoment, rows })(panel).codes;
      const all = Array.from({ length: 4 ** inputs }, (_, i) =>
        Array.from({ length: inputs }, (_, k) => Math.floor(i / 4 ** k) % 4),
      );
      const nearest = Array.from(data, (value) => grid.code(value, grid.cover(data, 0, inputs)));
      sums.best += Math.min(...all.map(error));
      sums.ours += error(ours);
      sums.nearest += error(nearest);
      expect(error(ours)).toBeGreaterThanOrEqual(Math.min(...all.map(error)));
    }
    expect(sums.ours).toBeLessThan(0.75 * sums.nearest);
    expect(sums.ours).toBeLessThan(1.6 * sums.best);
  });

  it.each([2, 4, 8] as const)("errs less than rounding to nearest on correlated inputs, %i bits", (bits) => {
    const random = seeded(bits);
    const [outputs, inputs, rows] = [32, 80, 600];
    const data = weightsOf(random, outputs, inputs);
    const secondMoment = correlatedMoment(random, inputs, rows);
    for (const scheme of ["asymmetric", "symmetric", "full-range"] as const) {
      const spec: GroupSpec = { ...int4, bits, scheme, groupSize: 32 };
      const errorOf = (codes: Parameters<typeof decode>[1]): number =>
        outputError(data, decode(spec, codes, inputs), secondMoment);
      const nearest = errorOf(rtn().open(spec, inputs, {})({ data, outputs, inputs }));
      for (const actOrder of [true, false]) {
        const round = gptq({ actOrder }).open(spec, inputs, { secondMoment, rows });
        expect(errorOf(round({ data, outputs, inputs })), `${scheme}`).toBeLessThan(0.6 * nearest);
      }
    }
  });

  it("rounds a column that calibration never excited to nearest, and lets no other make up for it", () => {
    const random = seeded(3);
    const [inputs, rows] = [16, 100];
    const secondMoment = correlatedMoment(random, inputs, rows);
    for (let i = 0; i < inputs; i++) secondMoment[5 * inputs + i] = secondMoment[i * inputs + 5] = 0;
    const data = weightsOf(random, 1, inputs);
    const round = gptq({ fitGrids: false }).open(int4, inputs, { secondMoment, rows });
    const [codes, grid] = [round({ data, outputs: 1, inputs }).codes, gridOf(int4)];
    expect(codes[5]).toBe(grid.code(data[5]!, grid.cover(data, 0, inputs)));
  });

  it("refuses moments that are missing, of another size, not finite or not those of anything", () => {
    const open = (secondMoment?: Float64Array) => () =>
      gptq().open(int4, 4, { ...(secondMoment && { secondMoment }), rows: 3 });
    expect(open()).toThrow(expect.objectContaining({ code: "QUANTIZE_SECOND_MOMENTS_MISSING" }));
    const unusable = expect.objectContaining({ code: "QUANTIZE_SECOND_MOMENTS_UNUSABLE" }) as Error;
    expect(open(new Float64Array(9))).toThrow(unusable);
    expect(open(new Float64Array(16).fill(NaN))).toThrow(unusable);
    expect(open(new Float64Array(16).fill(-1))).toThrow(unusable);
    // As many rows as there were: all alike.
    expect(open(new Float64Array(16).fill(1))).not.toThrow();
  });

  it("has codes in range and finite scales whatever the weights", () => {
    const value = fc.oneof(
      fc.float({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom(0, 1, -1, 3.4e38, -3.4e38, 1e-45),
    );
    const moment = correlatedMoment(seeded(9), 10, 40);
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 10, maxLength: 10 }),
        fc.constantFrom("asymmetric", "symmetric", "full-range"),
        fc.constantFrom(2, 4, 8),
        fc.boolean(),
        (weights, scheme, bits, actOrder) => {
          const spec: GroupSpec = { bits, groupSize: 4, scheme, codebook: "integer" };
          const round = gptq({ actOrder }).open(spec, 10, { secondMoment: moment, rows: 40 });
          const { codes, scale } = round({ data: Float32Array.from(weights), outputs: 1, inputs: 10 });
          expect(Math.max(...codes)).toBeLessThan(2 ** bits);
          expect(scale).toHaveLength(3);
          expect(scale.every((step) => Number.isFinite(step) && step !== 0)).toBe(true);
        },
      ),
    );
  });
});
