// Diagonals and bands of matrices, by comparing the positions of rows and columns.
// https://www.tensorflow.org/api_docs/python/tf/raw_ops/MatrixDiagV3

import { type GraphBuilder } from "@tersor/core";
import { concat, countTo, isKnown, reshape, scalarLike, shapeOf, sizeOf, slice, unsqueeze } from "../building.ts";
import { defineRule, type RuleContext, type TensorFlowRule } from "../rule.ts";
import { asInt64 } from "../wide.ts";
import { where } from "./comparison.ts";

/** Column minus row for each place of matrices with these numbers of rows and columns (int64 scalars). */
function offsets(to: GraphBuilder, rows: string, columns: string): string {
  return to.add("Sub", [countTo(to, columns), unsqueeze(to, countTo(to, rows), [1])]);
}

function scalar(to: GraphBuilder, number: number): string {
  return to.constant("int64", [], [number]);
}

/** What is further than `lower` below or `upper` above the diagonal is zero; negative bounds are none. */
const bandPart = defineRule({
  ops: ["MatrixBandPart"],
  convert: (context) => {
    const { to, inputs } = context;
    const x = inputs[0]!;
    const rank = context.rank(0);
    const place = offsets(to, sizeOf(to, x, rank - 2), sizeOf(to, x, rank - 1));
    const [lower] = context.numbers(1);
    const [upper] = context.numbers(2);
    const bounds = [
      ...(lower! < 0 ? [] : [to.add("GreaterOrEqual", [place, scalar(to, -lower!)])]),
      ...(upper! < 0 ? [] : [to.add("LessOrEqual", [place, scalar(to, upper!)])]),
    ];
    if (bounds.length === 0) return [x];
    const inside = bounds.length === 2 ? to.add("And", bounds) : bounds[0]!;
    return [where(to, inside, x, scalarLike(to, x, 0))];
  },
});

/** A vector on the diagonal `k` of a matrix whose other places have the padding value. */
const diagonal = defineRule({
  ops: ["MatrixDiag", "MatrixDiagV2", "MatrixDiagV3"],
  convert: (context) => {
    const { to, inputs } = context;
    const vector = inputs[0]!;
    const rank = context.rank(0);
    const k = inputs.length > 1 ? diagonalOf(context, 1) : 0;
    const length = sizeOf(to, vector, rank - 1);
    const [rows, columns] = matrixSizes(context, length, k);
    const onDiagonal = to.add("Equal", [offsets(to, rows, columns), scalar(to, k)]);
    const padding = inputs[4] ?? scalarLike(to, vector, 0);
    // Row r holds element r above the diagonal, and r + k below it.
    const spread = k >= 0 ? byRow(to, vector, rank, length, rows) : byColumn(to, vector, rank, length, columns);
    return [where(to, onDiagonal, spread, padding)];
  },
});

/** The number of the one diagonal that is asked for. */
function diagonalOf(context: RuleContext, input: number): number {
  const [first, last = first] = context.numbers(input);
  return first === last ? first! : context.refuse("it takes several diagonals at once");
}

/** Rows and columns as stated, or as few as hold the diagonal. */
function matrixSizes(
  { to, inputs, known, numbers }: RuleContext,
  length: string,
  k: number,
): readonly [string, string] {
  const stated = (input: number): string | undefined => {
    if (inputs[input] === undefined) return undefined;
    if (known(input) === undefined) return asInt64(to, inputs[input]);
    return numbers(input)[0] === -1 ? undefined : scalar(to, numbers(input)[0]!);
  };
  const [rows, columns] = [stated(2), stated(3)];
  // With neither stated the matrix is square.
  const isSquare = rows === undefined && columns === undefined;
  const least = (extra: number): string => (extra === 0 ? length : to.add("Add", [length, scalar(to, extra)]));
  const [below, above] = isSquare ? [Math.abs(k), Math.abs(k)] : [Math.max(0, -k), Math.max(0, k)];
  return [rows ?? least(below), columns ?? least(above)];
}

/** The vector as a column, filled up to all rows. */
function byRow(to: GraphBuilder, vector: string, rank: number, length: string, rows: string): string {
  return unsqueeze(to, lengthened(to, vector, rank, length, rows), [rank]);
}

/** The vector as a row, filled up to all columns. */
function byColumn(to: GraphBuilder, vector: string, rank: number, length: string, columns: string): string {
  return unsqueeze(to, lengthened(to, vector, rank, length, columns), [rank - 1]);
}

function lengthened(to: GraphBuilder, vector: string, rank: number, length: string, goal: string): string {
  if (length === goal) return vector;
  const missing = reshape(to, to.add("Sub", [goal, length]), [1]);
  const none = to.int64s(Array<number>(2 * rank - 1).fill(0));
  return to.add("Pad", [vector, concat(to, [none, missing], 0)]);
}

/** The diagonal `k`: the elements that are columns + 1 apart once rows are put one after the other. */
const diagonalPart = defineRule({
  ops: ["MatrixDiagPart", "MatrixDiagPartV2", "MatrixDiagPartV3"],
  convert: (context) => {
    const { to, inputs } = context;
    const shape = context.shape(0)?.slice(-2);
    if (!isKnown(shape)) return context.refuse("the sizes of its matrices can't be told");
    const [rows = 0, columns = 0] = shape;
    const k = inputs.length > 1 ? diagonalOf(context, 1) : 0;
    const rank = context.rank(0);
    const length = Math.min(k < 0 ? rows + k : rows, k < 0 ? columns : columns - k);
    const start = k >= 0 ? k : -k * columns;
    const batch = shapeOf(to, inputs[0]!, 0, rank - 2);
    const flatShape = rank === 2 ? to.int64s([-1]) : concat(to, [batch, to.int64s([-1])], 0);
    const flat = to.add("Reshape", [inputs[0]!, flatShape]);
    const end = start + (length - 1) * (columns + 1) + 1;
    return [slice(to, flat, { axis: rank - 2, start, end, step: columns + 1 })];
  },
});

/** The main diagonal, or diagonal `k`, with other elements. */
const setDiagonal = defineRule({
  ops: ["MatrixSetDiag", "MatrixSetDiagV2", "MatrixSetDiagV3"],
  convert: (context) => {
    const { to, inputs } = context;
    const [x, vector] = inputs as readonly [string, string];
    const rank = context.rank(0);
    const k = inputs.length > 2 ? diagonalOf(context, 2) : 0;
    const [rows, columns] = [sizeOf(to, x, rank - 2), sizeOf(to, x, rank - 1)];
    const length = sizeOf(to, vector, rank - 2);
    const onDiagonal = to.add("Equal", [offsets(to, rows, columns), scalar(to, k)]);
    const spread = k >= 0 ? byRow(to, vector, rank - 1, length, rows) : byColumn(to, vector, rank - 1, length, columns);
    return [where(to, onDiagonal, spread, x)];
  },
});

export const matrices: readonly TensorFlowRule[] = [bandPart, diagonal, diagonalPart, setDiagonal];
