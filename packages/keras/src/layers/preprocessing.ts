// Preprocessing layers with numbers in and out. https://keras.io/api/layers/preprocessing_layers/

import { attribute, dataTypes } from "@tersor/core";
import { asFloat } from "./core.ts";
import { defineLayer, type LayerContext, type LayerRule } from "./layer.ts";
import { axisOf, isChannelsLast, onChannelsFirst, scalar } from "./layout.ts";
import { interpolation } from "./reshaping.ts";

/** Preprocessing layers. */
export const preprocessing: readonly LayerRule[] = [
  defineLayer({ classes: ["Rescaling"], convert: rescaling }),
  defineLayer({ classes: ["Normalization"], convert: normalization }),
  defineLayer({ classes: ["Resizing"], convert: resizing }),
  defineLayer({ classes: ["CenterCrop"], convert: centerCrop }),
  defineLayer({ classes: ["CategoryEncoding"], convert: categoryEncoding }),
  defineLayer({ classes: ["Discretization"], convert: discretization }),
  ...["Hashing", "StringLookup", "TextVectorization", "IntegerLookup", "HashedCrossing"].map((name) =>
    defineLayer({
      classes: [name],
      convert: ({ refuse }) => refuse("it looks words or keys up in a table, which is done before the model runs"),
    }),
  ),
];

/** A number, or one for each channel. */
function perChannel(context: LayerContext, field: string, fallback: number): string {
  const { to, config } = context;
  const numbers = config.numbers(field, [fallback]);
  return numbers.length === 1 ? scalar(context, numbers[0]!) : to.constant("float32", [numbers.length], numbers);
}

function rescaling(context: LayerContext): string {
  const { to, x } = context;
  const scaled = to.add("Mul", [asFloat(context, x), perChannel(context, "scale", 1)]);
  return to.add("Add", [scaled, perChannel(context, "offset", 0)]);
}

/** (x - mean) / max(sqrt(variance), 1e-7) */
function normalization(context: LayerContext): string {
  const { to, x, config } = context;
  const { mean, variance } = config.value("mean") === undefined ? learned(context) : given(context);
  const deviation = to.add("Max", [to.add("Sqrt", [variance]), scalar(context, 1e-7)]);
  const value = asFloat(context, x);
  if (config.flag("invert", false)) return to.add("Add", [mean, to.add("Mul", [value, deviation])]);
  return to.add("Div", [to.add("Sub", [value, mean]), deviation]);
}

interface Moments {
  readonly mean: string;
  readonly variance: string;
}

function given(context: LayerContext): Moments {
  return { mean: perChannel(context, "mean", 0), variance: perChannel(context, "variance", 1) };
}

/** What the layer was adapted to, by the axes it keeps. */
function learned(context: LayerContext): Moments {
  const { to, x, config, shape, size, variables, major } = context;
  const axes = config.value("axis") === undefined ? [] : config.numbers("axis").map((axis) => axisOf(context, x, axis));
  const kept = axes.map((axis) => size(x, axis));
  const broadcast = shape(x).map((_, axis) => (axes.includes(axis) ? size(x, axis) : 1));
  const { mean, variance } = variables({ mean: kept, variance: kept, ...(major < 3 && { count: [] }) });
  const spread = (value: string): string => to.add("Reshape", [value, to.int64s(broadcast)]);
  return { mean: spread(mean), variance: spread(variance) };
}

function resizing(context: LayerContext): string {
  const { to, x, config, shape, refuse } = context;
  if (config.flag("crop_to_aspect_ratio", false) || config.flag("pad_to_aspect_ratio", false))
    refuse("keeping the aspect ratio is not supported");
  const name = config.text("interpolation", "bilinear");
  const mode = Object.hasOwn(interpolation, name) ? interpolation[name]! : refuse(`the interpolation "${name}"`);
  const target = [config.count("height"), config.count("width")];
  return onChannelsFirst(context, asFloat(context, x), (first) => {
    const [batch, channels] = [to.add("Shape", [first]), shape(first).length];
    if (channels !== 4) refuse("it is called with a single image");
    const front = to.add("Slice", [batch, to.int64s([0]), to.int64s([2])]);
    const sizes = to.add("Concat", [front, to.int64s(target)], { axis: attribute.int(0) });
    return to.add("Resize", [first, "", "", sizes], resizeMode(name, mode));
  });
}

/** Nearest neighbours by half-pixel centers: the pixel that the center falls into. */
function resizeMode(name: string, mode: (typeof interpolation)[string]): (typeof interpolation)[string] {
  if (name !== "nearest") return mode;
  return {
    ...mode,
    coordinate_transformation_mode: attribute.string("half_pixel"),
    nearest_mode: attribute.string("round_prefer_ceil"),
  };
}

function centerCrop(context: LayerContext): string {
  const { to, x, config, size, refuse } = context;
  const first = isChannelsLast(context) ? 1 : 2;
  const wished = [config.count("height"), config.count("width")];
  const has = [size(x, first), size(x, first + 1)];
  if (wished.some((count, i) => count > has[i]!)) refuse("the image is smaller than the crop, and would be resized");
  const starts = wished.map((count, i) => Math.floor((has[i]! - count) / 2));
  const ends = starts.map((start, i) => start + wished[i]!);
  return to.add("Slice", [x, to.int64s(starts), to.int64s(ends), to.int64s([first, first + 1])]);
}

function categoryEncoding(context: LayerContext): string {
  const { to, x, config, shape, refuse, call } = context;
  const mode = config.text("output_mode", "multi_hot");
  if (call.kwargs.has("count_weights")) refuse("count_weights are not supported");
  const count = config.count("num_tokens");
  const ids = to.add("Cast", [x], { to: attribute.int(dataTypes.int64.code) });
  const values = to.constant("float32", [2], [0, 1]);
  const hot = to.add("OneHot", [ids, to.int64s([count]), values], { axis: attribute.int(-1) });
  const rank = shape(hot).length;
  if (mode === "one_hot") return rank === 3 && shape(x)[1] === 1 ? to.add("Squeeze", [hot, to.int64s([1])]) : hot;
  if (rank !== 3) return hot;
  if (mode === "count") return to.add("ReduceSum", [hot, to.int64s([1])], { keepdims: attribute.int(0) });
  if (mode !== "multi_hot") return refuse(`the output_mode "${mode}"`);
  return to.add("ReduceMax", [hot], { axes: attribute.ints([1]), keepdims: attribute.int(0) });
}

/** The number of boundaries at or below each value. */
function discretization(context: LayerContext): string {
  const { to, x, config, refuse } = context;
  if (config.text("output_mode", "int") !== "int") refuse("its output_mode is not int");
  const boundaries = config.numbers("bin_boundaries");
  const value = to.add("Unsqueeze", [asFloat(context, x), to.int64s([-1])]);
  const above = to.add("GreaterOrEqual", [value, to.constant("float32", [boundaries.length], boundaries)]);
  const ones = to.add("Cast", [above], { to: attribute.int(dataTypes.int64.code) });
  return to.add("ReduceSum", [ones, to.int64s([-1])], { keepdims: attribute.int(0) });
}
