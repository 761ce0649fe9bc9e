// Normalisation layers. https://keras.io/api/layers/normalization_layers/

import { attribute } from "@tersor/core";
import { layerOf } from "../config/model.ts";
import { defineLayer, type LayerContext, type LayerRule } from "./layer.ts";
import { axisOf, scalar } from "./layout.ts";

/** Normalisation layers. */
export const normalizations: readonly LayerRule[] = [
  defineLayer({
    classes: ["BatchNormalization", "SyncBatchNormalization", "BatchNormalizationV1", "BatchNormalizationV2"],
    passesMask: true,
    convert: batchNormalization,
  }),
  defineLayer({ classes: ["LayerNormalization"], passesMask: true, convert: layerNormalization }),
  defineLayer({ classes: ["RMSNormalization"], passesMask: true, convert: rmsNormalization }),
  defineLayer({ classes: ["UnitNormalization"], passesMask: true, convert: unitNormalization }),
  defineLayer({ classes: ["GroupNormalization"], passesMask: true, convert: groupNormalization }),
  defineLayer({ classes: ["SpectralNormalization"], convert: spectralNormalization }),
];

function batchNormalization(context: LayerContext): string {
  const { to, x, config, size, shape, variables, refuse } = context;
  const axes = config.numbers("axis", [-1]);
  if (axes.length !== 1) refuse("normalising over several axes is not supported");
  if (config.flag("renorm", false)) refuse("renorm is not supported");
  const axis = axisOf(context, x, axes[0]!);
  const channels = size(x, axis);
  const { gamma, beta, moving_mean, moving_variance } = variables({
    ...(config.flag("scale", true) && { gamma: [channels] }),
    ...(config.flag("center", true) && { beta: [channels] }),
    moving_mean: [channels],
    moving_variance: [channels],
  });
  const scale = gamma ?? filled(context, channels, 1);
  const shift = beta ?? filled(context, channels, 0);
  const epsilon = attribute.float(config.number("epsilon", 1e-3));
  return onAxisOne(context, shape(x).length, axis, (first) =>
    to.add("BatchNormalization", [first, scale, shift, moving_mean, moving_variance], { epsilon }),
  );
}

function filled({ to }: LayerContext, count: number, value: number): string {
  return to.constant("float32", [count], new Float32Array(count).fill(value));
}

/** `make` on the input with `axis` brought to axis 1, and its result brought back. */
function onAxisOne({ to, x }: LayerContext, rank: number, axis: number, make: (x: string) => string): string {
  if (axis === 1) return make(x);
  const rest = Array.from({ length: rank }, (_, i) => i).filter((i) => i !== 0 && i !== axis);
  const there = [0, axis, ...rest];
  const back = there.map((_, i) => there.indexOf(i));
  const made = make(to.add("Transpose", [x], { perm: attribute.ints(there) }));
  return to.add("Transpose", [made], { perm: attribute.ints(back) });
}

function layerNormalization(context: LayerContext): string {
  const { to, x, config, variables, refuse, shape } = context;
  const axes = sortedAxes(context);
  const rank = shape(x).length;
  if (config.flag("rms_scaling", false)) return rmsNormalization(context);
  if (axes.some((axis, i) => axis !== rank - axes.length + i))
    refuse("normalising over axes that are not the last ones");
  const sizes = axes.map((axis) => context.size(x, axis));
  const { gamma, beta } = variables({
    ...(config.flag("scale", true) && { gamma: sizes }),
    ...(config.flag("center", true) && { beta: sizes }),
  });
  const count = sizes.reduce((product, size) => product * size, 1);
  const scale = gamma ?? to.constant("float32", sizes, new Float32Array(count).fill(1));
  return to.add("LayerNormalization", beta === undefined ? [x, scale] : [x, scale, beta], {
    axis: attribute.int(axes[0]!),
    epsilon: attribute.float(config.number("epsilon", 1e-3)),
  });
}

function sortedAxes(context: LayerContext): readonly number[] {
  const { config, x, refuse } = context;
  const axes = config.numbers("axis", [-1]).map((axis) => axisOf(context, x, axis));
  if (axes.length === 0) refuse("it normalises over no axis");
  return [...new Set(axes)].sort((a, b) => a - b);
}

/** x / sqrt(mean(x^2) + epsilon) * scale */
function rmsNormalization(context: LayerContext): string {
  const { to, x, config, variables, layer } = context;
  const axes = sortedAxes(context);
  const mean = to.add("ReduceMean", [to.add("Mul", [x, x])], {
    axes: attribute.ints(axes),
    keepdims: attribute.int(1),
  });
  const epsilon = config.number("epsilon", layer.className === "RMSNormalization" ? 1e-6 : 1e-3);
  const root = to.add("Sqrt", [to.add("Add", [mean, scalar(context, epsilon)])]);
  const normal = to.add("Div", [x, root]);
  if (layer.className !== "RMSNormalization" && !config.flag("scale", true)) return normal;
  const sizes = axes.map((axis) => context.size(x, axis));
  const name = layer.className === "RMSNormalization" ? "scale" : "gamma";
  return to.add("Mul", [normal, variables({ [name]: sizes })[name]!]);
}

/** x / sqrt(max(sum(x^2), 1e-12)) */
function unitNormalization(context: LayerContext): string {
  const { to, x } = context;
  const axes = attribute.ints(sortedAxes(context));
  const sum = to.add("ReduceSumSquare", [x], { axes, keepdims: attribute.int(1) });
  return to.add("Div", [x, to.add("Sqrt", [to.add("Max", [sum, scalar(context, 1e-12)])])]);
}

function groupNormalization(context: LayerContext): string {
  const { to, x, config, size, shape, variables, refuse } = context;
  const axis = axisOf(context, x, config.number("axis", -1));
  const channels = size(x, axis);
  const wished = config.number("groups", 32);
  const groups = wished === -1 ? channels : wished;
  if (!Number.isInteger(groups) || groups < 1 || channels % groups !== 0)
    refuse(`${groups} groups of ${channels} channels`);
  const { gamma, beta } = variables({
    ...(config.flag("scale", true) && { gamma: [channels] }),
    ...(config.flag("center", true) && { beta: [channels] }),
  });
  const rank = shape(x).length;
  const along = to.int64s([channels, ...Array.from({ length: rank - 2 }, () => 1)]);
  return onAxisOne(context, rank, axis, (first) => {
    const normal = normalizedGroups(context, first, groups);
    const scaled = gamma === undefined ? normal : to.add("Mul", [normal, to.add("Reshape", [gamma, along])]);
    return beta === undefined ? scaled : to.add("Add", [scaled, to.add("Reshape", [beta, along])]);
  });
}

/** Each group as a channel of its own, which InstanceNormalization normalises. */
function normalizedGroups(context: LayerContext, x: string, groups: number): string {
  const { to, config } = context;
  const grouped = to.add("Reshape", [x, to.int64s([0, groups, -1])]);
  const normal = to.add("InstanceNormalization", [grouped, filled(context, groups, 1), filled(context, groups, 0)], {
    epsilon: attribute.float(config.number("epsilon", 1e-3)),
  });
  return to.add("Reshape", [normal, to.add("Shape", [x])]);
}

/** Outside of training the wrapped layer has the weights that were stored. */
function spectralNormalization({ config, inputs, convert }: LayerContext): ReturnType<LayerContext["convert"]> {
  return convert(layerOf(config.object("layer"), config.where), inputs, ["layer"]);
}
