// How far a tensor is from its reference: SQNR, cosine, largest error and top-1 agreement for floats, match rate for the
// rest. Everything is a sum or a maximum, so samples are added one by one and memory does not grow with their number.

import { isFloat, numbersOf, type Shape, type Tensor, type TensorComparison } from "@tersor/core";
import { notComparable } from "./errors.ts";

/** A comparison that grows sample by sample. */
export interface Comparison {
  /**
   * Adds one sample. Shapes may differ from sample to sample, but not between the two tensors.
   * @throws EVALUATE_NOT_COMPARABLE when shape or kind of element type differ.
   */
  update(reference: Tensor, actual: Tensor): void;
  /** The comparison of all samples so far; undefined before the first. */
  summary(): TensorComparison | undefined;
}

/** Opens an empty comparison. */
export function createComparison(): Comparison {
  let sums: Sums | undefined;
  return {
    update(reference, actual) {
      assertComparable(reference, actual);
      const kind = isFloat(reference.dtype) ? "float" : "exact";
      if (sums && sums.kind !== kind) throw notComparable(`the element type changed from sample to sample`);
      sums ??= kind === "float" ? emptyFloatSums() : { kind, elements: 0, equal: 0 };
      if (sums.kind === "float") addFloats(sums, reference, actual);
      else addExact(sums, reference, actual);
    },
    summary: () => sums && summarize(sums),
  };
}

/**
 * Compares two tensors of the same shape. Sums are float64.
 * @throws EVALUATE_NOT_COMPARABLE when shape or kind of element type differ.
 */
export function compareTensors(reference: Tensor, actual: Tensor): TensorComparison {
  const comparison = createComparison();
  comparison.update(reference, actual);
  return comparison.summary()!;
}

/** Number of NaN and infinite elements; 0 for element types that have none. */
export function countNonFinite(tensor: Tensor): number {
  if (!isFloat(tensor.dtype)) return 0;
  const values = numbersOf(tensor);
  let count = 0;
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) count++;
  return count;
}

interface FloatSums {
  readonly kind: "float";
  elements: number;
  signal: number;
  noise: number;
  actualEnergy: number;
  dot: number;
  maxError: number;
  maxReference: number;
  nonFinite: number;
  referenceNonFinite: number;
  rows: number;
  agreeing: number;
}

interface ExactSums {
  readonly kind: "exact";
  elements: number;
  equal: number;
}

type Sums = FloatSums | ExactSums;

function emptyFloatSums(): FloatSums {
  return {
    kind: "float",
    elements: 0,
    signal: 0,
    noise: 0,
    actualEnergy: 0,
    dot: 0,
    maxError: 0,
    maxReference: 0,
    nonFinite: 0,
    referenceNonFinite: 0,
    rows: 0,
    agreeing: 0,
  };
}

function assertComparable(reference: Tensor, actual: Tensor): void {
  if (!sameShape(reference.shape, actual.shape)) {
    throw notComparable(
      `the reference has shape [${reference.shape.join(", ")}], the other [${actual.shape.join(", ")}]`,
    );
  }
  const both = isFloat(reference.dtype) && isFloat(actual.dtype);
  if (!both && reference.dtype !== actual.dtype) {
    throw notComparable(`the reference is ${reference.dtype}, the other ${actual.dtype}`);
  }
}

function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, axis) => dim === b[axis]);
}

// A hot loop, long and plain: it runs over every element of every output.
function addFloats(sums: FloatSums, reference: Tensor, actual: Tensor): void {
  const r = numbersOf(reference);
  const a = numbersOf(actual);
  let { signal, noise, actualEnergy, dot, maxError, maxReference } = sums;
  for (let i = 0; i < r.length; i++) {
    const x = r[i]!;
    const y = a[i]!;
    const error = Math.abs(x - y);
    if (!(error < Infinity)) {
      // An infinity that both have is no error (attention masks); it only stays out of the sums.
      if (!Number.isFinite(x)) sums.referenceNonFinite++;
      else if (!Number.isFinite(y)) sums.nonFinite++;
      continue;
    }
    signal += x * x;
    noise += error * error;
    actualEnergy += y * y;
    dot += x * y;
    if (error > maxError) maxError = error;
    if (Math.abs(x) > maxReference) maxReference = Math.abs(x);
  }
  Object.assign(sums, { signal, noise, actualEnergy, dot, maxError, maxReference });
  sums.elements += r.length;
  addRows(sums, r, a, reference.shape.at(-1) ?? 1);
}

function addRows(sums: FloatSums, r: ArrayLike<number>, a: ArrayLike<number>, width: number): void {
  if (width < 2) return;
  for (let start = 0; start < r.length; start += width) {
    sums.rows++;
    if (indexOfMaximum(r, start, width) === indexOfMaximum(a, start, width)) sums.agreeing++;
  }
}

/** Index of the first largest element of a row; -1 when all are NaN or -Infinity. */
export function indexOfMaximum(values: ArrayLike<number>, start: number, width: number): number {
  let best = -Infinity;
  let index = -1;
  for (let i = 0; i < width; i++) {
    if (values[start + i]! > best) {
      best = values[start + i]!;
      index = i;
    }
  }
  return index;
}

function addExact(sums: ExactSums, reference: Tensor, actual: Tensor): void {
  // 64-bit integers are compared as they are: as numbers, ids beyond 2^53 would fall together.
  const r = elementsOf(reference);
  const a = elementsOf(actual);
  for (let i = 0; i < r.length; i++) if (r[i] === a[i]) sums.equal++;
  sums.elements += r.length;
}

function elementsOf(tensor: Tensor): ArrayLike<number | bigint | string> {
  const { data, dtype } = tensor;
  if (Array.isArray(data) || data instanceof BigInt64Array || data instanceof BigUint64Array) return data;
  if (dtype === "complex64" || dtype === "complex128") return data as ArrayLike<number>;
  return numbersOf(tensor);
}

function summarize(sums: Sums): TensorComparison {
  if (sums.kind === "exact") {
    const { elements, equal } = sums;
    return { kind: "exact", matchRate: elements === 0 ? 1 : equal / elements, elements };
  }
  const { signal, noise, maxError, maxReference, rows, agreeing, elements, nonFinite, referenceNonFinite } = sums;
  return {
    kind: "float",
    sqnrDb: noise === 0 ? Infinity : 10 * Math.log10(signal / noise),
    cosine: cosineOf(sums),
    maxAbsError: maxError,
    ...(maxReference > 0 ? { maxRelError: maxError / maxReference } : {}),
    ...(rows > 0 ? { top1Agreement: agreeing / rows } : {}),
    elements,
    nonFinite,
    referenceNonFinite,
  };
}

function cosineOf({ signal, actualEnergy, dot }: FloatSums): number {
  if (signal === 0 || actualEnergy === 0) return signal === actualEnergy ? 1 : 0;
  return Math.max(-1, Math.min(1, dot / Math.sqrt(signal * actualEnergy)));
}
