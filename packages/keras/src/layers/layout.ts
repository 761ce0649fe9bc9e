// Layout and padding, which convolutions, pooling and resizing share.
// ONNX computes on [batch, channels, ...space]; Keras keeps the channels last unless told otherwise.

import { attribute, type Attribute, type Dim } from "@tersor/core";
import type { LayerContext } from "./layer.ts";

/** Whether the channels are the last axis. */
export function isChannelsLast({ config, refuse }: LayerContext): boolean {
  const format = config.text("data_format", "channels_last");
  if (format === "channels_last") return true;
  return format === "channels_first" || format === "default"
    ? format === "default"
    : refuse(`the data_format "${format}"`);
}

/** `make` on a value with its channels brought to axis 1, and its result brought back. */
export function onChannelsFirst(context: LayerContext, x: string, make: (x: string) => string): string {
  return isChannelsLast(context) ? toChannelsLast(context, make(toChannelsFirst(context, x))) : make(x);
}

/** A value with its last axis brought to axis 1. */
export function toChannelsFirst({ to, shape }: LayerContext, x: string): string {
  const rank = shape(x).length;
  if (rank <= 2) return x;
  const space = Array.from({ length: rank - 2 }, (_, i) => i + 1);
  return to.add("Transpose", [x], { perm: attribute.ints([0, rank - 1, ...space]) });
}

/** A value with its axis 1 brought to the end. */
export function toChannelsLast({ to, shape }: LayerContext, x: string): string {
  const rank = shape(x).length;
  if (rank <= 2) return x;
  const space = Array.from({ length: rank - 2 }, (_, i) => i + 2);
  return to.add("Transpose", [x], { perm: attribute.ints([0, ...space, 1]) });
}

/** Sizes of the spatial axes of a value whose channels are on axis 1. */
export function spaceOf({ shape }: LayerContext, x: string): readonly Dim[] {
  return shape(x).slice(2);
}

/** A window that slides over space. */
export interface Window {
  readonly sizes: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
}

/** The window of a layer over `rank` spatial axes. */
export function windowOf({ config, refuse }: LayerContext, rank: number, sizes: readonly number[]): Window {
  const strides = config.sizes("strides", rank, 1);
  const dilations = config.sizes("dilation_rate", rank, 1);
  if (sizes.some((size) => size > 2 ** 20)) refuse("its window is too large");
  return { sizes, strides, dilations };
}

/**
 * Attributes of ONNX's operator for Keras's padding. "same" gives ceil(size / stride), the odd element at the end;
 * where a size is not known and the stride is not 1, ONNX has to work that out.
 */
export function paddingOf(
  context: LayerContext,
  space: readonly Dim[],
  { sizes, strides, dilations }: Window,
): Record<string, Attribute> {
  const padding = context.config.text("padding", "valid");
  if (padding === "valid") return {};
  if (padding === "causal") return { pads: attribute.ints([(sizes[0]! - 1) * dilations[0]!, 0]) };
  if (padding !== "same") return context.refuse(`the padding "${padding}"`);
  const totals = space.map((size, i) => samePadding(size, sizes[i]!, strides[i]!, dilations[i]!));
  if (totals.some((total) => total === undefined)) return { auto_pad: attribute.string("SAME_UPPER") };
  const before = totals.map((total) => Math.floor(total! / 2));
  const after = totals.map((total, i) => total! - before[i]!);
  return [...before, ...after].some((pad) => pad > 0) ? { pads: attribute.ints([...before, ...after]) } : {};
}

function samePadding(size: Dim, window: number, stride: number, dilation: number): number | undefined {
  const reach = (window - 1) * dilation + 1;
  if (stride === 1) return reach - 1;
  if (typeof size !== "number") return undefined;
  return Math.max(0, (Math.ceil(size / stride) - 1) * stride + reach - size);
}

/** A float32 scalar. */
export function scalar({ to }: Pick<LayerContext, "to">, value: number): string {
  return to.constant("float32", [], [value]);
}

/** A value with an axis of size 1 at each of these places. */
export function unsqueeze({ to }: Pick<LayerContext, "to">, x: string, axes: readonly number[]): string {
  return to.add("Unsqueeze", [x, to.int64s(axes)]);
}

/** A value without these axes. */
export function squeeze({ to }: Pick<LayerContext, "to">, x: string, axes: readonly number[]): string {
  return to.add("Squeeze", [x, to.int64s(axes)]);
}

/** An axis counted from the front. Refuses where it is none of the value's. */
export function axisOf({ shape, refuse }: LayerContext, x: string, axis: number): number {
  const rank = shape(x).length;
  const place = axis < 0 ? axis + rank : axis;
  return Number.isInteger(place) && place >= 0 && place < rank ? place : refuse(`its input has no axis ${axis}`);
}
