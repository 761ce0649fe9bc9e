// Elements looked up by index.
// https://www.tensorflow.org/api_docs/python/tf/gather

import { attribute, type GraphBuilder } from "@tersor/core";
import { axisFromZero, cast, intOf, transpose, unsqueeze, upTo } from "../building.ts";
import { defineRule, type RuleContext, type TensorFlowRule } from "../rule.ts";
import { asInt64, wide } from "../wide.ts";

const gather = defineRule({
  ops: ["Gather", "ResourceGather"],
  convert: wide((context) => {
    const batchDims = intOf(context, "batch_dims", 0);
    return [gatherAlong(context, batchDims, batchDims)];
  }),
});

const gatherV2 = defineRule({
  ops: ["GatherV2"],
  convert: wide((context) => {
    const stated = context.numbers(2)[0] ?? 0;
    const axis = stated < 0 ? axisFromZero(context, stated, context.rank(0)) : stated;
    const batchDims = intOf(context, "batch_dims", 0);
    return [gatherAlong(context, axis, batchDims < 0 ? batchDims + context.rank(1) : batchDims)];
  }),
});

function gatherAlong(context: RuleContext, axis: number, batchDims: number): string {
  const { to, inputs } = context;
  const [params, indices] = inputs as readonly [string, string];
  if (batchDims === 0) return to.add("Gather", [params, indices], { axis: attribute.int(axis) });
  return gatherInBatches(to, { params, indices, axis, batchDims }, [context.rank(0), context.rank(1)]);
}

/** The batch axes come first in both; the axis that is looked into is moved behind them, and the rest back in place. */
function gatherInBatches(
  to: GraphBuilder,
  { params, indices, axis, batchDims }: { params: string; indices: string; axis: number; batchDims: number },
  [rank, indexRank]: readonly [number, number],
): string {
  const batch = upTo(batchDims);
  const between = upTo(axis).slice(batchDims);
  const behind = upTo(rank).slice(axis + 1);
  const data = transpose(to, params, [...batch, axis, ...between, ...behind]);
  const index = unsqueeze(to, asInt64(to, indices), [indexRank]);
  const found = to.add("GatherND", [data, index], { batch_dims: attribute.int(batchDims) });
  // found: batch, indices, between, behind.
  const looked = upTo(indexRank).slice(batchDims);
  const betweenNow = between.map((_, i) => indexRank + i);
  const behindNow = behind.map((_, i) => indexRank + between.length + i);
  return transpose(to, found, [...batch, ...betweenNow, ...looked, ...behindNow]);
}

const gatherNd = defineRule({
  ops: ["GatherNd", "ResourceGatherNd"],
  convert: wide((context) => {
    const { to, inputs } = context;
    const batchDims = attribute.int(intOf(context, "batch_dims", 0));
    return [to.add("GatherND", [inputs[0]!, asInt64(to, inputs[1]!)], { batch_dims: batchDims })];
  }),
});

/** The positions of what is not zero, one row each. */
const whereTrue = defineRule({
  ops: ["Where"],
  convert: ({ to, inputs }) => [transpose(to, to.add("NonZero", [cast(to, inputs[0]!, "bool")]), [1, 0])],
});

export const gathers: readonly TensorFlowRule[] = [gather, gatherNd, gatherV2, whereTrue];
