// Normalisations, and biases, which stand beside them.
// https://www.tensorflow.org/api_docs/python/tf/raw_ops/FusedBatchNormV3

import { attribute } from "@tersor/core";
import { cast, flagOf, floatOf, intOf, reshape, textOf, upTo } from "../building.ts";
import { channelsBack, channelsFirst, layoutOf, type Layout } from "../layout.ts";
import { defineRule, type RuleContext, type TensorFlowRule } from "../rule.ts";
import { reduceOver } from "./reduction.ts";

/** In training mode mean and variance are those of the batch itself. */
const fusedBatchNorm = defineRule({
  ops: ["FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"],
  convert: (context) => {
    const { to, inputs } = context;
    const rank = context.shape(0)?.length ?? 4;
    const layout = layoutOf(context, rank - 2);
    const x = channelsFirst(to, layout, inputs[0]!);
    const training = flagOf(context, "is_training", true);
    const [mean, variance] = training ? moments(context, layout, x) : [inputs[3]!, inputs[4]!];
    const epsilon = attribute.float(floatOf(context, "epsilon", 1e-4));
    const y = to.add("BatchNormalization", [x, inputs[1]!, inputs[2]!, mean, variance], { epsilon });
    return [channelsBack(to, layout, y), mean, variance, mean, variance];
  },
});

/** Mean and variance of each channel over the batch and the spatial axes, in float32. */
function moments({ to }: RuleContext, { spatialRank }: Layout, x: string): readonly [string, string] {
  const axes = [0, ...upTo(spatialRank).map((axis) => axis + 2)];
  const wide = cast(to, x, "float32");
  const mean = reduceOver(to, "ReduceMean", wide, axes, true);
  const difference = to.add("Sub", [wide, mean]);
  const variance = reduceOver(to, "ReduceMean", to.add("Mul", [difference, difference]), axes);
  return [reshape(to, mean, [-1]), variance];
}

/** TensorFlow's alpha is for each of the 2 * radius + 1 channels, ONNX's for all of them. */
const localResponse = defineRule({
  ops: ["LRN"],
  convert: (context) => {
    const { to, inputs } = context;
    const layout: Layout = { spatialRank: 2, channelsLast: true };
    const size = 2 * intOf(context, "depth_radius", 5) + 1;
    const attributes = {
      size: attribute.int(size),
      alpha: attribute.float(floatOf(context, "alpha", 1) * size),
      beta: attribute.float(floatOf(context, "beta", 0.5)),
      bias: attribute.float(floatOf(context, "bias", 1)),
    };
    return [channelsBack(to, layout, to.add("LRN", [channelsFirst(to, layout, inputs[0]!)], attributes))];
  },
});

/** Along the last axis, or the second one where channels come first. */
const biasAdd = defineRule({
  ops: ["BiasAdd", "BiasAddV1"],
  convert: (context) => {
    const { to, inputs } = context;
    const [x, bias] = inputs as readonly [string, string];
    const behind = textOf(context, "data_format", "NHWC").startsWith("NC") ? context.rank(0) - 2 : 0;
    const spread = behind === 0 ? bias : reshape(to, bias, [-1, ...Array<number>(behind).fill(1)]);
    return [to.add("Add", [x, spread])];
  },
});

export const normalization: readonly TensorFlowRule[] = [biasAdd, fusedBatchNorm, localResponse];
