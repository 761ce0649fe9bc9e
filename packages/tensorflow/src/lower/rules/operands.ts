// Operands of elementwise operators: brought into one layout, with ONNX's broadcasting (aligned at the last axis) kept.

import { reshapedSource } from "@tersor/core";
import { attr } from "../emitter.ts";
import { isPlain, movesUnitsOnly, plainLayout, sameLayout, storedShape, type Layout } from "../layout.ts";
import type { LowerContext } from "../rule.ts";
import { arranged } from "../values.ts";

/** The layout that most of these inputs have already; among equals one that is not ONNX's own. */
export function commonLayout(context: LowerContext, inputs: readonly number[], rank: number): Layout {
  const layouts = inputs
    .filter((input) => context.constant(input) === undefined && context.rank(input) === rank)
    .map((input) => context.stored(input).layout);
  let best: Layout = plainLayout(rank);
  let most = 0;
  for (const layout of layouts) {
    const votes = 2 * layouts.filter((other) => sameLayout(other, layout)).length + (isPlain(layout) ? 0 : 1);
    if (votes > most) [best, most] = [layout, votes];
  }
  return best;
}

/** An input that is broadcast against values of this layout. */
export function operand(context: LowerContext, input: number, layout: Layout): string {
  const constant = context.constant(input);
  const rank = context.rank(input);
  if (rank === 0) return context.in(input);
  if (constant?.codes === undefined && constant) {
    const { name, source } = arranged(constant, layout);
    return context.place({ name, source: reshapedSource(source, withoutLeadingUnits(source.shape)) });
  }
  if (rank === layout.length) return context.in(input, layout);
  return isPlain(layout) ? context.in(input) : raised(context, input, layout);
}

function withoutLeadingUnits(shape: readonly number[]): readonly number[] {
  const first = shape.findIndex((size) => size !== 1);
  return first < 0 ? [] : shape.slice(first);
}

/** A value of lower rank with the axes that broadcasting would give it, in this layout. */
function raised(context: LowerContext, input: number, layout: Layout): string {
  const { dtype, shape } = context.type(input);
  const full = [...Array<number>(layout.length - shape.length).fill(1), ...shape];
  const target = storedShape(full, layout);
  const attributes = { T: attr.type(dtype) };
  const { to } = context;
  if (movesUnitsOnly(full, layout))
    return to.add("Reshape", [context.in(input), context.sizes(target)], attributes, { dtype, shape: target });
  const high = to.add("Reshape", [context.in(input), context.sizes(full)], attributes, { dtype, shape: full });
  return to.add("Transpose", [high, to.ints(layout)], attributes, { dtype, shape: target });
}
