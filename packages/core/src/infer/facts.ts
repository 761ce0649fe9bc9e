// Facts: made from types and weights, and cleaned of what no shape can be.

import type { Dim } from "../graph/dim.ts";
import type { ValueType } from "../graph/graph.ts";
import type { Elements, Fact, TensorFact } from "../ops/define.ts";
import type { DataType } from "../tensor/dtype.ts";
import type { TensorSource } from "../tensor/source.ts";
import { elementsOfSource } from "../ops/elements.ts";
import { elementCount } from "../tensor/tensor.ts";

/** The fact that a type states. */
export function factOfType(type: ValueType): Fact {
  return type.kind === "tensor" ? tensorFact(type.dtype, type.shape) : type;
}

export function tensorFact(
  dtype: DataType | undefined,
  shape: readonly Dim[] | undefined,
  value?: Elements | undefined,
): TensorFact {
  return { kind: "tensor", ...(dtype && { dtype }), ...(shape && { shape }), ...(value && { value }) };
}

/** The fact of a constant; its elements are known when there are at most `maxElements` and they are numbers. */
export function factOfSource(source: TensorSource, maxElements: number): TensorFact {
  return tensorFact(source.dtype, source.shape, elementsOfSource(source, maxElements));
}

/** Number of elements of a shape of numbers, undefined when a dimension is symbolic. */
export function knownCount(shape: readonly Dim[] | undefined): number | undefined {
  if (!shape?.every((dim) => typeof dim === "number")) return undefined;
  return elementCount(shape);
}

/** The shape with everything that can be no dimension (negative, fractional, too large) replaced. */
export function cleanShape(shape: readonly Dim[], replace: (axis: number) => Dim): readonly Dim[] {
  const isDim = (dim: Dim) => typeof dim === "string" || (Number.isSafeInteger(dim) && dim >= 0);
  return shape.every(isDim) ? shape : shape.map((dim, axis) => (isDim(dim) ? dim : replace(axis)));
}
