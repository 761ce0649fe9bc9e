// Elements put at indices: ScatterNd and its kin, sums over segments, stitching.

import { attribute, type GraphBuilder } from "@tersor/core";
import { concat, elementType, reshape, shapeOf, squeeze, unsqueeze } from "../building.ts";
import { defineRule, type RuleContext, type TensorFlowRule } from "../rule.ts";
import { asInt64, narrowed } from "../wide.ts";
import { filled } from "./fill.ts";

/** Updates of the same place add up. */
const scatterNd = defineRule({
  ops: ["ScatterNd"],
  convert: (context) => {
    const { to, inputs } = context;
    const [indices, updates, shape] = inputs as readonly [string, string, string];
    const zeros = filled(to, asInt64(to, shape), elementType({ ...context, inputs: [updates] }), 0);
    return [scatter(to, zeros, indices, updates, "add")];
  },
});

const tensorScatter = defineRule({
  ops: ["TensorScatterUpdate", "TensorScatterAdd", "TensorScatterSub"],
  convert: ({ node, to, inputs }) => {
    const [x, indices, updates] = inputs as readonly [string, string, string];
    if (node.op === "TensorScatterUpdate") return [scatter(to, x, indices, updates, "none")];
    const added = node.op === "TensorScatterAdd" ? updates : to.add("Neg", [updates]);
    return [scatter(to, x, indices, added, "add")];
  },
});

function scatter(to: GraphBuilder, x: string, indices: string, updates: string, reduction: "add" | "none"): string {
  const how = reduction === "none" ? {} : { reduction: attribute.string(reduction) };
  return to.add("ScatterND", [x, asInt64(to, indices), updates], how);
}

/** Rows of the same segment added up. Segments that are below zero are left out: their index is refused. */
const segmentSum = defineRule({
  ops: ["UnsortedSegmentSum", "SegmentSum"],
  convert: (context) => {
    const { node, to, inputs } = context;
    const [data, segments] = inputs as readonly [string, string];
    const segmentRank = context.rank(1);
    const ids = asInt64(to, segments);
    const count = node.op === "SegmentSum" ? oneMoreThanLargest(to, ids, segmentRank) : asInt64(to, inputs[2]!);
    const rows = shapeOf(to, data, segmentRank);
    const zeros = filled(to, concat(to, [reshape(to, count, [1]), rows], 0), elementType(context), 0);
    return [scatter(to, zeros, unsqueeze(to, ids, [segmentRank]), data, "add")];
  },
});

/** Rows that other tensors bring, each with its place; a later one wins. */
const dynamicStitch = defineRule({
  ops: ["DynamicStitch", "ParallelDynamicStitch"],
  convert: (context) => {
    const { to, inputs } = context;
    const count = inputs.length / 2;
    const indices = inputs.slice(0, count).map((value) => reshape(to, asInt64(to, value), [-1]));
    const data = inputs.slice(count).map((value, i) => rowsOf(context, value, context.rank(i)));
    const places = concat(to, indices, 0);
    const all = concat(to, data, 0);
    const size = concat(to, [reshape(to, oneMoreThanLargest(to, places, 1), [1]), shapeOf(to, all, 1)], 0);
    const dtype = elementType({ ...context, inputs: [all] });
    return [scatter(to, filled(to, size, dtype, 0), unsqueeze(to, places, [1]), all, "none")];
  },
});

/** Data with the axes of its indices made one. */
function rowsOf({ to }: RuleContext, value: string, indexRank: number): string {
  if (indexRank === 1) return value;
  if (indexRank === 0) return unsqueeze(to, value, [0]);
  return to.add("Reshape", [value, concat(to, [to.int64s([-1]), shapeOf(to, value, indexRank)], 0)]);
}

function oneMoreThanLargest(to: GraphBuilder, indices: string, rank: number): string {
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  const largest = to.add("ReduceMax", [indices], { axes: attribute.ints(axes), keepdims: attribute.int(0) });
  return to.add("Add", [largest, to.constant("int64", [], [1])]);
}

/** p, where p holds each of 0 ... n - 1 once, read the other way. */
const invertPermutation = defineRule({
  ops: ["InvertPermutation"],
  convert: ({ to, inputs }) => {
    const places = asInt64(to, inputs[0]!);
    const known = to.known(inputs[0]!);
    const dtype = to.dtype(inputs[0]!) ?? "int32";
    if (known !== undefined) return [to.constant(dtype, known.shape, inverseOf(Array.from(known.data, Number)))];
    const zero = to.constant("int64", [], [0]);
    const count = squeeze(to, shapeOf(to, places), [0]);
    const positions = to.add("Range", [zero, count, to.constant("int64", [], [1])]);
    const inverse = to.add("ScatterElements", [places, places, positions]);
    return [narrowed(to, inverse, dtype)];
  },
});

function inverseOf(permutation: readonly number[]): readonly number[] {
  const inverse = Array<number>(permutation.length).fill(0);
  permutation.forEach((place, i) => (inverse[place] = i));
  return inverse;
}

export const scatters: readonly TensorFlowRule[] = [
  dynamicStitch,
  invertPermutation,
  scatterNd,
  segmentSum,
  tensorScatter,
];
