// GPTQ (Frantar et al. 2022, arXiv 2210.17323, algorithm 1): columns are rounded one after the other, and what rounding
// one column costs is made good by the columns that are still to come, after the second moments of the inputs.
// Rows share the factor of the second moments; each row is on its own, so panels can be of any height.

import { referenceKernels, type Kernels } from "@tersor/core";
import type { GroupCodes, GroupSpec, InputStatistics, RoundingAlgorithm, WeightRows } from "./algorithm.ts";
import { secondMomentsMissing, secondMomentsUnusable } from "./rounding-errors.ts";
import { emptyCodes, finished, gridOf, groupsOf, type Grid, type GroupParameters } from "./grid.ts";
import { leastSquares } from "./least-squares.ts";
import { invertUpper, upperFactor } from "./linear-algebra.ts";

/** How GPTQ runs. */
export interface GptqOptions {
  /**
   * Part of the mean diagonal that is added to the diagonal of the second moments. Default 0.01, or half the number of
   * inputs per calibration row where that is more: moments from few rows are shrunk towards those of independent inputs,
   * without which weights are fitted to the calibration data and do worse than rounded to nearest on any other.
   */
  readonly damping?: number;
  /** Columns whose effect on later columns is gathered and applied at once. Default 128; does not change the result. */
  readonly blockSize?: number;
  /**
   * Rounds the columns with the largest inputs first. The scales of groups are then found from the weights as they are
   * before ("static groups"), so that a group is still a run of neighbouring columns. Default true.
   */
  readonly actOrder?: boolean;
  /**
   * Chooses the scale and zero point of a group by least squares, weighted by the power of its inputs. Default true;
   * false takes the extremes of the group.
   */
  readonly fitGrids?: boolean;
  readonly kernels?: Kernels;
}

/** What the rows of one weight have in common. */
interface Opened {
  readonly spec: GroupSpec;
  readonly grid: Grid;
  readonly inputs: number;
  /** Mean square of each input where it weighs in the choice of grids. */
  readonly power: Float64Array | undefined;
  /** The column that is rounded i-th; undefined for columns as they stand. */
  readonly order: Uint32Array | undefined;
  /** Upper triangular U with H^-1 = U^T U. */
  readonly factor: Float64Array;
  readonly blockSize: number;
  readonly subtractProduct: Kernels["subtractProduct"];
}

/** The authors' damping. */
const LEAST_DAMPING = 0.01;

/** Rows that are worked on at a time, so that they stay in the cache. */
const PANEL = 64;

/** GPTQ with options; needs X^T X of the inputs of each weight. */
export function gptq({
  damping,
  blockSize = 128,
  actOrder = true,
  fitGrids = true,
  kernels = referenceKernels,
}: GptqOptions = {}): RoundingAlgorithm {
  return {
    name: "gptq",
    needs: "second-moment",
    open: (spec, inputs, statistics) => {
      const { subtractProduct } = kernels;
      const hessian = hessianOf(statistics, inputs);
      const order = actOrder ? largestFirst(hessian, inputs) : undefined;
      const power = fitGrids ? diagonalOf(hessian, inputs) : undefined;
      const part = damping ?? Math.max(LEAST_DAMPING, inputs / (2 * statistics.rows!));
      const factor = inverseFactor(order ? permuted(hessian, order) : hessian, inputs, part, subtractProduct);
      const opened = { spec, grid: gridOf(spec), inputs, power, order, factor, blockSize, subtractProduct };
      return (rows) => roundRows(opened, rows);
    },
  };
}

/**
 * H = 2/N sum of x x^T. Columns that were never excited get the diagonal 1: they depend on no other then, and are rounded to
 * nearest. (The authors' code sets them to zero; but what calibration did not excite, other data may.)
 */
function hessianOf({ secondMoment, rows }: InputStatistics, inputs: number): Float64Array {
  if (!secondMoment || !rows) throw secondMomentsMissing("gptq");
  if (secondMoment.length !== inputs * inputs) throw secondMomentsUnusable(inputs, "is of another size");
  const hessian = secondMoment.map((value) => (2 / rows) * value);
  if (!hessian.every(Number.isFinite)) throw secondMomentsUnusable(inputs, "holds NaN or infinite values");
  for (let i = 0; i < inputs; i++) if (hessian[i * inputs + i] === 0) hessian[i * inputs + i] = 1;
  return hessian;
}

function diagonalOf(matrix: Float64Array, n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => matrix[i * n + i]!);
}

/** The columns by their diagonal, largest first; equal ones as they stand. */
function largestFirst(hessian: Float64Array, n: number): Uint32Array {
  const order = Array.from({ length: n }, (_, i) => i);
  return Uint32Array.from(order.sort((a, b) => hessian[b * n + b]! - hessian[a * n + a]!));
}

function permuted(matrix: Float64Array, order: Uint32Array): Float64Array {
  const n = order.length;
  const result = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const from = order[i]! * n;
    for (let j = 0; j < n; j++) result[i * n + j] = matrix[from + order[j]!]!;
  }
  return result;
}

/** Damping is raised tenfold where the matrix is not positive definite with it; the last attempt is all but diagonal. */
const ATTEMPTS = 8;

/** The upper triangular U with (H + damping * mean diagonal)^-1 = U^T U. */
function inverseFactor(
  hessian: Float64Array,
  n: number,
  damping: number,
  subtractProduct: Kernels["subtractProduct"],
): Float64Array {
  let mean = 0;
  for (let i = 0; i < n; i++) mean += hessian[i * n + i]! / n;
  for (let attempt = 0, added = 0; attempt < ATTEMPTS; attempt++) {
    const wanted = damping * 10 ** attempt * mean;
    for (let i = 0; i < n; i++) hessian[i * n + i]! += wanted - added;
    added = wanted;
    const factor = upperFactor(hessian, n, subtractProduct);
    if (factor) return invertUpper(factor, n, subtractProduct);
  }
  throw secondMomentsUnusable(n, "is not positive definite");
}

function roundRows(opened: Opened, rows: WeightRows): GroupCodes {
  const out = emptyCodes(opened.spec, rows);
  if (opened.order) coverAll(opened, rows, out);
  for (let first = 0; first < rows.outputs; first += PANEL) {
    roundPanel(opened, rows, first, Math.min(PANEL, rows.outputs - first), out);
  }
  return finished(opened.spec, out);
}

/** Finds the parameters of all groups before any column is rounded. */
function coverAll(opened: Opened, { data, outputs }: WeightRows, out: Required<GroupCodes>): void {
  const { inputs, spec } = opened;
  for (let row = 0, group = 0; row < outputs; row++) {
    for (let input = 0; input < inputs; input += spec.groupSize, group++) {
      enterGroup(opened, data, row * inputs, input, group, out);
    }
  }
}

/** Chooses scale and zero point of the group that begins at `input` of the row at `rowStart`. */
function enterGroup(
  { spec, grid, inputs, power }: Opened,
  values: Float32Array | Float64Array,
  rowStart: number,
  input: number,
  group: number,
  out: Required<GroupCodes>,
): void {
  const start = rowStart + input;
  const end = rowStart + Math.min(inputs, input + spec.groupSize);
  const { scale, zeroPoint } = power
    ? leastSquares(grid, { values, start, end, importance: power.subarray(input) })
    : grid.cover(values, start, end);
  out.scale[group] = scale;
  out.zeroPoint[group] = zeroPoint;
}

/** Rounds `height` rows block by block; after each block the columns behind it make good what it cost. */
function roundPanel(
  opened: Opened,
  { data }: WeightRows,
  first: number,
  height: number,
  out: Required<GroupCodes>,
): void {
  const { inputs: n, order, factor, blockSize, subtractProduct } = opened;
  const weights = Float64Array.from(data.subarray(first * n, (first + height) * n));
  if (order) reorder(weights, order);
  const errors = new Float64Array(height * blockSize);
  for (let begin = 0; begin < n;) {
    const end = blockEnd(opened, begin);
    for (let row = 0; row < height; row++) roundBlock(opened, weights, row, begin, end, first + row, errors, out);
    if (end < n)
      subtractProduct(
        { data: weights, start: end, stride: n, rows: height, columns: n - end },
        { data: errors, start: 0, stride: blockSize, rows: height, columns: end - begin },
        { data: factor, start: begin * n + end, stride: n, rows: end - begin, columns: n - end },
      );
    begin = end;
  }
}

/** Puts the columns of each row into the order in which they are rounded. */
function reorder(weights: Float64Array, order: Uint32Array): void {
  const n = order.length;
  const row = new Float64Array(n);
  for (let start = 0; start < weights.length; start += n) {
    row.set(weights.subarray(start, start + n));
    for (let i = 0; i < n; i++) weights[start + i] = row[order[i]!]!;
  }
}

/**
 * Where the block that starts at `begin` ends. Columns behind it are updated only after it: where groups are chosen as they
 * are entered, a block ends where a group ends, so that each is chosen from weights that are all up to date.
 */
function blockEnd({ spec, order, inputs, blockSize }: Opened, begin: number): number {
  const end = Math.min(inputs, begin + blockSize);
  const groupEnd = end - (end % spec.groupSize);
  return order || groupEnd <= begin ? end : groupEnd;
}

/** Rounds the columns of one row from `begin` to `end`, and leaves what each cost, in units of U's diagonal, in `errors`. */
function roundBlock(
  opened: Opened,
  weights: Float64Array,
  row: number,
  begin: number,
  end: number,
  output: number,
  errors: Float64Array,
  out: Required<GroupCodes>,
): void {
  const { spec, grid, inputs: n, order, factor, blockSize } = opened;
  const groups = groupsOf(spec, n);
  const start = row * n;
  for (let i = begin; i < end; i++) {
    const column = order ? order[i]! : i;
    const group = output * groups + Math.floor(column / spec.groupSize);
    if (!order && i % spec.groupSize === 0) enterGroup(opened, weights, start, i, group, out);
    const parameters: GroupParameters = { scale: out.scale[group]!, zeroPoint: out.zeroPoint[group]! };
    const value = weights[start + i]!;
    const code = grid.code(value, parameters);
    out.codes[output * n + column] = code;
    const error = (value - grid.value(code, parameters)) / factor[i * n + i]!;
    errors[row * blockSize + i - begin] = error;
    const u = i * n;
    for (let j = i + 1; j < end; j++) weights[start + j]! -= error * factor[u + j]!;
  }
}
