// From the observers' wide histograms to ones that can be pictured: cut to the part that holds values or codes, at most
// 128 bins, with the range that was chosen and what it clips.

import type { ActivationPlan, DataType, Summary, TensorHistogram } from "@tersor/core";

type Histogram = Extract<Summary, { readonly kind: "histogram" }>;

/** Bins that observers of a diagnosis count in. */
export const observedBins = 2048;
const MOST_BINS = 128;

/** What codes can express. */
export interface ChosenRange {
  readonly min: number;
  readonly max: number;
  readonly dtype: DataType;
}

const codes: Readonly<Record<ActivationPlan["dtype"], readonly [number, number]>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
  uint16: [0, 65535],
};

/** The range of an activation's codes; 7-bit ones use half of them. */
export function rangeOfActivation({ dtype, scale, zeroPoint, bits }: ActivationPlan): ChosenRange {
  const [low, high] = bits === undefined || bits >= 8 ? codes[dtype] : [0, 2 ** bits - 1];
  const at = (code: number) => (code - zeroPoint[0]!) * scale[0]!;
  return { min: at(low), max: at(high), dtype };
}

/** The picture of a histogram. */
export function histogramOf(
  tensor: string,
  kind: TensorHistogram["kind"],
  summary: Histogram,
  chosen?: ChosenRange,
): TensorHistogram {
  const { min, max, limit, counts } = summary;
  const empty = summary.count === 0 || limit === 0;
  if (empty)
    return {
      tensor,
      kind,
      min: summary.count === 0 ? 0 : min,
      max: summary.count === 0 ? 0 : max,
      from: 0,
      to: 0,
      counts: [],
      ...(chosen && { chosen }),
    };
  const wide = { low: Math.min(min, chosen?.min ?? min), high: Math.max(max, chosen?.max ?? max) };
  const width = (2 * limit) / counts.length;
  const first = Math.max(0, Math.floor((wide.low + limit) / width));
  const last = Math.min(counts.length, Math.ceil((wide.high + limit) / width) + 1);
  const factor = Math.max(1, Math.ceil((last - first) / MOST_BINS));
  const bins = Math.ceil((last - first) / factor);
  const merged = Array.from({ length: bins }, (_, i) => sumOf(counts, first + i * factor, first + (i + 1) * factor));
  const from = first * width - limit;
  return {
    tensor,
    kind,
    min,
    max,
    from,
    to: from + bins * factor * width,
    counts: merged,
    ...(chosen && { chosen, clipped: clippedShare(summary, chosen, width) }),
  };
}

function sumOf(counts: Float64Array, start: number, end: number): number {
  let sum = 0;
  for (let i = start; i < Math.min(end, counts.length); i++) sum += counts[i]!;
  return sum;
}

/** Share of elements in bins that lie outside as a whole. */
function clippedShare({ counts, limit, count }: Histogram, chosen: ChosenRange, width: number): number {
  let outside = 0;
  for (const [i, here] of counts.entries()) {
    const low = i * width - limit;
    if (low + width < chosen.min || low > chosen.max) outside += here;
  }
  return count > 0 ? outside / count : 0;
}
