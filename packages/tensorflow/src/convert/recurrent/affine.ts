// Sums of products with weights, read off the operations of a cell: x W + h R + b in all the ways it is written, with the
// weights of all gates in one piece (split before or after the product) or apart, and with x and h side by side or apart.

import type { TensorFlowNode } from "../../graphdef/graph.ts";
import { indexOf, nodeNameOf, throughIdentities, type Makers } from "../control/order.ts";

/** A constant factor [rows, columns], or a part of one, that is built when it is used. */
export interface Factor {
  readonly rows: number;
  readonly columns: number;
  /** The name of the ONNX value. */
  build(): string;
  part(axis: 0 | 1, start: number, end: number): Factor;
}

/** A sum of products and a bias. */
export interface Affine {
  /** The tensor of the cell that is multiplied, and by what: [its width, width of the sum]. */
  readonly terms: readonly { readonly operand: string; readonly factor: Factor }[];
  /** One number for each column, or a single one for all. */
  readonly bias: readonly number[];
}

/** What can be asked about the body of a loop. */
export interface Cell {
  readonly makers: Makers;
  factor(tensor: string): Factor | undefined;
  /** The numbers of a small constant, with its shape. */
  constant(tensor: string): { readonly shape: readonly number[]; readonly numbers: readonly number[] } | undefined;
  /** The size of the last axis of what a round is given. */
  width(tensor: string): number | undefined;
}

/** The operation that makes a tensor, Identities aside. */
export function makerOf(tensor: string, { makers }: Pick<Cell, "makers">): TensorFlowNode | undefined {
  return makers.get(nodeNameOf(throughIdentities(tensor, makers)));
}

/** Reads a tensor as a sum of products; undefined where it is anything else. */
export function affineOf(tensor: string, cell: Cell, depth = 0): Affine | undefined {
  const node = makerOf(tensor, cell);
  const read = node && depth < MAX_DEPTH ? readers[node.op] : undefined;
  const affine = read?.(node!, indexOf(throughIdentities(tensor, cell.makers)), cell, depth + 1);
  return affine && affine.terms.length <= MAX_TERMS ? affine : undefined;
}

/** Cells are shallow: x W + h R + b, split, and a bias once more. */
const MAX_DEPTH = 12;
const MAX_TERMS = 4;

type Reader = (node: TensorFlowNode, output: number, cell: Cell, depth: number) => Affine | undefined;

const readers: Readonly<Record<string, Reader>> = {
  MatMul: product,
  BiasAdd: sum,
  Add: sum,
  AddV2: sum,
  Split: part,
  SplitV: part,
};

/** Values of cells have two axes: rows of the batch, and columns. */
function isLastAxis(axis: string, cell: Cell): boolean {
  const number = cell.constant(axis)?.numbers[0];
  return number === 1 || number === -1;
}

/** A part of a sum of products. */
function part(node: TensorFlowNode, output: number, cell: Cell, depth: number): Affine | undefined {
  const value = node.inputs[node.op === "Split" ? 1 : 0]!;
  const whole = affineOf(value, cell, depth);
  return whole && splitOf(whole, node, output, cell);
}

/** What an output of Split or SplitV is of the sum that is split. */
export function splitOf(whole: Affine, node: TensorFlowNode, output: number, cell: Cell): Affine | undefined {
  const [axis, widths] = node.op === "Split" ? [node.inputs[0]!, undefined] : [node.inputs[2]!, node.inputs[1]!];
  if (!isLastAxis(axis, cell)) return undefined;
  const width = widthOf(whole);
  const sizes = widths === undefined ? equalParts(width, node) : filledSizes(cell.constant(widths)?.numbers, width);
  const size = sizes?.[output];
  if (sizes === undefined || size === undefined || sizes.some((each) => !(each >= 0))) return undefined;
  const start = sizes.slice(0, output).reduce((a, b) => a + b, 0);
  return columnsOf(whole, start, start + size);
}

/** One size may be -1: what the others leave. */
export function filledSizes(sizes: readonly number[] | undefined, whole: number): readonly number[] | undefined {
  const rest = whole - (sizes ?? []).reduce((total, size) => total + Math.max(size, 0), 0);
  return sizes?.map((size) => (size === -1 ? rest : size));
}

function equalParts(width: number, { attributes }: TensorFlowNode): readonly number[] {
  const count = attributes["num_split"]?.kind === "int" ? attributes["num_split"].value : 1;
  return Number.isInteger(width / count) ? Array<number>(count).fill(width / count) : [];
}

function product({ inputs, attributes }: TensorFlowNode, _: number, cell: Cell): Affine | undefined {
  const isPlain = ["transpose_a", "transpose_b"].every((name) => attributes[name]?.value !== true);
  const factor = isPlain ? cell.factor(inputs[1]!) : undefined;
  if (factor === undefined) return undefined;
  const operands = sideBySide(inputs[0]!, cell);
  if (operands.length === 1) return { terms: [{ operand: operands[0]!, factor }], bias: [0] };
  const widths = operands.map((operand) => cell.width(operand) ?? NaN);
  if (widths.reduce((a, b) => a + b, 0) !== factor.rows) return undefined;
  const starts = widths.map((_, i) => widths.slice(0, i).reduce((a, b) => a + b, 0));
  const terms = operands.map((operand, i) => ({
    operand,
    factor: factor.part(0, starts[i]!, starts[i]! + widths[i]!),
  }));
  return { terms, bias: [0] };
}

/** The tensors that a tensor is made of along its columns. */
function sideBySide(tensor: string, cell: Cell): readonly string[] {
  const node = makerOf(tensor, cell);
  const axis = node?.inputs.at(-1);
  if (node?.op !== "ConcatV2" || !isLastAxis(axis!, cell)) return [throughIdentities(tensor, cell.makers)];
  return node.inputs.slice(0, -1).map((input) => throughIdentities(input, cell.makers));
}

function sum({ inputs: [a, b] }: TensorFlowNode, _: number, cell: Cell, depth: number): Affine | undefined {
  const [first, second] = [a!, b!].map((input) => affineOf(input, cell, depth) ?? biasOf(input, cell));
  if (first === undefined || second === undefined) return undefined;
  return { terms: [...first.terms, ...second.terms], bias: added(first.bias, second.bias) };
}

function biasOf(tensor: string, cell: Cell): Affine | undefined {
  const constant = cell.constant(tensor);
  const isRow = constant !== undefined && constant.numbers.length === (constant.shape.at(-1) ?? 1);
  return isRow ? { terms: [], bias: constant.numbers } : undefined;
}

/** The sum of two biases; one number counts for all columns. */
export function added(a: readonly number[], b: readonly number[]): readonly number[] {
  if (a.length === 1) return b.map((number) => number + a[0]!);
  return b.length === 1 ? added(b, a) : a.map((number, i) => number + (b[i] ?? NaN));
}

function widthOf({ terms, bias }: Affine): number {
  return terms[0]?.factor.columns ?? bias.length;
}

function columnsOf({ terms, bias }: Affine, start: number, end: number): Affine {
  return {
    terms: terms.map(({ operand, factor }) => ({ operand, factor: factor.part(1, start, end) })),
    bias: bias.length === 1 ? bias : bias.slice(start, end),
  };
}
