// Convolutions the other way. Keras takes the output's size from the input's alone: size * stride, and what a window
// reaches beyond a stride on top with "valid" padding (deconv_output_length in Keras's conv_utils).

import { attribute } from "@tersor/core";
import { activate } from "./activations.ts";
import { channelsOf, kernelForOnnx } from "./convolution.ts";
import { defineLayer, type LayerContext, type LayerRule } from "./layer.ts";
import { onChannelsFirst, windowOf, type Window } from "./layout.ts";

/** Convolutions whose output is larger than their input. */
export const transposedConvolutions: readonly LayerRule[] = ([1, 2, 3] as const).map((rank) =>
  defineLayer({
    classes: rank === 2 ? ["Conv2DTranspose", "Deconvolution2D"] : [`Conv${rank}DTranspose`],
    convert: (context) => activate(context, transposed(context, rank)),
  }),
);

function transposed(context: LayerContext, rank: number): string {
  const { to, config, variables, refuse } = context;
  const sizes = config.sizes("kernel_size", rank);
  const filters = config.count("filters");
  if (config.count("groups", 1) !== 1) refuse("groups are not supported");
  const { kernel, bias } = variables({
    kernel: [...sizes, filters, channelsOf(context)],
    ...(config.flag("use_bias", true) && { bias: [filters] }),
  });
  const weight = kernelForOnnx(context, kernel, rank);
  const window = windowOf(context, rank, sizes);
  const padding = paddingOf(context, window, rank);
  return onChannelsFirst(context, context.x, (x) =>
    to.add("ConvTranspose", bias === undefined ? [x, weight] : [x, weight, bias], {
      kernel_shape: attribute.ints(sizes),
      strides: attribute.ints(window.strides),
      dilations: attribute.ints(window.dilations),
      pads: attribute.ints([...padding.map(({ before }) => before), ...padding.map(({ after }) => after)]),
      output_padding: attribute.ints(padding.map(({ extra }) => extra)),
    }),
  );
}

interface Cut {
  readonly before: number;
  readonly after: number;
  /** What the output has beyond the reach of the window. */
  readonly extra: number;
}

/** What is cut off the full output of (size - 1) * stride + reach. */
function paddingOf(context: LayerContext, { sizes, strides, dilations }: Window, rank: number): readonly Cut[] {
  const { config } = context;
  const same = config.text("padding", "valid") === "same";
  const given = config.value("output_padding") === undefined ? undefined : config.sizes("output_padding", rank, 0, 0);
  return sizes.map((size, i) => {
    const reach = (size - 1) * dilations[i]! + 1;
    return cutOf(reach - sizeBeyond(reach, strides[i]!, same, given?.[i]), same);
  });
}

/** The output's size less (size - 1) * stride. */
function sizeBeyond(reach: number, stride: number, same: boolean, outputPadding: number | undefined): number {
  if (outputPadding !== undefined) return reach - 2 * (same ? Math.floor(reach / 2) : 0) + outputPadding;
  return same ? stride : Math.max(reach, stride);
}

function cutOf(surplus: number, same: boolean): Cut {
  const total = Math.max(0, surplus);
  const before = same ? Math.floor(total / 2) : 0;
  return { before, after: total - before, extra: Math.max(0, -surplus) };
}
