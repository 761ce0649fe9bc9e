// Layers that change the shape: reshape, crop, pad, repeat, enlarge. https://keras.io/api/layers/reshaping_layers/

import { attribute, type Attribute } from "@tersor/core";
import { isList } from "../config/json.ts";
import { defineLayer, type LayerContext, type LayerRule } from "./layer.ts";
import { isChannelsLast, onChannelsFirst, toChannelsLast, unsqueeze } from "./layout.ts";

/** Reshaping layers. */
export const reshaping: readonly LayerRule[] = [
  defineLayer({ classes: ["Reshape"], convert: reshape }),
  defineLayer({ classes: ["Flatten"], convert: flatten }),
  defineLayer({ classes: ["Permute"], convert: permute }),
  defineLayer({ classes: ["RepeatVector"], convert: repeatVector }),
  ...([1, 2, 3] as const).flatMap((rank) => [
    defineLayer({ classes: [`ZeroPadding${rank}D`], convert: (context) => zeroPadding(context, rank) }),
    defineLayer({ classes: [`Cropping${rank}D`], convert: (context) => cropping(context, rank) }),
    defineLayer({ classes: [`UpSampling${rank}D`], convert: (context) => upSampling(context, rank) }),
  ]),
];

/** A zero in ONNX's shape keeps the size of the batch. */
function reshape({ to, x, config, refuse }: LayerContext): string {
  const target = config.numbers("target_shape");
  if (!target.every((size) => Number.isSafeInteger(size) && (size > 0 || size === -1))) refuse("its target_shape");
  return to.add("Reshape", [x, to.int64s([0, ...target])]);
}

/** Keras flattens with the channels last, whatever the layout. */
function flatten(context: LayerContext): string {
  const { to, x } = context;
  const last = isChannelsLast(context) ? x : toChannelsLast(context, x);
  return to.add("Flatten", [last], { axis: attribute.int(1) });
}

function permute({ to, x, config, shape, refuse }: LayerContext): string {
  const dims = config.numbers("dims");
  const perm = [0, ...dims];
  if (perm.length !== shape(x).length || new Set(perm).size !== perm.length) refuse("its dims don't fit its input");
  return to.add("Transpose", [x], { perm: attribute.ints(perm) });
}

function repeatVector(context: LayerContext): string {
  const { to, x, config } = context;
  return to.add("Tile", [unsqueeze(context, x, [1]), to.int64s([1, config.count("n"), 1])]);
}

/** Pairs per spatial axis, from a number, one per axis, or pairs. */
function pairsOf(
  { config, refuse }: LayerContext,
  field: string,
  rank: number,
): readonly (readonly [number, number])[] {
  const value = config.value(field) ?? 1;
  const each = isList(value) ? value : new Array<number>(rank).fill(Number(value));
  // One axis has its pair without a list around it.
  const listed = rank === 1 && each.length === 2 && each.every((item) => typeof item === "number") ? [each] : each;
  const pairs = listed.map((item) => (isList(item) ? item : [item, item]));
  const fits = pairs.length === rank && pairs.every((pair) => pair.length === 2 && pair.every(isSize));
  return fits ? (pairs as unknown as readonly (readonly [number, number])[]) : refuse(`its ${field}`);
}

function isSize(value: unknown): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && value < 2 ** 24;
}

/** The number of the first spatial axis. */
function firstAxis(context: LayerContext): number {
  return isChannelsLast(context) ? 1 : 2;
}

function zeroPadding(context: LayerContext, rank: number): string {
  const { to, x, shape } = context;
  const pairs = pairsOf(context, "padding", rank);
  const first = firstAxis(context);
  const pads = (side: 0 | 1): readonly number[] => shape(x).map((_, axis) => pairs[axis - first]?.[side] ?? 0);
  return to.add("Pad", [x, to.int64s([...pads(0), ...pads(1)])], { mode: attribute.string("constant") });
}

function cropping(context: LayerContext, rank: number): string {
  const { to, x } = context;
  const pairs = pairsOf(context, "cropping", rank);
  const first = firstAxis(context);
  const ends = pairs.map(([, end]) => (end === 0 ? Number.MAX_SAFE_INTEGER : -end));
  const axes = pairs.map((_, i) => first + i);
  return to.add("Slice", [x, to.int64s(pairs.map(([start]) => start)), to.int64s(ends), to.int64s(axes)]);
}

function upSampling(context: LayerContext, rank: number): string {
  const { to, x, config, refuse } = context;
  const factors = config.sizes("size", rank, 2);
  const mode = interpolation[config.text("interpolation", "nearest")] ?? refuse("its interpolation is not supported");
  // UpSampling1D has no data_format: its steps are axis 1.
  const scales = (space: readonly number[]): string => to.constant("float32", [space.length + 2], [1, 1, ...space]);
  if (rank === 1) return to.add("Resize", [x, "", to.constant("float32", [3], [1, factors[0]!, 1])], mode);
  return onChannelsFirst(context, x, (first) => to.add("Resize", [first, "", scales(factors)], mode));
}

/** Attributes of Resize for TensorFlow's interpolations, which have half-pixel centers. */
export const interpolation: Readonly<Record<string, Readonly<Record<string, Attribute>>>> = {
  nearest: {
    mode: attribute.string("nearest"),
    coordinate_transformation_mode: attribute.string("asymmetric"),
    nearest_mode: attribute.string("floor"),
  },
  bilinear: { mode: attribute.string("linear"), coordinate_transformation_mode: attribute.string("half_pixel") },
  bicubic: {
    mode: attribute.string("cubic"),
    coordinate_transformation_mode: attribute.string("half_pixel"),
    cubic_coeff_a: attribute.float(-0.5),
    exclude_outside: attribute.int(1),
  },
};
