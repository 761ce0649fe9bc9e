// Sampling at computed positions: GridSample (since 16; 20 adds volumes and renames modes; 22 adds bfloat16),
// AffineGrid (since 20), Col2Im (since 18) and CenterCropPad (since 18).
// https://onnx.ai/onnx/operators/onnx__GridSample.html

import { floorDivDims, type Dim } from "../graph/dim.ts";
import { defineOp, flag, ints, string } from "./define.ts";
import { axesOf, numbersIn } from "./known.ts";
import { statedElements, statedShape } from "./stated-shape.ts";

const noKernel = "runtimes have no INT8 kernel for it";

/** Inputs: X [N, C, spatial...], grid [N, output spatial..., axes]. */
export const gridSample = defineOp({
  type: "GridSample",
  since: [16, 20, 22],
  attributes: { align_corners: flag(), mode: string(undefined), padding_mode: string("zeros") },
  shape: ([x, grid]) =>
    x && grid && x.shape.length >= 3 && grid.shape.length === x.shape.length
      ? [[x.shape[0]!, x.shape[1]!, ...grid.shape.slice(1, -1)]]
      : [],
  quantization: { kind: "float", why: "positions need more than 8 bits and runtimes have no INT8 kernel" },
});

/** Inputs: theta [N, axes, axes + 1], size [N, C, spatial...]. */
export const affineGrid = defineOp({
  type: "AffineGrid",
  since: [20],
  attributes: { align_corners: flag() },
  shape: ([theta, size], _, context) => {
    if (!theta || !size) return [];
    const sizes = statedShape(size, context)?.slice(2);
    return [sizes && theta.shape.length > 0 ? [theta.shape[0]!, ...sizes, sizes.length] : undefined];
  },
  quantization: { kind: "float", why: "it computes positions, which need more than 8 bits" },
});

/** Inputs: input [N, C * block, positions], image_shape, block_shape. */
export const col2Im = defineOp({
  type: "Col2Im",
  since: [18],
  attributes: { dilations: ints(), pads: ints(), strides: ints() },
  shape: ([x, image, block], _, context) => {
    const axes = x?.shape.length === 3 ? image?.shape[0] : undefined;
    if (!x || typeof axes !== "number" || axes > 16) return [];
    const taps = numbersIn(block)?.reduce((product, dim) => product * dim, 1);
    const channels = (taps ? floorDivDims(x.shape[1]!, taps) : undefined) ?? context.unknownDim(0, "channels");
    const sizes = image && statedElements(image);
    const spatial: Dim[] = Array.from({ length: axes }, (_, axis) => sizes?.[axis] ?? context.unknownDim(0, axis));
    return [[x.shape[0]!, channels, ...spatial]];
  },
  quantization: { kind: "float", why: noKernel },
});

/** Inputs: input_data, shape of the axes. */
export const centerCropPad = defineOp({
  type: "CenterCropPad",
  since: [18],
  attributes: { axes: ints() },
  shape: ([x, target], { axes }, context) => {
    if (!x || !target) return [];
    const chosen = axesOf(axes ?? x.shape.map((_, axis) => axis), x.shape.length);
    if (!chosen) return [];
    const sizes = statedElements(target);
    const shape = [...x.shape];
    chosen.forEach((axis, i) => {
      shape[axis] = sizes?.[i] ?? context.unknownDim(0, axis);
    });
    return [shape];
  },
  quantization: { kind: "transparent", data: 0 },
});
