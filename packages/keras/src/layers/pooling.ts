// Pooling over windows and over all of space. https://keras.io/api/layers/pooling_layers/

import { attribute } from "@tersor/core";
import { defineLayer, type LayerContext, type LayerRule } from "./layer.ts";
import {
  isChannelsLast,
  onChannelsFirst,
  paddingOf,
  spaceOf,
  squeeze,
  toChannelsFirst,
  unsqueeze,
  windowOf,
} from "./layout.ts";

/** Pooling layers. */
export const pooling: readonly LayerRule[] = ([1, 2, 3] as const).flatMap((rank) => [
  defineLayer({
    classes: [`MaxPooling${rank}D`, `MaxPool${rank}D`],
    convert: (context) => pool(context, "MaxPool", rank),
  }),
  defineLayer({
    classes: [`AveragePooling${rank}D`, `AvgPool${rank}D`],
    convert: (context) => pool(context, "AveragePool", rank),
  }),
  defineLayer({
    classes: [`GlobalMaxPooling${rank}D`, `GlobalMaxPool${rank}D`],
    convert: (context) => poolAll(context, "GlobalMaxPool", rank),
  }),
  defineLayer({
    classes: [`GlobalAveragePooling${rank}D`, `GlobalAvgPool${rank}D`],
    convert: (context) =>
      context.inputs[0]?.mask === undefined ? poolAll(context, "GlobalAveragePool", rank) : maskedMean(context),
  }),
]);

/** TensorFlow leaves padding out of an average, and so does ONNX unless told otherwise. */
function pool(context: LayerContext, op: string, rank: number): string {
  const { config, to, x } = context;
  const sizes = config.sizes("pool_size", rank, 2);
  const given = config.value("strides") === undefined ? sizes : config.sizes("strides", rank);
  const window = { ...windowOf(context, rank, sizes), strides: given, dilations: sizes.map(() => 1) };
  return onChannelsFirst(context, x, (first) =>
    to.add(op, [first], {
      kernel_shape: attribute.ints(sizes),
      strides: attribute.ints(window.strides),
      ...paddingOf(context, spaceOf(context, first), window),
    }),
  );
}

function poolAll(context: LayerContext, op: string, rank: number): string {
  const { config, to, x } = context;
  if (config.flag("keepdims", false)) return onChannelsFirst(context, x, (first) => to.add(op, [first]));
  const first = isChannelsLast(context) ? toChannelsFirst(context, x) : x;
  const space = Array.from({ length: rank }, (_, i) => i + 2);
  return squeeze(context, to.add(op, [first]), space);
}

/** The mean over the steps that the mask keeps (GlobalAveragePooling1D). */
function maskedMean(context: LayerContext): string {
  const { to, x, inputs, config } = context;
  const steps = isChannelsLast(context) ? 1 : 2;
  const float = to.add("Cast", [inputs[0]!.mask!], { to: attribute.int(1) });
  const kept = unsqueeze(context, float, [isChannelsLast(context) ? 2 : 1]);
  const keepdims = attribute.int(config.flag("keepdims", false) ? 1 : 0);
  const axes = to.int64s([steps]);
  const sum = to.add("ReduceSum", [to.add("Mul", [x, kept]), axes], { keepdims });
  return to.add("Div", [sum, to.add("ReduceSum", [kept, axes], { keepdims })]);
}
