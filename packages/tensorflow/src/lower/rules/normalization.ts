// Normalisations: one with fixed statistics is a factor and a shift per channel, the others are written out in means.
// https://onnx.ai/onnx/operators/onnx__BatchNormalization.html, onnx__LayerNormalization.html, onnx__LRN.html

import { float32Of, sourceOf, float32 } from "@tersor/core";
import { attr } from "../emitter.ts";
import { channelsLast, type Layout } from "../layout.ts";
import { defineLowering, type LowerContext, type LoweringRule, type Stored } from "../rule.ts";
import { axisOf } from "./move.ts";
import { operand } from "./operands.ts";

/** The rules of this family. */
export const normalizationRules: readonly LoweringRule[] = [
  defineLowering({ ops: ["BatchNormalization"], lower: (context) => [lowerBatchNorm(context)] }),
  defineLowering({ ops: ["InstanceNormalization"], lower: (context) => [lowerInstanceNorm(context)] }),
  defineLowering({ ops: ["LayerNormalization"], lower: (context) => [lowerLayerNorm(context)] }),
  defineLowering({ ops: ["LRN"], lower: (context) => [lowerLrn(context)] }),
];

const float = { T: attr.type("float32") };

/** x f + s with f = gamma / sqrt(variance + epsilon) and s = beta - mean f. */
function lowerBatchNorm(context: LowerContext): Stored {
  if (context.int("training_mode", 0) !== 0) context.refuse("it computes its statistics, as in training");
  if ([1, 2, 3, 4].some((input) => context.constant(input) === undefined)) return lowerComputedNorm(context);
  const [gamma, beta, mean, variance] = [1, 2, 3, 4].map((input) => parameters(context, input)) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const epsilon = context.float("epsilon", 1e-5);
  const factors = gamma.map((value, i) => value / Math.sqrt(variance[i]! + epsilon));
  const shifts = beta.map((value, i) => value - mean[i]! * factors[i]!);
  const { tensor, layout } = context.stored(0);
  const scaled = context.emit("Mul", [tensor, perChannel(context, factors, layout)], float, layout);
  return context.emit("AddV2", [scaled.tensor, perChannel(context, shifts, layout)], float, layout);
}

/** (x - mean) (gamma / sqrt(variance + epsilon)) + beta, with parameters that the graph computes. */
function lowerComputedNorm(context: LowerContext): Stored {
  const { to } = context;
  const { tensor, layout } = context.stored(0);
  const [gamma, beta, mean, variance] = [1, 2, 3, 4].map((input) => alongChannels(context, input, layout)) as [
    string,
    string,
    string,
    string,
  ];
  const type = to.type(variance);
  const shifted = to.add("AddV2", [variance, to.scalar("float32", context.float("epsilon", 1e-5))], float, type);
  const factor = to.add("Mul", [gamma, to.add("Rsqrt", [shifted], float, type)], float, type);
  const centred = to.add("Sub", [tensor, mean], float, to.type(tensor));
  const scaled = context.emit("Mul", [centred, factor], float, layout);
  return context.emit("AddV2", [scaled.tensor, beta], float, layout);
}

/** A vector of the graph, as it is broadcast along the channels in this layout. */
function alongChannels(context: LowerContext, input: number, layout: Layout): string {
  const { dtype, shape } = context.type(input);
  const behind = layout.length - 1 - layout.indexOf(1);
  if (behind === 0) return context.in(input);
  const full = [...shape, ...Array<number>(behind).fill(1)];
  return context.to.add("Reshape", [context.in(input), context.sizes(full)], float, { dtype, shape: full });
}

function parameters(context: LowerContext, input: number): Float32Array {
  return float32Of(context.tensor(input) ?? context.refuse(`its input ${input} is missing`));
}

/** A vector along the channels (ONNX's axis 1), as it is broadcast in this layout. */
function perChannel(context: LowerContext, values: Float32Array, layout: Layout): string {
  const place = layout.indexOf(1);
  const shape = [values.length, ...Array<number>(layout.length - 1 - place).fill(1)];
  return context.to.constant(`${context.to.prefix}/Const`, sourceOf(float32(shape, values)));
}

/** (x - mean) / sqrt(variance + epsilon) over these stored axes. */
function standardised(context: LowerContext, places: readonly number[]): string {
  const { to } = context;
  const { tensor } = context.stored(0);
  const type = to.type(tensor);
  const small = { ...type, shape: type.shape.map((dim, i) => (places.includes(i) ? 1 : dim)) };
  const keep = { ...float, keep_dims: attr.bool(true) };
  const axes = to.ints(places);
  const mean = to.add("Mean", [tensor, axes], keep, small);
  const variance = to.add("Mean", [to.add("SquaredDifference", [tensor, mean], float, type), axes], keep, small);
  const shifted = to.add("AddV2", [variance, to.scalar("float32", context.float("epsilon", 1e-5))], float, small);
  const centred = to.add("Sub", [tensor, mean], float, type);
  return to.add("Mul", [centred, to.add("Rsqrt", [shifted], float, small)], float, type);
}

function lowerInstanceNorm(context: LowerContext): Stored {
  const { layout } = context.stored(0);
  const places = layout.flatMap((axis, place) => (axis >= 2 ? [place] : []));
  const [gamma, beta] = [1, 2].map((input) => perChannel(context, parameters(context, input), layout)) as [
    string,
    string,
  ];
  const scaled = context.emit("Mul", [standardised(context, places), gamma], float, layout);
  return context.emit("AddV2", [scaled.tensor, beta], float, layout);
}

function lowerLayerNorm(context: LowerContext): Stored {
  if (context.node.outputs.slice(1).some((name) => name !== ""))
    context.refuse("its mean and deviation are not given out");
  const { layout } = context.stored(0);
  const first = axisOf(context, context.int("axis", -1), layout.length);
  const places = layout.flatMap((axis, place) => (axis >= first ? [place] : []));
  const normal = standardised(context, places);
  const scaled = context.emit("Mul", [normal, operand(context, 1, layout)], float, layout);
  return context.has(2) ? context.emit("AddV2", [scaled.tensor, operand(context, 2, layout)], float, layout) : scaled;
}

/** ONNX divides alpha by the size of the window, TensorFlow does not. */
function lowerLrn(context: LowerContext): Stored {
  const size = context.int("size", 1);
  if (size % 2 === 0) context.refuse("windows of even size are not supported");
  const layout = channelsLast(4);
  const attributes = {
    ...float,
    depth_radius: attr.int((size - 1) / 2),
    bias: attr.float(context.float("bias", 1)),
    alpha: attr.float(context.float("alpha", 1e-4) / size),
    beta: attr.float(context.float("beta", 0.75)),
  };
  return context.emit("LRN", [context.in(0, layout)], attributes, layout);
}
