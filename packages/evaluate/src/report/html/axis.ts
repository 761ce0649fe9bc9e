// Axes of charts: from values to places in a drawing, with ticks at round numbers.

/** A scale from numbers to coordinates. */
export interface Scale {
  /** The coordinate of a value with one decimal; values outside lie on the edge. */
  at(value: number): string;
  readonly ticks: readonly number[];
}

/** A linear scale over the finite ones of `values`, widened a little, from coordinate `start` to `end`. */
export function scaleOf(values: readonly number[], start: number, end: number, wanted = 4): Scale {
  const finite = values.filter(Number.isFinite);
  const [least, most] = finite.length === 0 ? [0, 1] : [Math.min(...finite), Math.max(...finite)];
  const room = most > least ? 0.08 * (most - least) : Math.max(Math.abs(most) * 0.05, 1e-6);
  const [low, high] = [least - room, most + room];
  const at = (value: number) => {
    const share = Math.min(1, Math.max(0, (value - low) / (high - low)));
    return (start + (Number.isFinite(share) ? share : 0) * (end - start)).toFixed(1);
  };
  return { at, ticks: ticksBetween(low, high, wanted) };
}

/** Multiples of 1, 2 or 5 times a power of ten. */
function ticksBetween(low: number, high: number, wanted: number): readonly number[] {
  const rough = (high - low) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(low / step);
  const count = Math.max(0, Math.min(10, Math.floor(high / step) - first + 1));
  return Array.from({ length: count }, (_, i) => (first + i) * step);
}
