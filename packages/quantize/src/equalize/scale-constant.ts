// A constant multiplied by factors per channel, computed when it is read, with the way home to its source.

import {
  bytesOf,
  derivedSource,
  dropped,
  elementCount,
  extend,
  float32Of,
  tensorFromNumbers,
  type OriginStep,
  type TensorSource,
  type Weight,
} from "@tersor/core";
import { expanded, paddedShape, type Factor } from "./factor.ts";

/** The weight times the factors; a constant with fewer elements than factors (a number for all channels) is spread. */
export function scaledWeight({ source, origin }: Weight, factor: Factor): Weight {
  const shape = broadcast(source.shape, factor.shape);
  const steps = shape.join() === source.shape.join() ? stepsOf(factor, shape) : undefined;
  return {
    source: derivedSource([source], source.dtype, shape, () => bytesOf(product(source, shape, factor))),
    origin: steps ? extend(origin, ...steps) : dropped("factors per channel were spread over it"),
  };
}

function broadcast(a: readonly number[], b: readonly number[]): readonly number[] {
  const rank = Math.max(a.length, b.length);
  const [left, right] = [paddedShape(a, rank)!, paddedShape(b, rank)!];
  return left.map((size, axis) => (size === 1 ? right[axis]! : size));
}

function product(source: TensorSource, shape: readonly number[], factor: Factor) {
  const elements = float32Of(source.tensor());
  const spread =
    elements.length === elementCount(shape) ? elements : expanded({ shape: source.shape, values: elements }, shape);
  return tensorFromNumbers(source.dtype, shape, multiplied(spread, shape, factor));
}

function multiplied(elements: Float32Array, shape: readonly number[], factor: Factor): Float32Array {
  const sizes = paddedShape(factor.shape, shape.length)!;
  const last = sizes.findLastIndex((size) => size !== 1);
  if (last < 0) return elements.map((element) => element * factor.values[0]!);
  const block = expanded({ shape: sizes.slice(0, last + 1), values: factor.values }, shape.slice(0, last + 1));
  const inner = elementCount(shape.slice(last + 1));
  const out = new Float32Array(elements.length);
  for (let start = 0, row = 0; start < out.length; start += inner, row++)
    for (let i = start; i < start + inner; i++) out[i] = elements[i]! * block[row]!;
  return out;
}

/** The change as steps of an origin: the axes that the factors vary on are taken as one. */
function stepsOf(factor: Factor, shape: readonly number[]): readonly OriginStep[] {
  const sizes = paddedShape(factor.shape, shape.length)!;
  const first = Math.max(
    0,
    sizes.findIndex((size) => size !== 1),
  );
  const end =
    Math.max(
      first,
      sizes.findLastIndex((size) => size !== 1),
    ) + 1;
  const block = shape.slice(first, end);
  const factors = expanded({ shape: sizes.slice(first, end), values: factor.values }, block);
  const scale: OriginStep = { kind: "scale", axis: first, factors };
  if (block.length === 1) return [scale];
  const merged = [...shape.slice(0, first), elementCount(block), ...shape.slice(end)];
  return [{ kind: "reshape", from: shape, to: merged }, scale, { kind: "reshape", from: merged, to: shape }];
}
