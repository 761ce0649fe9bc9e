// Spatial dimensions of pooling: https://onnx.ai/onnx/operators/onnx__MaxPool.html, "ceil_mode".
// With ceil_mode a window that would start in the end padding is left out, as runtimes do.

import { addDims, type Dim } from "../graph/dim.ts";
import { axisWindows, convolvedDim, stridesIn, type AxisWindow, type WindowAttributes } from "./conv-shape.ts";

/** Output dimension of one axis. */
export function pooledDim(size: Dim, window: AxisWindow, ceilMode: boolean): Dim {
  if (!ceilMode || window.same) return convolvedDim(size, window);
  // ceil((padded - span) / stride) + 1, and at most ceil((size + padBegin) / stride) so that each window starts inside.
  // Both are ceil((size + padBegin + shift) / stride), the first with `shift` as here and the second with 0.
  const { kernel, dilation, stride, padBegin, padEnd } = window;
  const shift = padEnd - (Number(kernel) - 1) * dilation - 1 + stride;
  return stridesIn(addDims(size, padBegin + Math.min(0, shift)), stride);
}

/** Output shape [N, C, spatial...]; undefined when `kernel_shape` does not fit the rank. */
export function poolShape(
  x: readonly Dim[],
  attributes: WindowAttributes & { readonly ceil_mode?: boolean },
): readonly Dim[] | undefined {
  const { kernel_shape, ceil_mode = false } = attributes;
  if (x.length < 3 || kernel_shape?.length !== x.length - 2) return undefined;
  const windows = axisWindows(attributes, kernel_shape);
  return [x[0]!, x[1]!, ...windows.map((window, axis) => pooledDim(x[axis + 2]!, window, ceil_mode))];
}

/** Output shape of pooling over all spatial axes: [N, C, 1, ...]. */
export function globalPoolShape(x: readonly Dim[]): readonly Dim[] | undefined {
  return x.length < 2 ? undefined : x.map((dim, axis) => (axis < 2 ? dim : 1));
}
