// Precision and recall along the detections of a class, best score first, and what is made of them.

/** A detection of one class: its image, and whether it is right; those that do not count are left out. */
export interface RankedDetection {
  readonly image: number;
  readonly right: boolean;
}

/** Precision and recall after each detection. */
export interface Curve {
  readonly precision: Float64Array;
  readonly recall: Float64Array;
}

/** The curve where image i is there `weights[i]` times and `objects` are to be found. */
export function curveOf(
  ranked: readonly RankedDetection[],
  objects: number,
  weights: ArrayLike<number> | undefined,
): Curve {
  const precision = new Float64Array(ranked.length);
  const recall = new Float64Array(ranked.length);
  let right = 0;
  let all = 0;
  for (const [i, detection] of ranked.entries()) {
    const weight = weights ? weights[detection.image]! : 1;
    all += weight;
    if (detection.right) right += weight;
    precision[i] = all === 0 ? 0 : right / all;
    recall[i] = right / objects;
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
function fromBehind(values: Float64Array): Float64Array {
  const best = values.slice();
  for (let i = best.length - 2; i >= 0; i--) best[i] = Math.max(best[i]!, best[i + 1]!);
  return best;
}
