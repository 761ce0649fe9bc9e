// Conv: Conv2D, or DepthwiseConv2dNative where each channel has filters of its own; ConvTranspose: Conv2DBackpropInput.
//   ONNX weights  [M, C/group, kH, kW]        Conv2D  [kH, kW, C, M]        depthwise  [kH, kW, C, M/C]
// https://onnx.ai/onnx/operators/onnx__Conv.html, onnx__ConvTranspose.html

import { reshapedSource, sameDim, type Dim } from "@tersor/core";
import { attr, type Attributes } from "../emitter.ts";
import { defineLowering, type Constant, type LowerContext, type Stored } from "../rule.ts";
import { staticDim } from "../refusal.ts";
import {
  fromImage,
  imageOf,
  outputSpatial,
  padded,
  paddingOf,
  reach,
  windowAttributes,
  windowOf,
  type Image,
  type Window,
} from "./window.ts";

/** The rules of this family. */
export const convRules = [
  defineLowering({ ops: ["Conv"], lower: lowerConv }),
  defineLowering({ ops: ["ConvTranspose"], lower: lowerConvTranspose }),
];

function lowerConv(context: LowerContext): readonly Stored[] {
  const image = imageOf(context);
  const kernel = context
    .type(1)
    .shape.slice(2)
    .map((dim) => staticDim(dim, "the kernel"));
  const window = windowOf(context, kernel, image.spatial);
  const padding = paddingOf(window, image.spatial);
  const input = padding === undefined ? { ...image, tensor: padded(context, image, window) } : image;
  const attributes = {
    ...windowAttributes(window, padding ?? "VALID"),
    dilations: attr.ints([1, ...window.dilations, 1]),
    T: attr.type("float32"),
  };
  return [fromImage(context, biased(context, convolved(context, input, attributes)))];
}

function imageType(
  context: LowerContext,
  channels?: Dim,
): { readonly dtype: "float32"; readonly shape: readonly Dim[] } {
  const [batch, made] = context.outputType().shape as [Dim, Dim];
  return { dtype: "float32", shape: [batch, ...outputSpatial(context), channels ?? made] };
}

function convolved(context: LowerContext, image: Image, attributes: Attributes): string {
  const { to } = context;
  const group = context.int("group", 1);
  if (group === 1) return to.add("Conv2D", [image.tensor, filter(context)], attributes, imageType(context));
  const weights = context.constant(1) ?? context.refuse("grouped convolution needs constant weights");
  if (sameDim(image.channels, group)) {
    const inputs = [image.tensor, depthwiseFilter(context, weights, group)];
    return to.add("DepthwiseConv2dNative", inputs, attributes, imageType(context));
  }
  // TensorFlow Lite takes fewer input channels in the filter as groups; TensorFlow does so on GPUs only.
  if (context.target === "tflite")
    return to.add("Conv2D", [image.tensor, filter(context)], attributes, imageType(context));
  return groups(context, image, weights, attributes);
}

/** [kH, kW, C/group, M]; a kernel of one axis gets a first one of size 1. */
function filter(context: LowerContext): string {
  const isOneDimensional = context.rank(1) === 3;
  if (!isOneDimensional) return context.in(1, [2, 3, 1, 0]);
  const weights = context.constant(1) ?? context.refuse("one-dimensional convolution needs constant weights");
  return context.place(weights, [0, 3, 2, 1]);
}

function depthwiseFilter(context: LowerContext, { name, source, codes }: Constant, group: number): string {
  const [all, , ...kernel] = source.shape as [number, number, ...number[]];
  const shape = [group, all / group, ...(kernel.length === 1 ? [1, ...kernel] : kernel)];
  const reshaped: Constant = {
    name,
    source: reshapedSource(source, shape),
    ...(codes && { codes: { ...codes, codes: reshapedSource(codes.codes, shape) } }),
  };
  return context.place(reshaped, [2, 3, 0, 1]);
}

function groups(context: LowerContext, image: Image, weights: Constant, attributes: Attributes): string {
  const { to } = context;
  const count = context.int("group", 1);
  const [made, perGroup] = weights.source.shape as [number, number];
  const float = { T: attr.type("float32"), num_split: attr.int(count) };
  const axis = to.scalar("int32", 3);
  const parts = (tensor: string, shape: readonly Dim[]) =>
    to.addMany("Split", [axis, tensor], float, Array(count).fill({ dtype: "float32" as const, shape }));
  const images = parts(image.tensor, [image.batch, ...image.spatial, perGroup]);
  const tensor = filter(context);
  const filters = parts(tensor, [...to.type(tensor).shape.slice(0, 3), made / count]);
  const results = images.map((one, i) =>
    to.add("Conv2D", [one, filters[i]!], attributes, imageType(context, made / count)),
  );
  const joined = { T: attr.type("float32"), N: attr.int(count), Tidx: attr.type("int32") };
  return to.add("ConcatV2", [...results, axis], joined, imageType(context));
}

function biased(context: LowerContext, tensor: string): string {
  if (!context.has(2)) return tensor;
  const attributes = { T: attr.type("float32"), data_format: attr.string("NHWC") };
  return context.to.add("BiasAdd", [tensor, context.in(2)], attributes, context.to.type(tensor));
}

function lowerConvTranspose(context: LowerContext): readonly Stored[] {
  if (context.int("group", 1) !== 1) context.refuse("grouped transposed convolution is not supported");
  const image = imageOf(context);
  const kernel = context
    .type(1)
    .shape.slice(2)
    .map((dim) => staticDim(dim, "the kernel"));
  const output = outputSpatial(context);
  const window = transposedWindow(context, kernel, image.spatial, output);
  const isSame = paddingOf(window, output) === "SAME" && fitsSame(window, image.spatial, output);
  // The whole result, from which the pads are cut off.
  const whole = image.spatial.map((size, axis) => wholeSize(context, size, output[axis]!, window, axis, isSame));
  const type = imageType(context);
  const sizes = isSame ? type.shape : [type.shape[0]!, ...whole, type.shape[3]!];
  const attributes = {
    ...windowAttributes(window, isSame ? "SAME" : "VALID"),
    dilations: attr.ints([1, ...window.dilations, 1]),
    T: attr.type("float32"),
  };
  const weights = transposedFilter(context);
  const made = context.to.add("Conv2DBackpropInput", [context.sizes(sizes), weights, image.tensor], attributes, {
    dtype: "float32",
    shape: sizes,
  });
  return [fromImage(context, biased(context, isSame ? made : cut(context, made, window, type.shape)))];
}

/** ONNX's weights are [C, M, kH, kW]; TensorFlow's filter is that of the convolution it undoes: [kH, kW, M, C]. */
function transposedFilter(context: LowerContext): string {
  if (context.rank(1) === 4) return context.in(1, [2, 3, 1, 0]);
  const weights = context.constant(1) ?? context.refuse("one-dimensional convolution needs constant weights");
  return context.place(weights, [0, 3, 2, 1]);
}

function transposedWindow(
  context: LowerContext,
  kernel: readonly number[],
  spatial: readonly Dim[],
  output: readonly Dim[],
): Window {
  const window = windowOf(context, kernel, output);
  if (window.dilations.some((dilation) => dilation !== 1))
    context.refuse("dilated transposed convolution is not supported");
  if (context.ints("output_shape") === undefined) return window;
  const totals = spatial.map(
    (size, axis) =>
      (staticDim(size, "a size") - 1) * window.strides[axis]! + reach(window, axis) - staticDim(output[axis], "a size"),
  );
  const less = totals.map((total) => Math.floor(total / 2));
  return { ...window, begin: less, end: totals.map((total, axis) => total - less[axis]!) };
}

function fitsSame({ strides }: Window, spatial: readonly Dim[], output: readonly Dim[]): boolean {
  return spatial.every((size, axis) => {
    const made = output[axis]!;
    return typeof size === "number" && typeof made === "number" && Math.ceil(made / strides[axis]!) === size;
  });
}

function wholeSize(
  context: LowerContext,
  size: Dim,
  output: Dim,
  window: Window,
  axis: number,
  isSame: boolean,
): number {
  if (isSame) return 0;
  const input = staticDim(size, "a spatial size of a transposed convolution");
  const full = (input - 1) * window.strides[axis]! + reach(window, axis);
  const needed = staticDim(output, "an output size") + window.begin[axis]!;
  if (needed - full >= window.strides[axis]!) context.refuse("its output is larger than its windows reach");
  return Math.max(full, needed);
}

function cut(context: LowerContext, tensor: string, window: Window, shape: readonly Dim[]): string {
  const { to } = context;
  const whole = to.type(tensor).shape;
  if (whole.every((size, axis) => sameDim(size, shape[axis]!))) return tensor;
  const begin = to.ints([0, ...window.begin, 0]);
  const size = to.ints([-1, ...shape.slice(1).map((dim) => staticDim(dim, "an output size"))]);
  return to.add(
    "Slice",
    [tensor, begin, size],
    { T: attr.type("float32"), Index: attr.type("int32") },
    { dtype: "float32", shape },
  );
}
