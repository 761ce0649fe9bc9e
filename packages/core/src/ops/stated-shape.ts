// A shape that a tensor of integers states: each element is a dimension, unknown ones get a dimension of their own.

import type { Dim } from "../graph/dim.ts";
import type { RuleContext, ShapedInput } from "./define.ts";

/** The shape whose dimensions are the elements of the input; undefined when not even its rank is known. */
export function statedShape(input: ShapedInput, context: RuleContext, output = 0): readonly Dim[] | undefined {
  return statedElements(input)?.map((element, axis) => element ?? context.unknownDim(output, axis));
}

const MAX_RANK = 64;

/** The elements, null where unknown; undefined when their number is unknown or no rank. */
export function statedElements(input: ShapedInput): readonly (Dim | null)[] | undefined {
  if (input.value !== undefined) return input.value.data.length <= MAX_RANK ? Array.from(input.value.data) : undefined;
  const [length] = input.shape;
  const rank = typeof length === "number" && input.shape.length === 1 && length <= MAX_RANK ? length : undefined;
  return rank === undefined ? undefined : Array<null>(rank).fill(null);
}
