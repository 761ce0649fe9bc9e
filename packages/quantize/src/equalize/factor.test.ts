import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { beforeReshape, beforeTranspose, expanded, factorAlong, innerAxes, paddedShape, reciprocal } from "./factor.ts";

const values = Float32Array.of(1, 2, 3, 4, 5, 6);

describe("factors", () => {
  it("know the axis that they vary on", () => {
    expect(innerAxes(factorAlong(values, 2))).toBe(2);
    expect(innerAxes({ shape: [2, 1, 3], values })).toBeUndefined();
    expect(innerAxes({ shape: [1, 1], values: Float32Array.of(2) })).toBe(1);
    expect([...reciprocal(factorAlong(Float32Array.of(2, 4))).values]).toEqual([0.5, 0.25]);
  });

  it("are written out as NumPy broadcasts", () => {
    expect([...expanded({ shape: [2, 1], values: Float32Array.of(1, 2) }, [2, 3])]).toEqual([1, 1, 1, 2, 2, 2]);
    expect([...expanded({ shape: [3], values: Float32Array.of(1, 2, 3) }, [2, 3])]).toEqual([1, 2, 3, 1, 2, 3]);
    expect(paddedShape([3, 1], 4)).toEqual([1, 1, 3, 1]);
    expect(paddedShape([3, 1], 1)).toBeUndefined();
  });

  it("go back through the transpose that splits heads, and not through one that reorders what varies", () => {
    const heads = { shape: [2, 1, 3], values };
    expect(beforeTranspose(heads, [0, 2, 1, 3])).toEqual({ shape: [1, 1, 2, 3], values });
    expect(beforeTranspose({ shape: [2, 3], values }, [1, 0])).toBeUndefined();
    expect(beforeTranspose({ shape: [2, 3, 1], values }, [1, 0])).toBeUndefined();
  });

  it("go back through reshapes that keep the block together", () => {
    expect(beforeReshape(factorAlong(values), ["n", 5, 2, 3], ["n", 5, 6])).toEqual({ shape: [2, 3], values });
    const across = beforeReshape({ shape: [2, 1, 3], values }, ["n", 4, 6], ["n", 2, 4, 3])!;
    expect(expanded(across, [4, 6])).toEqual(expanded({ shape: [2, 1, 3], values }, [2, 4, 3]));
    expect(beforeReshape(factorAlong(values), ["n", 6, 1, 1], ["n", 6])).toEqual(factorAlong(values, 2));
    expect(beforeReshape(factorAlong(values), ["n", "m"], ["n", 6])).toBeUndefined();
  });

  it("that are the same along an axis need no size there", () => {
    const spread = Float32Array.of(1, 1, 2, 2, 3, 3);
    expect(beforeReshape(factorAlong(spread), ["n", 3, 2], ["n", 6])).toEqual({
      shape: [3, 1],
      values: Float32Array.of(1, 2, 3),
    });
  });

  it("divide a reshaped value as its source", () => {
    const dims = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(dims, (block) => {
        const count = block.reduce((a, b) => a * b, 1);
        const factor = factorAlong(Float32Array.from({ length: count }, (_, i) => 1 + (i % 3)));
        const before = beforeReshape(factor, ["n", ...block], ["n", count])!;
        expect([...expanded(before, block)]).toEqual([...factor.values]);
      }),
    );
  });
});
