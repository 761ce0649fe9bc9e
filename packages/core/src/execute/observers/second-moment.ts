// X^T X over all rows, summed in float64: the Hessian of layer-wise reconstruction (GPTQ, Frantar et al. 2022, eq. 1).

import { observedShape, observerRequest, summariesDiffer } from "../errors.ts";
import type { Observer, ObserverRequest, Summary } from "../observer.ts";
import { elementsOf, type Elements } from "./elements.ts";

type SecondMoment = Extract<Summary, { readonly kind: "second-moment" }>;

/** A matrix of 16,384 x 16,384 takes 2 GB; beyond that the request is surely a mistake. */
const MOST_FEATURES = 16384;

export function secondMomentObserver({
  tensor: name,
  observer,
}: Extract<ObserverRequest, { readonly observer: "second-moment" }>): Observer {
  let upper: Float64Array | undefined;
  let features = 0;
  let count = 0;
  return {
    update: (tensor) => {
      const width = tensor.shape.at(-1) ?? 1;
      if (width > MOST_FEATURES)
        throw observerRequest({ tensor: name, observer, expected: `at most ${MOST_FEATURES} features, not ${width}` });
      if (upper === undefined) {
        features = width;
        upper = new Float64Array(width * width);
      }
      if (width !== features)
        throw observedShape({ tensor: name, shape: tensor.shape, expected: `${features} features, as before` });
      if (width > 0) count += addRows(elementsOf(tensor), upper, features);
    },
    summary: () => ({
      kind: "second-moment",
      matrix: mirrored(upper ?? new Float64Array(0), features),
      features,
      count,
    }),
  };
}

/** Adds the outer products of the rows to the upper triangle, four rows per pass over it. Gives the number of rows. */
function addRows(x: Elements, upper: Float64Array, width: number): number {
  const rows = x.length / width;
  let row = 0;
  for (; row + 4 <= rows; row += 4) addFour(x, row * width, upper, width);
  for (; row < rows; row++) addOne(x, row * width, upper, width);
  return rows;
}

function addFour(x: Elements, start: number, upper: Float64Array, width: number): void {
  const [r0, r1, r2, r3] = [start, start + width, start + 2 * width, start + 3 * width];
  for (let i = 0; i < width; i++) {
    const [a, b, c, d] = [x[r0 + i]!, x[r1 + i]!, x[r2 + i]!, x[r3 + i]!];
    if (a === 0 && b === 0 && c === 0 && d === 0) continue;
    const to = i * width;
    for (let j = i; j < width; j++) {
      upper[to + j]! += a * x[r0 + j]! + b * x[r1 + j]! + c * x[r2 + j]! + d * x[r3 + j]!;
    }
  }
}

function addOne(x: Elements, start: number, upper: Float64Array, width: number): void {
  for (let i = 0; i < width; i++) {
    const value = x[start + i]!;
    for (let j = i; j < width; j++) upper[i * width + j]! += value * x[start + j]!;
  }
}

/** The full symmetric matrix of an upper triangle. */
function mirrored(upper: Float64Array, width: number): Float64Array {
  const matrix = upper.slice();
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < i; j++) matrix[i * width + j] = matrix[j * width + i]!;
  }
  return matrix;
}

/** Merges two summaries; one that has seen nothing fits any. */
export function mergeSecondMoments(a: SecondMoment, b: SecondMoment): SecondMoment {
  if (a.count === 0) return b;
  if (b.count === 0) return a;
  if (a.features !== b.features)
    throw summariesDiffer({ left: `${a.features} features`, right: `${b.features} features` });
  return { ...a, matrix: a.matrix.map((value, i) => value + b.matrix[i]!), count: a.count + b.count };
}
