// MaxPool, AveragePool, LpPool's global kin. TensorFlow's average leaves pads out of the count; where ONNX's windows are
// padded in another way, the mean of padded windows is corrected by a constant factor per position.
// https://onnx.ai/onnx/operators/onnx__MaxPool.html, onnx__AveragePool.html

import { staticDim } from "../refusal.ts";
import { attr } from "../emitter.ts";
import { defineLowering, type LowerContext, type Stored } from "../rule.ts";
import {
  floats,
  fromImage,
  imageOf,
  outputSpatial,
  padded,
  paddingOf,
  windowAttributes,
  windowOf,
  type Image,
  type Window,
} from "./window.ts";

/** The rules of this family. */
export const poolRules = [
  defineLowering({ ops: ["MaxPool"], lower: lowerMaxPool }),
  defineLowering({ ops: ["AveragePool"], lower: lowerAveragePool }),
];

/** The smallest float32, which no maximum chooses. */
const LOWEST = -3.4028234663852886e38;

function lowerMaxPool(context: LowerContext): readonly Stored[] {
  if (context.node.outputs.slice(1).some((name) => name !== ""))
    context.refuse("the indices of maxima are not supported");
  const image = imageOf(context);
  const window = poolWindow(context, image);
  const padding = paddingOf(window, image.spatial);
  const tensor = padding === undefined ? padded(context, image, window, LOWEST) : image.tensor;
  return [fromImage(context, pooled(context, "MaxPool", tensor, window, padding ?? "VALID"))];
}

function lowerAveragePool(context: LowerContext): readonly Stored[] {
  const image = imageOf(context);
  const window = poolWindow(context, image);
  const padding = paddingOf(window, image.spatial);
  const includesPads = context.int("count_include_pad", 0) !== 0;
  if (padding === "VALID" || (padding === "SAME" && !includesPads))
    return [fromImage(context, pooled(context, "AvgPool", image.tensor, window, padding))];
  const mean = pooled(context, "AvgPool", padded(context, image, window), window, "VALID");
  return [fromImage(context, corrected(context, mean, image, window, includesPads))];
}

function poolWindow(context: LowerContext, image: Image): Window {
  const kernel = context.ints("kernel_shape") ?? context.refuse("kernel_shape is missing");
  const window = windowOf(context, kernel, image.spatial, true);
  if (window.dilations.some((dilation) => dilation !== 1)) context.refuse("dilated pooling is not supported");
  return window;
}

function pooled(context: LowerContext, op: string, tensor: string, window: Window, padding: string): string {
  const { dtype, shape } = context.outputType();
  if (dtype !== "float32") context.refuse(`pooling of ${dtype} is not supported`);
  const attributes = {
    ...windowAttributes(window, padding),
    ksize: attr.ints([1, ...window.kernel, 1]),
    T: attr.type(dtype),
  };
  return context.to.add(op, [tensor], attributes, { dtype, shape: [shape[0]!, ...outputSpatial(context), shape[1]!] });
}

/** The mean over whole windows times how many more elements they have than count. */
function corrected(context: LowerContext, mean: string, image: Image, window: Window, includesPads: boolean): string {
  const counts = [0, 1].map((axis) => axisCounts(context, axis, image, window, includesPads));
  const [rows, columns] = counts as [number[], number[]];
  const area = window.kernel[0]! * window.kernel[1]!;
  const factors = rows.flatMap((row) => columns.map((column) => area / (row * column)));
  if (factors.every((factor) => factor === 1)) return mean;
  const factor = floats(context, [1, rows.length, columns.length, 1], factors);
  return context.to.add("Mul", [mean, factor], { T: attr.type("float32") }, context.to.type(mean));
}

/** How many elements of each window count along an axis. */
function axisCounts(
  context: LowerContext,
  axis: number,
  image: Image,
  window: Window,
  includesPads: boolean,
): number[] {
  const size = staticDim(image.spatial[axis], "a spatial size");
  const made = staticDim(outputSpatial(context)[axis], "a spatial size");
  const stated = context.ints("pads");
  const rank = context.rank(0) - 2;
  const statedEnd = stated && axis >= 2 - rank ? stated[rank + axis - (2 - rank)]! : window.end[axis]!;
  const first = includesPads ? -window.begin[axis]! : 0;
  const last = includesPads ? size + statedEnd : size;
  return Array.from({ length: made }, (_, i) => {
    const start = i * window.strides[axis]! - window.begin[axis]!;
    return Math.min(start + window.kernel[axis]!, last) - Math.max(start, first);
  });
}
