// Blocks of space put into the batch and back: paddings and cuts around a Reshape, a Transpose and a Reshape.
// https://www.tensorflow.org/api_docs/python/tf/space_to_batch

import type { GraphBuilder } from "@tersor/core";
import { concat, intOf, reshape, sizeOf, transpose, upTo } from "../building.ts";
import { defineRule, type RuleContext, type TensorFlowRule } from "../rule.ts";
import { asInt64 } from "../wide.ts";
import { pick } from "./join.ts";
import { reshapeBy } from "./reshape.ts";

/** Sizes of the blocks along the axes 1, 2, ...; and what is padded or cut there, int64 [axes, 2]. */
interface Blocks {
  readonly sizes: readonly number[];
  readonly edges: string;
}

/** The first versions have one size for both axes, as an attribute. */
function blocksOf(context: RuleContext): Blocks {
  const { node, to, inputs } = context;
  if (node.op.endsWith("ND")) return { sizes: context.numbers(1), edges: asInt64(to, inputs[2]!) };
  const size = intOf(context, "block_size", 2);
  return { sizes: [size, size], edges: asInt64(to, inputs[1]!) };
}

/** A size that is known, or an int64 scalar. */
type Size = number | string;

function reshaped(to: GraphBuilder, value: string, sizes: readonly Size[]): string {
  const parts = sizes.map((size) => (typeof size === "number" ? to.int64s([size]) : reshape(to, size, [1])));
  return reshapeBy(to, value, concat(to, parts, 0));
}

const spaceToBatch = defineRule({
  ops: ["SpaceToBatchND", "SpaceToBatch"],
  convert: (context) => {
    const { to } = context;
    const blocks = blocksOf(context);
    const count = blocks.sizes.length;
    const rank = context.rank(0);
    const x = padded(to, context.inputs[0]!, blocks, rank);
    const inner = blocks.sizes.map((size, i) => dividedBy(to, sizeOf(to, x, i + 1), size));
    const rest = upTo(rank)
      .slice(count + 1)
      .map((axis) => sizeOf(to, x, axis));
    const split = reshaped(to, x, [sizeOf(to, x, 0), ...inner.flatMap((size, i) => [size, blocks.sizes[i]!]), ...rest]);
    const blockAxes = upTo(count).map((i) => 2 * i + 2);
    const moved = transpose(to, split, [
      ...blockAxes,
      0,
      ...upTo(count).map((i) => 2 * i + 1),
      ...restAxes(rank, count),
    ]);
    return [reshaped(to, moved, [-1, ...inner, ...rest])];
  },
});

const batchToSpace = defineRule({
  ops: ["BatchToSpaceND", "BatchToSpace"],
  convert: (context) => {
    const { to } = context;
    const blocks = blocksOf(context);
    const count = blocks.sizes.length;
    const rank = context.rank(0);
    const x = context.inputs[0]!;
    const inner = upTo(count).map((i) => sizeOf(to, x, i + 1));
    const rest = upTo(rank)
      .slice(count + 1)
      .map((axis) => sizeOf(to, x, axis));
    const batch = dividedBy(
      to,
      sizeOf(to, x, 0),
      blocks.sizes.reduce((product, size) => product * size, 1),
    );
    const split = reshaped(to, x, [...blocks.sizes, batch, ...inner, ...rest]);
    const spatial = upTo(count).flatMap((i) => [count + 1 + i, i]);
    const moved = transpose(to, split, [count, ...spatial, ...restAxes(rank, count)]);
    const whole = inner.map((size, i) => to.add("Mul", [size, to.constant("int64", [], [blocks.sizes[i]!])]));
    return [cropped(to, reshaped(to, moved, [batch, ...whole, ...rest]), blocks)];
  },
});

/** The axes behind the spatial ones, once each of those has become two. */
function restAxes(rank: number, count: number): readonly number[] {
  return upTo(rank)
    .slice(count + 1)
    .map((axis) => axis + count);
}

function dividedBy(to: GraphBuilder, size: string, divisor: number): string {
  return to.add("Div", [size, to.constant("int64", [], [divisor])]);
}

function padded(to: GraphBuilder, x: string, { edges, sizes }: Blocks, rank: number): string {
  const behind = rank - sizes.length - 1;
  const ends = upTo(2).map((end) => {
    const zeros = (count: number): readonly string[] => (count === 0 ? [] : [to.int64s(Array<number>(count).fill(0))]);
    return concat(to, [...zeros(1), pick(to, edges, end, 1), ...zeros(behind)], 0);
  });
  return to.add("Pad", [x, concat(to, ends, 0)]);
}

function cropped(to: GraphBuilder, x: string, { edges, sizes }: Blocks): string {
  const axes = sizes.map((_, i) => i + 1);
  const whole = concat(
    to,
    axes.map((axis) => reshape(to, sizeOf(to, x, axis), [1])),
    0,
  );
  const ends = to.add("Sub", [whole, pick(to, edges, 1, 1)]);
  return to.add("Slice", [x, pick(to, edges, 0, 1), ends, to.int64s(axes)]);
}

export const spaceBatches: readonly TensorFlowRule[] = [batchToSpace, spaceToBatch];
