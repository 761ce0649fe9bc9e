// Windows of convolution and pooling: TensorFlow pads "SAME" or "VALID"; pads that are neither come as a Pad before.
// https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2

import { sourceOf, tensorFromNumbers, type Dim } from "@tersor/core";
import { attr, type Attributes } from "../emitter.ts";
import { channelsLast } from "../layout.ts";
import type { LowerContext, Stored } from "../rule.ts";

/** A window that slides over the spatial axes; two of them, as one-dimensional ones get an axis of size 1. */
export interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly begin: readonly number[];
  readonly end: readonly number[];
}

/** The value as NHWC with two spatial axes, and the spatial sizes. */
export interface Image {
  readonly tensor: string;
  readonly batch: Dim;
  readonly spatial: readonly Dim[];
  readonly channels: Dim;
}

/** The first input as an image. */
export function imageOf(context: LowerContext, input = 0): Image {
  const { shape, dtype } = context.type(input);
  if (shape.length !== 3 && shape.length !== 4)
    context.refuse(`${shape.length - 2} spatial axes are not supported, only one or two`);
  const flat = context.in(input, channelsLast(shape.length));
  const [batch, channels, ...spatial] = shape as [Dim, Dim, ...Dim[]];
  if (spatial.length === 2) return { tensor: flat, batch, channels, spatial };
  const type = { dtype, shape: [batch, 1, spatial[0]!, channels] };
  const axis = context.to.scalar("int32", 1);
  const tensor = context.to.add("ExpandDims", [flat, axis], { T: attr.type(dtype) }, type);
  return { tensor, batch, channels, spatial: [1, spatial[0]!] };
}

/** The node's output from an image, with as many spatial axes as the output has. */
export function fromImage(context: LowerContext, tensor: string): Stored {
  const { shape, dtype } = context.outputType();
  const layout = channelsLast(shape.length);
  if (shape.length === 4) return { tensor, layout };
  return context.emit("Squeeze", [tensor], { T: attr.type(dtype), squeeze_dims: attr.ints([1]) }, layout);
}

/** The spatial sizes of the output, two of them. */
export function outputSpatial(context: LowerContext): readonly Dim[] {
  const spatial = context.outputType().shape.slice(2);
  return spatial.length === 1 ? [1, ...spatial] : spatial;
}

/** The window that the attributes say. `rounded`: the output's size may be rounded up, as pooling can. */
export function windowOf(
  context: LowerContext,
  kernel: readonly number[],
  spatial: readonly Dim[],
  rounded = false,
): Window {
  const rank = kernel.length;
  const two = (values: readonly number[], filler: number) => (rank === 1 ? [filler, ...values] : values);
  const ones = Array<number>(rank).fill(1);
  const pads = context.ints("pads") ?? Array<number>(2 * rank).fill(0);
  const window = {
    kernel: two(kernel, 1),
    strides: two(context.ints("strides") ?? ones, 1),
    dilations: two(context.ints("dilations") ?? ones, 1),
    begin: two(pads.slice(0, rank), 0),
    end: two(pads.slice(rank), 0),
  };
  const auto = context.text("auto_pad", "NOTSET");
  if (auto === "SAME_UPPER" || auto === "SAME_LOWER") return samePads(context, window, spatial, auto === "SAME_LOWER");
  if (auto === "VALID") return { ...window, begin: [0, 0], end: [0, 0] };
  return rounded ? roundedUp(context, window, spatial) : window;
}

/** How far the window reaches along an axis. */
export function reach(window: Window, axis: number): number {
  return (window.kernel[axis]! - 1) * window.dilations[axis]! + 1;
}

function samePads(context: LowerContext, window: Window, spatial: readonly Dim[], lower: boolean): Window {
  const totals = spatial.map((size, axis) => {
    const total = sameTotal(size, window, axis);
    return total ?? context.refuse("auto_pad needs spatial sizes that are known; give shapes of the inputs");
  });
  const less = totals.map((total) => Math.floor(total / 2));
  const more = totals.map((total, axis) => total - less[axis]!);
  return { ...window, begin: lower ? more : less, end: lower ? less : more };
}

/** What "SAME" pads in all; with a stride of 1 that does not depend on the size. */
function sameTotal(size: Dim, window: Window, axis: number): number | undefined {
  const stride = window.strides[axis]!;
  if (stride === 1) return reach(window, axis) - 1;
  if (typeof size !== "number") return undefined;
  return Math.max((Math.ceil(size / stride) - 1) * stride + reach(window, axis) - size, 0);
}

/** ceil_mode: the last window may reach over the end, so there is more padding there. */
function roundedUp(context: LowerContext, window: Window, spatial: readonly Dim[]): Window {
  if (context.int("ceil_mode", 0) === 0) return window;
  const output = outputSpatial(context);
  const end = window.end.map((pad, axis) => {
    const [size, made] = [spatial[axis], output[axis]];
    if (typeof size !== "number" || typeof made !== "number")
      return context.refuse("ceil_mode needs spatial sizes that are known; give shapes of the inputs");
    return Math.max(pad, (made - 1) * window.strides[axis]! + reach(window, axis) - size - window.begin[axis]!);
  });
  return { ...window, end };
}

/** How a window is padded in TensorFlow; undefined where it needs a Pad before. */
export function paddingOf(window: Window, spatial: readonly Dim[]): "SAME" | "VALID" | undefined {
  if ([...window.begin, ...window.end].every((pad) => pad === 0)) return "VALID";
  const isSame = spatial.every((size, axis) => {
    const total = sameTotal(size, window, axis);
    return (
      total !== undefined && window.begin[axis] === Math.floor(total / 2) && window.end[axis] === Math.ceil(total / 2)
    );
  });
  return isSame ? "SAME" : undefined;
}

/** The image with the window's pads around it. */
export function padded(
  context: LowerContext,
  { tensor, batch, spatial, channels }: Image,
  window: Window,
  value = 0,
): string {
  const { to } = context;
  const { dtype } = to.type(tensor);
  const pads = [window.begin.map((pad, axis) => [pad, window.end[axis]!])].flat();
  if (pads.flat().some((pad) => pad < 0)) context.refuse("negative pads are not supported");
  const paddings = to.numbers("int32", [4, 2], [0, 0, ...pads.flat(), 0, 0]);
  const sizes = spatial.map((size, axis) =>
    typeof size === "number"
      ? size + pads[axis]![0]! + pads[axis]![1]!
      : `${size}+${pads[axis]![0]! + pads[axis]![1]!}`,
  );
  const type = { dtype, shape: [batch, ...sizes, channels] };
  if (value === 0) return to.add("Pad", [tensor, paddings], { T: attr.type(dtype) }, type);
  return to.add("PadV2", [tensor, paddings, to.scalar(dtype, value)], { T: attr.type(dtype) }, type);
}

/** Attributes that convolution and pooling share. */
export function windowAttributes(window: Window, padding: string): Attributes {
  return {
    strides: attr.ints([1, ...window.strides, 1]),
    padding: attr.string(padding),
    data_format: attr.string("NHWC"),
  };
}

/** A constant of floats that only this lowering knows. */
export function floats(context: LowerContext, shape: readonly number[], values: readonly number[]): string {
  return context.to.constant(`${context.to.prefix}/Const`, sourceOf(tensorFromNumbers("float32", shape, values)));
}
