// Gaussian process regression with a Matern 5/2 kernel (Rasmussen & Williams 2006, algorithm 2.1 and equation 4.17), by
// Cholesky decomposition. Targets are standardized; the length scale is the most likely one of a few.

/** A posterior over functions. */
export interface GaussianProcess {
  /** Mean and standard deviation of the function at a point, in the unit of the targets. */
  predict(point: readonly number[]): { readonly mean: number; readonly deviation: number };
  /** log p(targets | points), of the standardized targets. */
  readonly logLikelihood: number;
  readonly lengthScale: number;
}

/** Shape of the prior. */
export interface ProcessOptions {
  readonly lengthScale: number;
  /** Variance of the noise of the standardized targets. */
  readonly noise: number;
}

const LENGTH_SCALES = [0.5, 1, 2, 4, 8];
/** Trials repeat up to the noise of the data they were judged on. */
const NOISE = 1e-3;

/** The process under the most likely of a few length scales. */
export function fitProcess(points: readonly (readonly number[])[], targets: readonly number[]): GaussianProcess {
  const fits = LENGTH_SCALES.map((lengthScale) => processWith(points, targets, { lengthScale, noise: NOISE }));
  return fits.reduce((best, fit) => (fit.logLikelihood > best.logLikelihood ? fit : best));
}

/** The process under a given prior. */
export function processWith(
  points: readonly (readonly number[])[],
  targets: readonly number[],
  { lengthScale, noise }: ProcessOptions,
): GaussianProcess {
  const { mean, scale, values } = standardize(targets);
  const kernel = (a: readonly number[], b: readonly number[]) => matern52(distance(a, b) / lengthScale);
  const factor = cholesky(points.map((a, i) => points.map((b, j) => kernel(a, b) + (i === j ? noise : 0))));
  const weights = solveUpper(factor, solveLower(factor, values));
  return {
    lengthScale,
    logLikelihood: logLikelihood(factor, values, weights),
    predict: (point) => {
      const near = points.map((other) => kernel(point, other));
      const reduction = solveLower(factor, near);
      const variance = Math.max(0, 1 - dot(reduction, reduction));
      return { mean: mean + scale * dot(near, weights), deviation: scale * Math.sqrt(variance) };
    },
  };
}

function standardize(targets: readonly number[]) {
  const mean = targets.reduce((sum, value) => sum + value, 0) / targets.length;
  const scale = Math.sqrt(targets.reduce((sum, value) => sum + (value - mean) ** 2, 0) / targets.length) || 1;
  return { mean, scale, values: targets.map((value) => (value - mean) / scale) };
}

/** The kernel at a distance in units of the length scale. */
function matern52(distance: number): number {
  const scaled = Math.sqrt(5) * distance;
  return (1 + scaled + (scaled * scaled) / 3) * Math.exp(-scaled);
}

function distance(a: readonly number[], b: readonly number[]): number {
  return Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0));
}

type Matrix = readonly (readonly number[])[];

/** Lower triangular L with L Lᵀ = `matrix`, which is symmetric; a diagonal that rounding made negative counts as tiny. */
function cholesky(matrix: Matrix): Matrix {
  const factor: number[][] = [];
  for (const [i, row] of matrix.entries()) {
    const own: number[] = [];
    factor.push(own);
    for (let j = 0; j <= i; j++) {
      const rest = row[j]! - dot(own.slice(0, j), factor[j]!.slice(0, j));
      own.push(i === j ? Math.sqrt(Math.max(rest, 1e-12)) : rest / factor[j]![j]!);
    }
  }
  return factor;
}

/** x with L x = b. */
function solveLower(factor: Matrix, b: readonly number[]): readonly number[] {
  const x: number[] = [];
  for (const [i, row] of factor.entries()) x.push((b[i]! - dot(row.slice(0, i), x)) / row[i]!);
  return x;
}

/** x with Lᵀ x = b. */
function solveUpper(factor: Matrix, b: readonly number[]): readonly number[] {
  const x = [...b];
  for (let i = x.length - 1; i >= 0; i--) {
    x[i]! /= factor[i]![i]!;
    for (let j = 0; j < i; j++) x[j]! -= factor[i]![j]! * x[i]!;
  }
  return x;
}

function logLikelihood(factor: Matrix, values: readonly number[], weights: readonly number[]): number {
  const logDeterminant = factor.reduce((sum, row, i) => sum + Math.log(row[i]!), 0);
  return -dot(values, weights) / 2 - logDeterminant - (values.length / 2) * Math.log(2 * Math.PI);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
