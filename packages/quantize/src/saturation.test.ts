// Oracle: pair sums emulated one by one, as vpmaddubsw makes them.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chooseCure, measureSaturation, type PairedProduct, type Saturation } from "./saturation.ts";

/** The saturated product minus the exact one, per column and row, in real units; and how many pair sums saturated. */
function emulated({ weights, depth, weightScale, activationScale, rows }: PairedProduct): {
  share: number;
  error: number[];
} {
  const columns = weights.length / depth;
  let saturated = 0;
  let pairs = 0;
  const error = Array.from({ length: columns }, (_, c) => {
    let sum = 0;
    for (const row of rows) {
      let difference = 0;
      for (let k = 0; k + 1 < depth; k += 2) {
        const exact = row[k]! * weights[c * depth + k]! + row[k + 1]! * weights[c * depth + k + 1]!;
        const clipped = Math.max(-32768, Math.min(32767, exact));
        pairs++;
        if (clipped !== exact) saturated++;
        difference += exact - clipped;
      }
      sum += (difference * weightScale[weightScale.length === 1 ? 0 : c]! * activationScale) ** 2;
    }
    return sum;
  });
  return { share: saturated / Math.max(1, pairs), error };
}

const product: fc.Arbitrary<PairedProduct> = fc
  .record({
    depth: fc.integer({ min: 2, max: 9 }),
    columns: fc.integer({ min: 1, max: 4 }),
    count: fc.integer({ min: 1, max: 3 }),
  })
  .chain(({ depth, columns, count }) =>
    fc.record({
      weights: fc
        .array(fc.integer({ min: -127, max: 127 }), { minLength: depth * columns, maxLength: depth * columns })
        .map((values) => Int8Array.from(values)),
      depth: fc.constant(depth),
      weightScale: fc.constant(Float32Array.from({ length: columns }, (_, c) => 0.01 * (c + 1))),
      activationScale: fc.constant(0.05),
      zeroPoint: fc.constant(3),
      rows: fc.array(fc.uint8Array({ minLength: depth, maxLength: depth }), { minLength: count, maxLength: count }),
    }),
  );

describe("measureSaturation", () => {
  it("finds what saturates, and by how much", () => {
    fc.assert(
      fc.property(product, (one) => {
        const found = measureSaturation(one);
        const { share, error } = emulated(one);
        expect(found.share).toBeCloseTo(share, 9);
        error.forEach((expected, c) => expect(found.error[c]! - expected).toBeCloseTo(0, 6));
      }),
    );
  });

  it("names the worst pair sum of a column, in units of 16 bits", () => {
    const rows = [Uint8Array.of(255, 255), Uint8Array.of(10, 0)];
    const one = {
      weights: Int8Array.of(127, 127, 63, 63, -127, -127),
      depth: 2,
      weightScale: [1],
      activationScale: 1,
      zeroPoint: 0,
      rows,
    };
    const { worst, share } = measureSaturation(one);
    expect([...worst]).toEqual([64770 / 32767, 0, 64770 / 32768]);
    expect(share).toBeCloseTo(2 / 6, 9);
  });

  it("expects the noise that rounding weights and activations has", () => {
    const rows = [Uint8Array.of(13, 23)];
    const one = { weights: Int8Array.of(3, 4), depth: 2, weightScale: [0.5], activationScale: 0.1, zeroPoint: 3, rows };
    const { weightNoise, activationNoise } = measureSaturation(one);
    expect(weightNoise[0]).toBeCloseTo((0.25 / 12) * (1 + 4), 9);
    expect(activationNoise[0]).toBeCloseTo((0.01 / 12) * 25 * 0.25, 9);
  });
});

describe("chooseCure", () => {
  const found = (
    error: number[],
    weightNoise: number[],
    activationNoise: number[],
    worst = error.map(() => 1.5),
  ): Saturation => ({
    share: 0.01,
    worst: Float64Array.from(worst),
    error: Float64Array.from(error),
    weightNoise: Float64Array.from(weightNoise),
    activationNoise: Float64Array.from(activationNoise),
  });
  const all = { activations: true, perChannel: true };

  it.each<[what: string, found: Saturation, allowed: typeof all, kind: string]>([
    ["saturation is lost in the noise", found([0.01, 0], [1, 1], [1, 1]), all, "none"],
    ["one channel of many saturates", found([9, 0, 0, 0], [1, 1, 1, 1], [1, 1, 1, 1]), all, "narrow-weights"],
    ["the activation hardly adds noise", found([9, 9], [1, 1], [0.01, 0.01]), all, "7-bit-activations"],
    [
      "the activation can't change",
      found([9, 9], [0.01, 0.01], [1, 1]),
      { activations: false, perChannel: true },
      "narrow-weights",
    ],
    [
      "fewer codes would double the noise",
      found([9, 9], [1, 1], [0.01, 0.01], [2, 2]),
      { activations: false, perChannel: true },
      "unsigned-weights",
    ],
    [
      "there is one scale for all channels",
      found([9, 0], [0.1, 0.1], [1, 1]),
      { activations: true, perChannel: false },
      "narrow-weights",
    ],
  ])("%s", (_, saturation, allowed, kind) => {
    expect(chooseCure(saturation, allowed).kind).toBe(kind);
  });

  it("narrows the channels that saturate just as far as they need, never below 7 bits", () => {
    const cure = chooseCure(found([9, 0, 9], [0.1, 0.1, 0.1], [9, 9, 9], [1.2, 1, 5]), all);
    expect(cure).toEqual({
      kind: "narrow-weights",
      bounds: new Map([
        [0, 84],
        [2, 63],
      ]),
    });
  });

  it("leaves codes with which nothing saturates", () => {
    fc.assert(
      fc.property(product, (one) => {
        const cure = chooseCure(measureSaturation(one), { activations: false, perChannel: true });
        if (cure.kind !== "narrow-weights") return;
        const narrow = one.weights.map((weight, i) =>
          Math.trunc((weight * (cure.bounds.get(Math.floor(i / one.depth)) ?? 127)) / 127),
        );
        const after = emulated({ ...one, weights: narrow }).error;
        for (const channel of cure.bounds.keys()) expect(after[channel]).toBe(0);
      }),
    );
  });
});
