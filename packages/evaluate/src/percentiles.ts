// Percentiles with linear interpolation between ranks, as numpy has them by default (Hyndman & Fan 1996, type 7).

import type { Percentiles } from "@tersor/core";

/** The `q`-th percentile (0 to 100) of ascending values; NaN when there are none. */
export function percentile(ascending: ArrayLike<number>, q: number): number {
  const rank = (q / 100) * (ascending.length - 1);
  const below = ascending[Math.floor(rank)] ?? NaN;
  const above = ascending[Math.ceil(rank)] ?? NaN;
  return below + (above - below) * (rank - Math.floor(rank));
}

/** Percentiles, mean and range of measured times, in any order. */
export function percentilesOf(values: readonly number[]): Percentiles {
  const ascending = Float64Array.from(values).sort();
  return {
    p50: percentile(ascending, 50),
    p90: percentile(ascending, 90),
    p99: percentile(ascending, 99),
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    min: ascending[0] ?? NaN,
    max: ascending.at(-1) ?? NaN,
  };
}
