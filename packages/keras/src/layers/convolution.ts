// Convolutions over one, two and three axes: plain, depthwise, separable. Kernels are [...window, inputs, outputs] in
// Keras and [outputs, inputs, ...window] in ONNX. https://keras.io/api/layers/convolution_layers/

import { attribute } from "@tersor/core";
import { activate } from "./activations.ts";
import { defineLayer, type LayerContext, type LayerRule } from "./layer.ts";
import { isChannelsLast, onChannelsFirst, paddingOf, spaceOf, windowOf, type Window } from "./layout.ts";

/** Number of channels of the layer's input. */
export function channelsOf(context: LayerContext): number {
  return context.size(context.x, isChannelsLast(context) ? -1 : 1);
}

/** The first and last axis of a kernel brought to the front, as ONNX has it. */
export function kernelForOnnx({ to }: LayerContext, kernel: string, rank: number): string {
  const window = Array.from({ length: rank }, (_, i) => i);
  return to.add("Transpose", [kernel], { perm: attribute.ints([rank + 1, rank, ...window]) });
}

const ranks = { "1D": 1, "2D": 2, "3D": 3 } as const;

/** Convolutions, but for those that go the other way. */
export const convolutions: readonly LayerRule[] = Object.entries(ranks).flatMap(([ending, rank]) => [
  defineLayer({
    classes: [`Conv${ending}`, `Convolution${ending}`],
    convert: (context) => activate(context, plain(context, rank)),
  }),
  defineLayer({
    classes: [`DepthwiseConv${ending}`],
    convert: (context) => activate(context, depthwise(context, rank)),
  }),
  defineLayer({
    classes: [`SeparableConv${ending}`, `SeparableConvolution${ending}`],
    convert: (context) => activate(context, separable(context, rank)),
  }),
]);

function plain(context: LayerContext, rank: number): string {
  const { config, variables, refuse } = context;
  const sizes = config.sizes("kernel_size", rank);
  const [filters, group, channels] = [config.count("filters"), config.count("groups", 1), channelsOf(context)];
  if (group === 0 || channels % group !== 0) refuse(`${group} groups of ${channels} channels`);
  const { kernel, bias } = variables({
    kernel: [...sizes, channels / group, filters],
    ...(config.flag("use_bias", true) && { bias: [filters] }),
  });
  const weight = kernelForOnnx(context, kernel, rank);
  return onChannelsFirst(context, context.x, (x) =>
    convolve(context, x, { weight, bias, group, window: windowOf(context, rank, sizes) }),
  );
}

function depthwise(context: LayerContext, rank: number): string {
  const { config, variables } = context;
  const sizes = config.sizes("kernel_size", rank);
  const [channels, multiplier] = [channelsOf(context), config.count("depth_multiplier", 1)];
  const found = variables({
    depthwise_kernel: [...sizes, channels, multiplier],
    ...(config.flag("use_bias", true) && { bias: [channels * multiplier] }),
  });
  const weight = depthwiseWeight(context, found.depthwise_kernel, sizes, channels * multiplier);
  return onChannelsFirst(context, context.x, (x) =>
    convolve(context, x, { weight, bias: found.bias, group: channels, window: windowOf(context, rank, sizes) }),
  );
}

/** [...window, channels, multiplier] as [channels * multiplier, 1, ...window]. */
function depthwiseWeight(context: LayerContext, kernel: string, sizes: readonly number[], outputs: number): string {
  const { to } = context;
  const rank = sizes.length;
  const window = Array.from({ length: rank }, (_, i) => i);
  const turned = to.add("Transpose", [kernel], { perm: attribute.ints([rank, rank + 1, ...window]) });
  return to.add("Reshape", [turned, to.int64s([outputs, 1, ...sizes])]);
}

function separable(context: LayerContext, rank: number): string {
  const { config, variables } = context;
  const sizes = config.sizes("kernel_size", rank);
  const [channels, filters] = [channelsOf(context), config.count("filters")];
  const between = channels * config.count("depth_multiplier", 1);
  const { depthwise_kernel, pointwise_kernel, bias } = variables({
    depthwise_kernel: [...sizes, channels, between / channels],
    pointwise_kernel: [...sizes.map(() => 1), between, filters],
    ...(config.flag("use_bias", true) && { bias: [filters] }),
  });
  const weight = depthwiseWeight(context, depthwise_kernel, sizes, between);
  const point = kernelForOnnx(context, pointwise_kernel, rank);
  const one = { sizes: sizes.map(() => 1), strides: sizes.map(() => 1), dilations: sizes.map(() => 1) };
  return onChannelsFirst(context, context.x, (x) => {
    const wide = convolve(context, x, { weight, group: channels, window: windowOf(context, rank, sizes) });
    return convolve(context, wide, { weight: point, bias, group: 1, window: one });
  });
}

interface Convolution {
  readonly weight: string;
  readonly bias?: string | undefined;
  readonly group: number;
  readonly window: Window;
}

/** ONNX's Conv on a value whose channels are on axis 1. */
function convolve(context: LayerContext, x: string, { weight, bias, group, window }: Convolution): string {
  return context.to.add("Conv", bias === undefined ? [x, weight] : [x, weight, bias], {
    kernel_shape: attribute.ints(window.sizes),
    strides: attribute.ints(window.strides),
    dilations: attribute.ints(window.dilations),
    group: attribute.int(group),
    ...paddingOf(context, spaceOf(context, x), window),
  });
}
