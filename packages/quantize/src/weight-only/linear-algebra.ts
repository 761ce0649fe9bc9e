// Dense linear algebra of GPTQ in float64: factors of symmetric positive definite matrices, blocked so that nearly all
// of the work is the kernel `subtractProduct`. Matrices are row-major, n x n.

import type { Kernels, MatrixBlock } from "@tersor/core";

type SubtractProduct = Kernels["subtractProduct"];

/** Columns handled at a time. */
const BLOCK = 64;

/** Columns of the inverse that are computed together. */
const STRIP = 256;

/**
 * The upper triangular R with A = R R^T, from the upper triangle of a positive definite A: Cholesky's factorisation
 * begun at the last column. Undefined when A is not positive definite to working precision.
 */
export function upperFactor(
  matrix: Float64Array,
  n: number,
  subtractProduct: SubtractProduct,
): Float64Array | undefined {
  const r = matrix.slice();
  for (let end = n; end > 0;) {
    const begin = Math.max(0, end - BLOCK);
    if (!factorColumns(r, n, begin, end)) return undefined;
    subtractOuterProduct(r, n, begin, end, subtractProduct);
    end = begin;
  }
  for (let i = 1; i < n; i++) r.fill(0, i * n, i * n + i);
  return r;
}

/** The columns from `begin` to `end` of R, for all rows above and among them; columns to the right are already taken off. */
function factorColumns(r: Float64Array, n: number, begin: number, end: number): boolean {
  for (let j = end - 1; j >= begin; j--) {
    const pivot = r[j * n + j]! - dot(r, j * n, j * n, j + 1, end);
    if (!(pivot > 0) || pivot === Infinity) return false;
    const root = Math.sqrt(pivot);
    r[j * n + j] = root;
    for (let i = 0; i < j; i++) {
      r[i * n + j] = (r[i * n + j]! - dot(r, i * n, j * n, j + 1, end)) / root;
    }
  }
  return true;
}

function dot(r: Float64Array, a: number, b: number, from: number, to: number): number {
  let sum = 0;
  for (let k = from; k < to; k++) sum += r[a + k]! * r[b + k]!;
  return sum;
}

/** Takes the outer product of the finished columns off the triangle left of them, a band of rows at a time. */
function subtractOuterProduct(
  r: Float64Array,
  n: number,
  begin: number,
  end: number,
  subtractProduct: SubtractProduct,
): void {
  const width = end - begin;
  const turned = new Float64Array(width * begin);
  for (let i = 0; i < begin; i++) for (let k = 0; k < width; k++) turned[k * begin + i] = r[i * n + begin + k]!;
  for (let top = 0; top < begin; top += BLOCK) {
    const rows = Math.min(BLOCK, begin - top);
    subtractProduct(block(r, n, top, top, rows, begin - top), block(r, n, top, begin, rows, width), {
      data: turned,
      start: top,
      stride: begin,
      rows: width,
      columns: begin - top,
    });
  }
}

/** The inverse of an upper triangular matrix, upper triangular too. */
export function invertUpper(r: Float64Array, n: number, subtractProduct: SubtractProduct): Float64Array {
  const inverse = new Float64Array(n * n);
  for (let end = n; end > 0;) {
    const begin = Math.max(0, end - BLOCK);
    const rows = end - begin;
    for (let i = begin; i < end; i++) inverse[i * n + i] = 1;
    for (let left = end; left < n; left += STRIP) {
      // Below row `right` the inverse has only zeros in these columns.
      const right = Math.min(n, left + STRIP);
      subtractProduct(
        block(inverse, n, begin, left, rows, right - left),
        block(r, n, begin, end, rows, right - end),
        block(inverse, n, end, left, right - end, right - left),
      );
    }
    for (let i = end - 1; i >= begin; i--) substituteRow(r, inverse, n, i, end);
    end = begin;
  }
  return inverse;
}

/** Row i of the inverse, given the rows from i + 1 to `end` and what those from `end` on contribute. */
function substituteRow(r: Float64Array, inverse: Float64Array, n: number, i: number, end: number): void {
  for (let k = i + 1; k < end; k++) {
    const factor = r[i * n + k]!;
    for (let j = k; j < n; j++) inverse[i * n + j]! -= factor * inverse[k * n + j]!;
  }
  const diagonal = r[i * n + i]!;
  for (let j = i; j < n; j++) inverse[i * n + j]! /= diagonal;
}

/** The block of an n x n matrix that begins at (row, column). */
function block(data: Float64Array, n: number, row: number, column: number, rows: number, columns: number): MatrixBlock {
  return { data, start: row * n + column, stride: n, rows, columns };
}
