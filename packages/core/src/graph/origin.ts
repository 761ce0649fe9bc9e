// Where a weight came from: a source tensor and the chain of changes that led here, oldest first.
// Run backwards it gives the source again, which is how trained and quantized weights find their way home.

import { TersorError } from "../errors.ts";
import { dataTypes, isInteger, type DataType } from "../tensor/dtype.ts";
import { stridesOf, transposed } from "../tensor/layout.ts";
import {
  bytesOf,
  float32Of,
  integerRange,
  numbersOf,
  tensorFromBytes,
  tensorFromNumbers,
  type Shape,
  type Tensor,
} from "../tensor/tensor.ts";
import type { Weight } from "./graph.ts";

/** One change on the way from the source to the weight. */
export type OriginStep =
  | { readonly kind: "transpose"; readonly permutation: readonly number[] }
  | { readonly kind: "reshape"; readonly from: Shape; readonly to: Shape }
  /** To a type that holds every value of the other: casts that round end the chain. */
  | { readonly kind: "cast"; readonly from: DataType; readonly to: DataType }
  /** Multiplied along `axis` by `factors`; undone with an error of a few ulp per element. */
  | { readonly kind: "scale"; readonly axis: number; readonly factors: Float32Array }
  /** Added to along `axis`; undone with a rounding error of the larger of both. */
  | { readonly kind: "shift"; readonly axis: number; readonly offsets: Float32Array }
  /** Put in another order along `axis`: index `i` of the result is index `order[i]` of the source. */
  | { readonly kind: "reorder"; readonly axis: number; readonly order: readonly number[] };

/** The source of a weight by name, or why it was given up. */
export type Origin =
  | { readonly kind: "chain"; readonly source: string; readonly steps: readonly OriginStep[] }
  | { readonly kind: "dropped"; readonly why: string };

/** The origin of a weight as it was read. */
export function originOf(source: string): Origin {
  return { kind: "chain", source, steps: [] };
}

/** The origin of a value that no source tensor stands for. */
export function dropped(why: string): Origin {
  return { kind: "dropped", why };
}

/** The chain, one step longer. */
export function extend(origin: Origin, ...steps: readonly OriginStep[]): Origin {
  return origin.kind === "dropped" ? origin : { ...origin, steps: [...origin.steps, ...steps] };
}

/**
 * Runs the chain of a weight backwards: `tensor` (its own elements, or new ones after training) has the shape and
 * element type of the weight, the result those of the source tensor.
 * Exact to the bit unless the chain scales (relative error at most 2^-22 for each scale).
 * @throws CORE_ORIGIN_DROPPED when the weight has no way home.
 */
export function restoreSource({ origin, source }: Weight, tensor: Tensor = source.tensor()): Tensor {
  if (origin.kind === "dropped") {
    const message = `The weight can't be traced to a tensor of the source model: ${origin.why}.`;
    throw new TersorError("CORE_ORIGIN_DROPPED", message, { why: origin.why });
  }
  return origin.steps.reduceRight(undo, tensor);
}

/** Runs a chain forwards: what the weight is when the source tensor is `tensor`. */
export function applySteps(steps: readonly OriginStep[], tensor: Tensor): Tensor {
  return steps.reduce(apply, tensor);
}

/**
 * Whether the weight holds codes: integers that stand for the floats of its source, by a scale that the weight does not
 * have. Run backwards they would come home as they are.
 */
export function holdsCodes({ origin, source }: Weight): boolean {
  if (origin.kind === "dropped" || dataTypes[source.dtype].kind === "float") return false;
  return origin.steps.some((step) => step.kind === "cast" && dataTypes[step.from].kind === "float");
}

/** Whether running the chain backwards gives the source to the bit. */
export function isExactOrigin(origin: Origin): boolean {
  if (origin.kind === "dropped") return false;
  return origin.steps.every(({ kind }) => kind !== "scale" && kind !== "shift");
}

/** Whether every value of one element type has a place in the other, so that a cast there and back changes nothing. */
export function isWidening(from: DataType, to: DataType): boolean {
  if (from === to) return true;
  const [a, b] = [dataTypes[from], dataTypes[to]];
  if (a.kind === "bool") return (b.kind === "float" && b.bits >= 16) || isInteger(to);
  if (isInteger(from) && isInteger(to)) {
    const [[low, high], [least, most]] = [integerRange(from), integerRange(to)];
    return least <= low && high <= most && b.bits > a.bits;
  }
  if (b.kind !== "float" || b.bits < 16) return false;
  if (isInteger(from)) return a.bits < significandBits(to);
  return a.kind === "float" && a.bits >= 16 && b.bits > a.bits;
}

function significandBits(dtype: DataType): number {
  return { float16: 11, bfloat16: 8, float32: 24, float64: 53 }[dtype as string] ?? 0;
}

function undo(tensor: Tensor, step: OriginStep): Tensor {
  switch (step.kind) {
    case "transpose":
      return transposed(tensor, inverseOf(step.permutation));
    case "reshape":
      return { ...tensor, shape: step.from };
    case "cast":
      return tensorFromNumbers(step.from, tensor.shape, numbersOf(tensor));
    case "scale":
      return combined(tensor, step.axis, step.factors, (x, f) => x / f);
    case "shift":
      return combined(tensor, step.axis, step.offsets, (x, y) => x - y);
    case "reorder":
      return reordered(tensor, step.axis, inverseOf(step.order));
  }
}

function apply(tensor: Tensor, step: OriginStep): Tensor {
  switch (step.kind) {
    case "transpose":
      return transposed(tensor, step.permutation);
    case "reshape":
      return { ...tensor, shape: step.to };
    case "cast":
      return tensorFromNumbers(step.to, tensor.shape, numbersOf(tensor));
    case "scale":
      return combined(tensor, step.axis, step.factors, (x, f) => x * f);
    case "shift":
      return combined(tensor, step.axis, step.offsets, (x, y) => x + y);
    case "reorder":
      return reordered(tensor, step.axis, step.order);
  }
}

function combined(
  tensor: Tensor,
  axis: number,
  along: ArrayLike<number>,
  combine: (x: number, y: number) => number,
): Tensor {
  return tensorFromNumbers(tensor.dtype, tensor.shape, scaledAlong(tensor, axis, along, combine));
}

/** Rows of equal size, each the block that one index of `axis` stands for, in the order asked for. */
function reordered(tensor: Tensor, axis: number, order: readonly number[]): Tensor {
  const bytes = bytesOf(tensor);
  const rows = tensor.shape.slice(0, axis + 1).reduce((product, dim) => product * dim, 1);
  const size = rows === 0 ? 0 : bytes.length / rows;
  const out = new Uint8Array(bytes.length);
  for (let row = 0; row < rows; row++) {
    const from = row - (row % order.length) + order[row % order.length]!;
    out.set(bytes.subarray(from * size, (from + 1) * size), row * size);
  }
  return tensorFromBytes(tensor.dtype, tensor.shape, out);
}

/** Elements multiplied, or otherwise combined, with the factor at their index on `axis`. */
export function scaledAlong(
  tensor: Tensor,
  axis: number,
  factors: ArrayLike<number>,
  combine: (element: number, factor: number) => number = (element, factor) => element * factor,
): Float32Array {
  const elements = float32Of(tensor);
  const inner = stridesOf(tensor.shape)[axis]!;
  const out = new Float32Array(elements.length);
  for (let start = 0, row = 0; start < out.length; start += inner, row++) {
    const factor = factors[row % factors.length]!;
    for (let i = start; i < start + inner; i++) out[i] = combine(elements[i]!, factor);
  }
  return out;
}

/** The permutation that undoes another one. */
export function inverseOf(permutation: readonly number[]): readonly number[] {
  const inverse = new Array<number>(permutation.length);
  permutation.forEach((axis, index) => (inverse[axis] = index));
  return inverse;
}
