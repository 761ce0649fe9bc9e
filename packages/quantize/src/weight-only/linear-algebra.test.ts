// Oracle: the definitions, R R^T = A and R U = 1, at sizes around those of the blocks.
import { referenceKernels } from "@tersor/core";
import { describe, expect, it } from "vitest";
import { invertUpper, upperFactor } from "./linear-algebra.ts";

const { subtractProduct } = referenceKernels;

function positiveDefinite(n: number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    return (i === j ? 2 : 0) + Math.cos(i) * Math.cos(j) + Math.exp(-Math.abs(i - j) / 3);
  });
}

function product(a: Float64Array, b: (k: number, j: number) => number, n: number, i: number, j: number): number {
  let sum = 0;
  for (let k = 0; k < n; k++) sum += a[i * n + k]! * b(k, j);
  return sum;
}

describe("linear algebra", () => {
  it.each([1, 2, 63, 64, 65, 130, 321])("factors and inverts %i x %i", (n) => {
    const matrix = positiveDefinite(n);
    const r = upperFactor(matrix, n, subtractProduct)!;
    const u = invertUpper(r, n, subtractProduct);
    for (let sample = 0; sample < 500; sample++) {
      const [i, j] = [(sample * 7919) % n, (sample * 104729 + 3) % n];
      expect(product(r, (k, c) => r[c * n + k]!, n, i, j)).toBeCloseTo(matrix[i * n + j]!, 9);
      expect(product(r, (k, c) => u[k * n + c]!, n, i, j)).toBeCloseTo(i === j ? 1 : 0, 9);
      if (i > j) expect([r[i * n + j], u[i * n + j]]).toEqual([0, 0]);
    }
  });

  it("says when a matrix is not positive definite", () => {
    const matrix = positiveDefinite(100);
    matrix[5 * 100 + 5] = -1;
    expect(upperFactor(matrix, 100, subtractProduct)).toBeUndefined();
    expect(upperFactor(Float64Array.of(NaN), 1, subtractProduct)).toBeUndefined();
    expect(upperFactor(Float64Array.of(Infinity), 1, subtractProduct)).toBeUndefined();
  });
});
