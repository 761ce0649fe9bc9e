// Elements of small tensors while shapes are inferred: moved, broadcast, and rounded to their type.

import { broadcastDims, boundsOfDim, isIntegralDim, mulDims, type Dim } from "../graph/dim.ts";
import { isTersorError } from "../errors.ts";
import { dataTypes, type DataType } from "../tensor/dtype.ts";
import { bfloat16FromFloat32, float16FromFloat32, float32FromBfloat16, float32FromFloat16 } from "../tensor/half.ts";
import type { TensorSource } from "../tensor/source.ts";
import { elementCount, integerRange, numbersOf, type Tensor } from "../tensor/tensor.ts";
import type { Elements } from "./define.ts";

/** One element: a number, a symbol, or null where it is not known. */
export type Element = Dim | null;

/** The elements of a small constant. A source that can't be read has none: reading it reports the reason. */
export function elementsOfSource(source: TensorSource, maxElements: number): Elements | undefined {
  if (!isPlain(source.dtype) || elementCount(source.shape) > maxElements) return undefined;
  try {
    return elementsOfTensor(source.tensor());
  } catch (error) {
    if (isTersorError(error)) return undefined;
    throw error;
  }
}

/** The elements of a tensor of numbers or truth values. */
export function elementsOfTensor(tensor: Tensor): Elements | undefined {
  if (!isPlain(tensor.dtype)) return undefined;
  return { dtype: tensor.dtype, shape: tensor.shape, data: numbersOf(tensor) };
}

/** Types whose elements are followed: no strings, complex numbers or floats of 8 bits and less. */
export function isPlain(dtype: DataType): boolean {
  const { kind, bits } = dataTypes[dtype];
  return kind === "signed" || kind === "unsigned" || kind === "bool" || (kind === "float" && bits >= 16);
}

/** The elements as numbers, or undefined when they are absent or one is not a number. */
export function numbersOfElements(elements: Elements | undefined): readonly number[] | undefined {
  const data = elements && Array.from(elements.data);
  return data?.every((element) => typeof element === "number") ? data : undefined;
}

/** An element-by-element function of one tensor. */
export function mapElements(x: Elements, dtype: DataType, compute: (element: Element) => Element): Elements {
  return { dtype, shape: x.shape, data: Array.from(x.data, (element) => rounded(dtype, compute(element))) };
}

/** An element-by-element function of tensors that are broadcast against each other. */
export function zipElements(
  inputs: readonly Elements[],
  dtype: DataType,
  compute: (elements: readonly Element[]) => Element,
): Elements | undefined {
  const shape = inputs
    .map(({ shape }) => shape)
    .reduce<readonly Dim[] | undefined>((a, b) => a && broadcastDims(a, b), []);
  if (!isNumeric(shape)) return undefined;
  const spread = inputs.map((input) => broadcastTo(input, shape));
  const data = Array.from({ length: elementCount(shape) }, (_, i) =>
    rounded(dtype, compute(spread.map(({ data }) => data[i]!))),
  );
  return { dtype, shape, data };
}

/** The tensor repeated along axes of size 1 and new leading axes. */
export function broadcastTo(x: Elements, shape: readonly number[]): Elements {
  const lead = shape.length - x.shape.length;
  return moved(x, shape, (index) => x.shape.map((dim, axis) => (dim === 1 ? 0 : index[lead + axis]!)));
}

/** A tensor of `shape` whose element at each index is that of `x` at the index that `from` gives; null outside of `x`. */
export function moved(
  x: Elements,
  shape: readonly number[],
  from: (index: readonly number[]) => readonly number[] | undefined,
): Elements {
  const data = indices(shape).map((index) => {
    const source = from(index);
    return source === undefined ? null : elementAt(x, source);
  });
  return { dtype: x.dtype, shape, data };
}

/** The element at an index, null where the index lies outside. */
export function elementAt(x: Elements, index: readonly number[]): Element {
  const inside = index.every((at, axis) => Number.isInteger(at) && at >= 0 && at < x.shape[axis]!);
  return inside ? (x.data[flatIndex(index, x.shape)] ?? null) : null;
}

/** The same elements under another shape. */
export function reshaped(x: Elements, shape: readonly number[]): Elements | undefined {
  return elementCount(shape) === x.data.length ? { ...x, shape } : undefined;
}

/** A tensor whose elements are all the same. */
export function filled(dtype: DataType, shape: readonly number[], element: Element): Elements {
  return { dtype, shape, data: Array<Element>(elementCount(shape)).fill(element) };
}

/** All index vectors of a shape in row-major order. */
export function indices(shape: readonly number[]): readonly (readonly number[])[] {
  return Array.from({ length: elementCount(shape) }, (_, flat) => indexVector(flat, shape));
}

export function flatIndex(index: readonly number[], shape: readonly number[]): number {
  return index.reduce((flat, at, axis) => flat * shape[axis]! + at, 0);
}

export function isNumeric(shape: readonly Dim[] | undefined): shape is readonly number[] {
  return shape !== undefined && shape.every((dim) => typeof dim === "number");
}

/**
 * A result rounded once to its type. Null where the type can't hold it exactly as a run would: integers that
 * would wrap, symbols in narrow types, and fractions of symbols that float32 rounding could move past an integer.
 */
export function rounded(dtype: DataType, element: Element): Element {
  if (element === null) return null;
  if (typeof element === "string") return holdsSymbols(dtype) ? element : null;
  switch (dtype) {
    case "float32":
      return Math.fround(element);
    case "float64":
      return element;
    case "float16":
      return float32FromFloat16(float16FromFloat32(Math.fround(element)));
    case "bfloat16":
      return float32FromBfloat16(bfloat16FromFloat32(Math.fround(element)));
    case "bool":
      return element ? 1 : 0;
  }
  return roundedInteger(dtype, element);
}

function roundedInteger(dtype: DataType, element: number): Element {
  const { kind } = dataTypes[dtype];
  if ((kind !== "signed" && kind !== "unsigned") || !Number.isInteger(element)) return null;
  const [low, high] = integerRange(dtype);
  return element >= low && element <= high ? element : null;
}

function holdsSymbols(dtype: DataType): boolean {
  return dtype === "int64" || dtype === "int32" || dtype === "float32" || dtype === "float64";
}

/** Whether float arithmetic on it is exact for sizes that occur: a multiple of 1/256, and small if it is a number. */
export function isExactFloat(element: Dim): boolean {
  return isIntegralDim(mulDims(element, 256)) && (typeof element === "string" || Math.abs(element) < 2 ** 24);
}

/** Truth of a comparison with zero, where it is certain. */
export function certainly(difference: Dim, test: (low: number, high: number) => boolean | undefined): Element {
  const truth = test(...boundsOfDim(difference));
  return truth === undefined ? null : truth ? 1 : 0;
}

function indexVector(flat: number, shape: readonly number[]): readonly number[] {
  const index = Array<number>(shape.length);
  let rest = flat;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index[axis] = rest % shape[axis]!;
    rest = Math.floor(rest / shape[axis]!);
  }
  return index;
}
