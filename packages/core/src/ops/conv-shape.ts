// Spatial dimensions of Conv and ConvTranspose: https://onnx.ai/onnx/operators/onnx__Conv.html, "auto_pad", "pads".
// A window of `kernel` taps spans (kernel - 1) * dilation + 1 elements.

import { addDims, ceilDivDims, floorDivDims, mulDims, subDims, type Dim } from "../graph/dim.ts";
import { int, ints, string } from "./define.ts";

/** Attributes that every sliding window has. */
export const windowAttributes = {
  auto_pad: string("NOTSET"),
  dilations: ints(),
  kernel_shape: ints(),
  pads: ints(),
  strides: ints(),
} as const;

export const convAttributes = { ...windowAttributes, group: int(1) } as const;

export interface WindowAttributes {
  readonly auto_pad: string;
  readonly dilations: readonly number[] | undefined;
  readonly kernel_shape: readonly number[] | undefined;
  readonly pads: readonly number[] | undefined;
  readonly strides: readonly number[] | undefined;
}

/** The window along one spatial axis. */
export interface AxisWindow {
  readonly kernel: Dim;
  readonly stride: number;
  readonly dilation: number;
  readonly padBegin: number;
  readonly padEnd: number;
  readonly same: boolean;
}

/** One window per spatial axis, `rank` of them. `kernel` is used where the attribute is absent. */
export function axisWindows(attributes: WindowAttributes, kernel: readonly Dim[]): readonly AxisWindow[] {
  const { auto_pad, dilations, kernel_shape, pads, strides } = attributes;
  const rank = kernel.length;
  return kernel.map((taps, axis) => ({
    kernel: kernel_shape?.[axis] ?? taps,
    stride: Math.max(1, strides?.[axis] ?? 1),
    dilation: dilations?.[axis] ?? 1,
    padBegin: auto_pad === "NOTSET" ? (pads?.[axis] ?? 0) : 0,
    padEnd: auto_pad === "NOTSET" ? (pads?.[axis + rank] ?? 0) : 0,
    same: auto_pad === "SAME_UPPER" || auto_pad === "SAME_LOWER",
  }));
}

/** Elements that the window spans. */
export function windowSpan({ kernel, dilation }: AxisWindow): Dim {
  return addDims(mulDims(subDims(kernel, 1), dilation), 1);
}

/** floor((size + pads - span) / stride) + 1, or ceil(size / stride) with SAME padding. */
export function convolvedDim(size: Dim, window: AxisWindow): Dim {
  const { stride, padBegin, padEnd, same } = window;
  if (same) return stridesIn(size, stride);
  const room = subDims(addDims(size, padBegin + padEnd), windowSpan(window));
  return addDims(floorDivDims(room, stride) ?? room, 1);
}

/** ceil(size / stride); a stride is at least 1. */
export function stridesIn(size: Dim, stride: number): Dim {
  return ceilDivDims(size, stride) ?? size;
}

/** stride * (size - 1) + output_padding + span - pads, or size * stride with SAME padding. */
export function transposedDim(size: Dim, window: AxisWindow, outputPadding: number): Dim {
  const { stride, padBegin, padEnd, same } = window;
  if (same) return mulDims(size, stride);
  const start = mulDims(subDims(size, 1), stride);
  return addDims(addDims(start, windowSpan(window)), outputPadding - padBegin - padEnd);
}

/** Output shape [N, M, spatial...] of a convolution; undefined when the ranks do not fit. */
export function convShape(
  x: readonly Dim[],
  weight: readonly Dim[],
  attributes: WindowAttributes,
): readonly Dim[] | undefined {
  if (x.length < 3 || x.length !== weight.length) return undefined;
  const windows = axisWindows(attributes, weight.slice(2));
  return [x[0]!, weight[0]!, ...windows.map((window, axis) => convolvedDim(x[axis + 2]!, window))];
}
