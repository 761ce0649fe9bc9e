// Images made larger and smaller. Which place of the input an output pixel looks at is the whole difference between
// the kinds, and each has a coordinate mode of ONNX.
// https://www.tensorflow.org/api_docs/python/tf/raw_ops/ResizeBilinear

import { attribute, divDims, type Attribute, type Dim } from "@tersor/core";
import { cast, concat, flagOf, shapeOf, elementType } from "../building.ts";
import { channelsBack, channelsFirst, type Layout } from "../layout.ts";
import { defineRule, type RuleContext, type TensorFlowRule } from "../rule.ts";
import { asInt64 } from "../wide.ts";

const images: Layout = { spatialRank: 2, channelsLast: true };

/** Bilinear and bicubic results are float32 whatever the image is; the nearest pixels keep their type. */
const resize = defineRule({
  ops: ["ResizeBilinear", "ResizeBicubic", "ResizeNearestNeighbor"],
  convert: (context) => {
    const { node, to, inputs } = context;
    const isNearest = node.op === "ResizeNearestNeighbor";
    const dtype = elementType(context);
    const computed = isNearest && resized.includes(dtype) ? dtype : "float32";
    const x = channelsFirst(to, images, cast(to, inputs[0]!, computed));
    const scales = wholeScales(context);
    const target = scales ? [to.constant("float32", [4], scales)] : ["", sizes(context, x)];
    const y = channelsBack(to, images, to.add("Resize", [x, "", ...target], modeOf(context)));
    return [isNearest ? cast(to, y, dtype) : y];
  },
});

/** Types that onnxruntime resizes. */
const resized = ["float32", "int32", "int8", "uint8"];

function modeOf(context: RuleContext): Readonly<Record<string, Attribute>> {
  const alignCorners = flagOf(context, "align_corners");
  const halfPixel = flagOf(context, "half_pixel_centers");
  if (alignCorners && halfPixel) context.refuse("it asks both for aligned corners and for centers of pixels");
  const coordinates = alignCorners ? "align_corners" : halfPixel ? "half_pixel" : "asymmetric";
  return {
    coordinate_transformation_mode: attribute.string(coordinates),
    ...interpolation(context.node.op, alignCorners, halfPixel),
  };
}

/** Nearest: half of a pixel and more goes up, or everything down. Cubic: Keys' kernel, or the older one of a = -0.75. */
function interpolation(op: string, alignCorners: boolean, halfPixel: boolean): Readonly<Record<string, Attribute>> {
  if (op === "ResizeBilinear") return { mode: attribute.string("linear") };
  if (op === "ResizeNearestNeighbor") {
    const rounding = alignCorners || halfPixel ? "round_prefer_ceil" : "floor";
    return { mode: attribute.string("nearest"), nearest_mode: attribute.string(rounding) };
  }
  return {
    mode: attribute.string("cubic"),
    cubic_coeff_a: attribute.float(halfPixel ? -0.5 : -0.75),
    exclude_outside: attribute.int(halfPixel ? 1 : 0),
  };
}

/** Scales by whole numbers, which need no sizes: also where a size is twice another that is not known. */
function wholeScales(context: RuleContext): readonly number[] | undefined {
  const from = context.shape(0)?.slice(1, 3);
  const elements = context.to.fact(context.inputs[1]!)?.value;
  if (from === undefined || elements === undefined) return undefined;
  const factors = from.map((size, axis) => factorOf(elements.data[axis], size));
  return factors.every((factor) => factor !== undefined) ? [1, 1, ...factors] : undefined;
}

function factorOf(goal: Dim | null | undefined, size: Dim): number | undefined {
  const factor = goal === null || goal === undefined ? undefined : divDims(goal, size);
  return typeof factor === "number" && Number.isInteger(factor) && factor > 0 ? factor : undefined;
}

function sizes({ to, inputs }: RuleContext, x: string): string {
  return concat(to, [shapeOf(to, x, 0, 2), asInt64(to, inputs[1]!)], 0);
}

export const imageRules: readonly TensorFlowRule[] = [resize];
