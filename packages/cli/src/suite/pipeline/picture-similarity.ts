// How alike two pictures are: the structural similarity index over windows of 8 x 8 (Wang et al. 2004, eq. 13), 1 for
// equal ones. Labels are the pictures of the float models.

import { defineMetric, numbersOf, type Label, type Metric, type Tensor } from "@tersor/core";

const WINDOW = 8;
/** Pictures have numbers from -1 to 1. */
const RANGE = 2;
const [C1, C2] = [(0.01 * RANGE) ** 2, (0.03 * RANGE) ** 2];

/** Mean structural similarity, named "picture-similarity"; labels are the numbers of pictures of the same size. */
export const pictureSimilarity: Metric = defineMetric({
  name: "picture-similarity",
  higherIsBetter: true,
  kind: "other",
  begin() {
    const values: number[] = [];
    return {
      update(outputs, labels) {
        const image = Object.values(outputs)[0]!;
        values.push(similarity(image, labels[0]!));
        return [];
      },
      value: () => values.reduce((sum, value) => sum + value, 0) / values.length,
    };
  },
});

function similarity(image: Tensor, label: Label): number {
  const [height = 1, width = 1] = image.shape.slice(-2);
  const [ours, theirs] = [clamped(numbersOf(image)), clamped(label as readonly number[])];
  const planes = ours.length / (height * width);
  let [sum, count] = [0, 0];
  for (let plane = 0; plane < planes; plane++)
    for (let y = 0; y + WINDOW <= height; y += WINDOW)
      for (let x = 0; x + WINDOW <= width; x += WINDOW, count++)
        sum += windowSimilarity(ours, theirs, plane * height * width + y * width + x, width);
  return sum / count;
}

function clamped(numbers: ArrayLike<number>): Float64Array {
  return Float64Array.from(numbers, (value) => Math.max(-1, Math.min(1, value)));
}

function windowSimilarity(a: Float64Array, b: Float64Array, from: number, width: number): number {
  let [sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0];
  for (let y = 0; y < WINDOW; y++)
    for (let x = 0; x < WINDOW; x++) {
      const [p, q] = [a[from + y * width + x]!, b[from + y * width + x]!];
      sa += p;
      sb += q;
      saa += p * p;
      sbb += q * q;
      sab += p * q;
    }
  const n = WINDOW * WINDOW;
  const [ma, mb] = [sa / n, sb / n];
  const [va, vb, cov] = [saa / n - ma * ma, sbb / n - mb * mb, sab / n - ma * mb];
  return ((2 * ma * mb + C1) * (2 * cov + C2)) / ((ma * ma + mb * mb + C1) * (va + vb + C2));
}
