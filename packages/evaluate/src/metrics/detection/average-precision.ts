// Precision and recall along the detections of a class, best score first, and what is made of them.

/** The detections of one class, best score first. */
export interface RankedDetections {
  readonly images: Uint32Array;
  /** Bits per overlap, as `MatchedDetection` has them. */
  readonly right: Uint32Array;
  readonly ignored: Uint32Array;
}

/** Precision and recall after each right detection: between these recall stays, and no precision is a new best. */
export interface Curve {
  readonly precision: readonly number[];
  readonly recall: readonly number[];
}

/** The curve at overlap `bit` where image i is there `weights[i]` times and `objects` are to be found. */
export function curveOf(
  { images, right, ignored }: RankedDetections,
  bit: number,
  objects: number,
  weights: ArrayLike<number> | undefined,
): Curve {
  const precision: number[] = [];
  const recall: number[] = [];
  let found = 0;
  let all = 0;
  for (let i = 0; i < images.length; i++) {
    const weight = weights ? weights[images[i]!]! : 1;
    if (weight === 0 || ((ignored[i]! >> bit) & 1) === 1) continue;
    all += weight;
    if (((right[i]! >> bit) & 1) === 0) continue;
    found += weight;
    precision.push(found / all);
    recall.push(found / objects);
  }
  return { precision, recall };
}

/** Mean of the best precision at recall 0, .01 … 1 or above (COCO). */
export function interpolated101({ precision, recall }: Curve): number {
  const best = fromBehind(precision);
  let sum = 0;
  let at = 0;
  for (let i = 0; i <= 100; i++) {
    while (at < recall.length && recall[at]! < i * 0.01) at++;
    sum += best[at] ?? 0;
  }
  return sum / 101;
}

/** Mean of the best precision at recall 0, .1 … 1 or above (VOC until 2007). */
export function interpolated11({ precision, recall }: Curve): number {
  const best = fromBehind(precision);
  let sum = 0;
  for (let i = 0; i <= 10; i++) sum += (best[recall.findIndex((value) => value >= i * 0.1)] ?? 0) / 11;
  return sum;
}

/** Area under the best precision (VOC since 2010). */
export function areaUnder({ precision, recall }: Curve): number {
  const best = fromBehind(precision);
  return recall.reduce((sum, value, i) => sum + (value - (recall[i - 1] ?? 0)) * best[i]!, 0);
}

/** The largest value here or later. */
function fromBehind(values: readonly number[]): readonly number[] {
  const best = values.slice();
  for (let i = best.length - 2; i >= 0; i--) best[i] = Math.max(best[i]!, best[i + 1]!);
  return best;
}
