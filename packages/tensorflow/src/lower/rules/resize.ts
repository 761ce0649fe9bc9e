// Resize: ResizeNearestNeighbor and ResizeBilinear, which know three ways to place coordinates. For the nearest
// neighbour the ways are compared by the pixels they choose; what none of TensorFlow's chooses is refused.
// https://onnx.ai/onnx/operators/onnx__Resize.html

import { staticDim } from "../refusal.ts";
import { attr } from "../emitter.ts";
import { channelsLast } from "../layout.ts";
import { defineLowering, type LowerContext, type LoweringRule, type Stored } from "../rule.ts";
import { fromImage, imageOf, outputSpatial } from "./window.ts";

/** The rules of this family. */
export const resizeRules: readonly LoweringRule[] = [
  defineLowering({ ops: ["Resize", "Upsample"], lower: (context) => [lowerResize(context)] }),
];

/** TensorFlow's ways to place coordinates. */
interface Placement {
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

/** One axis before and after, and the scale that ONNX counts with. */
interface Axis {
  readonly size: number;
  readonly made: number;
  readonly scale: number;
}

const placements: readonly Placement[] = [
  { alignCorners: false, halfPixelCenters: true },
  { alignCorners: false, halfPixelCenters: false },
  { alignCorners: true, halfPixelCenters: false },
];

function lowerResize(context: LowerContext): Stored {
  const mode = context.text("mode", "nearest");
  if (mode !== "nearest" && mode !== "linear") context.refuse(`its mode "${mode}" is not supported`);
  if (context.int("antialias", 0) !== 0) context.refuse("antialiasing is not supported");
  const axes = axesOf(context);
  const { alignCorners, halfPixelCenters } =
    mode === "nearest" ? nearestPlacement(context, axes) : linearPlacement(context, axes);
  const image = imageOf(context);
  const made = outputSpatial(context) as readonly number[];
  const attributes = {
    T: attr.type(context.type(0).dtype),
    align_corners: attr.bool(alignCorners),
    half_pixel_centers: attr.bool(halfPixelCenters),
  };
  const op = mode === "nearest" ? "ResizeNearestNeighbor" : "ResizeBilinear";
  const type = { dtype: context.type(0).dtype, shape: [image.batch, ...made, image.channels] };
  return fromImage(context, context.to.add(op, [image.tensor, context.to.ints(made)], attributes, type));
}

function axesOf(context: LowerContext): readonly Axis[] {
  const from = context.type(0).shape;
  const to = context.outputType().shape;
  const fromInput = context.opset < 11 ? 1 : 2;
  const stated = context.opset < 9 ? undefined : context.has(fromInput) ? context.numbers(fromInput) : undefined;
  const scales = stated?.length === from.length ? stated : undefined;
  if ([0, 1].some((axis) => scales?.[axis] !== undefined && scales[axis] !== 1))
    context.refuse("only spatial axes can be resized");
  return channelsLast(from.length)
    .slice(1, -1)
    .map((axis) => {
      const size = staticDim(from[axis], "a spatial size");
      const made = staticDim(to[axis], "a spatial size of the output");
      return { size, made, scale: scales?.[axis] ?? made / size };
    });
}

function linearPlacement(context: LowerContext, axes: readonly Axis[]): Placement {
  const transform = transformOf(context);
  const isWhole = axes.every(({ size, made, scale }) => Math.abs(size * scale - made) < 1e-3);
  if (transform === "align_corners") return { alignCorners: true, halfPixelCenters: false };
  if (!isWhole) context.refuse("its scales do not give whole sizes");
  if (transform === "asymmetric") return { alignCorners: false, halfPixelCenters: false };
  const isHalfPixel =
    transform === "half_pixel" || (transform === "pytorch_half_pixel" && axes.every(({ made }) => made > 1));
  return isHalfPixel
    ? { alignCorners: false, halfPixelCenters: true }
    : context.refuse(`its coordinates "${transform}" are not supported`);
}

function transformOf(context: LowerContext): string {
  return context.text("coordinate_transformation_mode", context.opset < 11 ? "asymmetric" : "half_pixel");
}

function nearestPlacement(context: LowerContext, axes: readonly Axis[]): Placement {
  const transform = transformOf(context);
  const rounding = context.text("nearest_mode", context.opset < 11 ? "floor" : "round_prefer_floor");
  const found = placements.find((placement) =>
    axes.every((axis) =>
      Array.from({ length: axis.made }, (_, i) => i).every(
        (i) => onnxPixel(context, i, axis, transform, rounding) === pixel(i, axis, placement),
      ),
    ),
  );
  return (
    found ?? context.refuse(`TensorFlow has no resizing that chooses the pixels of "${transform}" with "${rounding}"`)
  );
}

function onnxPixel(
  context: LowerContext,
  i: number,
  { size, made, scale }: Axis,
  transform: string,
  rounding: string,
): number {
  const at =
    coordinates[transform]?.(i, size, made, scale) ??
    context.refuse(`its coordinates "${transform}" are not supported`);
  const rounded = roundings[rounding]?.(at) ?? context.refuse(`its rounding "${rounding}" is not supported`);
  return Math.min(size - 1, Math.max(0, rounded));
}

const coordinates: Readonly<Record<string, (i: number, size: number, made: number, scale: number) => number>> = {
  half_pixel: (i, _size, _made, scale) => (i + 0.5) / scale - 0.5,
  pytorch_half_pixel: (i, _size, made, scale) => (made > 1 ? (i + 0.5) / scale - 0.5 : 0),
  asymmetric: (i, _size, _made, scale) => i / scale,
  align_corners: (i, size, made) => (made > 1 ? (i * (size - 1)) / (made - 1) : 0),
};

const roundings: Readonly<Record<string, (at: number) => number>> = {
  round_prefer_floor: (at) => Math.ceil(at - 0.5),
  round_prefer_ceil: (at) => Math.floor(at + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

/** The pixel that TensorFlow chooses. */
function pixel(i: number, { size, made }: Axis, { alignCorners, halfPixelCenters }: Placement): number {
  const step = alignCorners && made > 1 ? (size - 1) / (made - 1) : size / made;
  const at = (i + (halfPixelCenters ? 0.5 : 0)) * step;
  return Math.min(size - 1, Math.max(0, alignCorners ? Math.floor(at + 0.5) : Math.floor(at)));
}
