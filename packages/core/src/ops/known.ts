// What is known of inputs: elements of a constant as numbers or dimensions, axes, element types.

import type { Dim } from "../graph/dim.ts";
import { dataTypeOf, type DataType } from "../tensor/dtype.ts";
import type { Fact, ShapedInput, TensorFact } from "./define.ts";

/** All elements as numbers, or undefined when the input is absent or one of them is not known. */
export function numbersIn(input: ShapedInput | TensorFact | undefined): readonly number[] | undefined {
  const elements = dimsIn(input);
  return elements?.every((element) => typeof element === "number") ? elements : undefined;
}

/** All elements as dimensions (numbers or symbols), or undefined when one of them is not known. */
export function dimsIn(input: ShapedInput | TensorFact | undefined): readonly Dim[] | undefined {
  if (input?.value === undefined) return undefined;
  const elements = Array.from(input.value.data);
  return elements.every((element) => element !== null) ? elements : undefined;
}

/** The single element of a scalar or a vector of one. */
export function dimIn(input: ShapedInput | TensorFact | undefined): Dim | undefined {
  const elements = dimsIn(input);
  return elements?.length === 1 ? elements[0] : undefined;
}

/** The single element as a number. */
export function numberIn(input: ShapedInput | TensorFact | undefined): number | undefined {
  const element = dimIn(input);
  return typeof element === "number" ? element : undefined;
}

/** The axis counted from 0, or undefined when it lies outside the rank. */
export function axisOf(axis: number, rank: number): number | undefined {
  const counted = axis < 0 ? axis + rank : axis;
  return Number.isInteger(counted) && counted >= 0 && counted < rank ? counted : undefined;
}

/** The axes counted from 0, or undefined when one lies outside the rank. */
export function axesOf(axes: readonly number[], rank: number): readonly number[] | undefined {
  const counted = axes.map((axis) => axisOf(axis, rank));
  return counted.every((axis) => axis !== undefined) ? counted : undefined;
}

/** The fact of a tensor, or undefined for other kinds. */
export function tensorIn(fact: Fact | undefined): TensorFact | undefined {
  return fact?.kind === "tensor" ? fact : undefined;
}

/** The element type of a tensor, where it is known. */
export function dtypeIn(fact: Fact | undefined): DataType | undefined {
  return tensorIn(fact)?.dtype;
}

/** The element type that an attribute such as `dtype` or `to` names by ONNX's code; `otherwise` when it is absent. */
export function dtypeNamed(code: number | undefined, otherwise: DataType | undefined): DataType | undefined {
  return code === undefined ? otherwise : dataTypeOf(code);
}
