// How far one tensor is from another.

import { numbersOf, type Tensor } from "@tersor/core";

/** The largest difference over the largest value: 0 where both agree, infinite where their shapes do not. */
export function relativeDifference(found: Tensor | undefined, expected: Tensor): number {
  if (found === undefined || found.shape.join() !== expected.shape.join()) return Infinity;
  const [a, b] = [numbersOf(found), numbersOf(expected)];
  let [difference, size] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    const [x, y] = [a[i]!, b[i]!];
    if (x === y || (Number.isNaN(x) && Number.isNaN(y))) continue;
    // Infinite and NaN values have to be where they are.
    if (!Number.isFinite(x) || !Number.isFinite(y)) return Infinity;
    difference = Math.max(difference, Math.abs(x - y));
  }
  for (let i = 0; i < b.length; i++) if (Number.isFinite(b[i]!)) size = Math.max(size, Math.abs(b[i]!));
  return difference === 0 ? 0 : difference / Math.max(size, Number.MIN_VALUE);
}
