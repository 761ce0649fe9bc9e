// Resize and Upsample: interpolation to given sizes or by given scales (https://onnx.ai/onnx/operators/onnx__Resize.html).
// Resize since 10 (inputs X, scales); 11 has X, roi, scales, sizes; 13 makes the last three optional; 18 adds axes and
// keep_aspect_ratio_policy; 19 adds half_pixel_symmetric. Upsample 7 has scales as an attribute, 9 as an input; gone at 10.

import { floorDim, mulDims, type Dim } from "../graph/dim.ts";
import { defineOp, flag, float, floats, ints, string, type ShapedInput } from "./define.ts";
import { axesOf, numbersIn } from "./known.ts";
import { statedElements } from "./stated-shape.ts";

const attributes = {
  antialias: flag(),
  axes: ints(),
  coordinate_transformation_mode: string("half_pixel"),
  cubic_coeff_a: float(-0.75),
  exclude_outside: flag(),
  extrapolation_value: float(0),
  keep_aspect_ratio_policy: string("stretch"),
  mode: string("nearest"),
  nearest_mode: string("round_prefer_floor"),
} as const;

/** What is asked of one axis: a size, a scale of the input, or something that is not known. */
type Request = { readonly size: Dim } | { readonly scale: number } | undefined;

export const resize = defineOp({
  type: "Resize",
  since: [10, 11, 13, 18, 19],
  attributes,
  // onnxruntime leaves the region of tf_crop_and_resize out of the output's size, and so does this rule.
  shape: (inputs, { axes, keep_aspect_ratio_policy }, context) => {
    const [x] = inputs;
    if (!x) return [];
    const rank = x.shape.length;
    const chosen = axesOf(axes ?? x.shape.map((_, axis) => axis), rank);
    if (!chosen) return [];
    const [scales, sizes] = context.opset < 11 ? [inputs[1]] : inputs.slice(2);
    const requests = requestsOf(x, chosen, scales, sizes, keep_aspect_ratio_policy);
    const shape = [...x.shape];
    chosen.forEach((axis, i) => {
      shape[axis] = resized(x.shape[axis]!, requests[i]) ?? context.unknownDim(0, axis);
    });
    return [shape];
  },
  // Nearest copies elements, and linear weights sum to 1: the output has the range of the input.
  quantization: { kind: "transparent", data: 0 },
});

export const upsample = defineOp({
  type: "Upsample",
  since: [1, 7, 9, 10],
  attributes: { mode: string("nearest"), scales: floats() },
  shape: ([x, scalesInput], { scales }, context) => {
    if (!x) return [];
    const factors = scales ?? numbersIn(scalesInput);
    const known = factors?.length === x.shape.length ? factors : undefined;
    return [
      x.shape.map((dim, axis) => {
        const scale = known?.[axis];
        return resized(dim, scale === undefined ? undefined : { scale }) ?? context.unknownDim(0, axis);
      }),
    ];
  },
  quantization: { kind: "transparent", data: 0 },
});

function requestsOf(
  x: ShapedInput,
  axes: readonly number[],
  scales: ShapedInput | undefined,
  sizes: ShapedInput | undefined,
  policy: string,
): readonly Request[] {
  const targets = sizes && statedElements(sizes);
  if (targets?.length === axes.length) {
    if (policy !== "stretch") return keepAspect(x, axes, targets, policy);
    return targets.map((size) => (size === null ? undefined : { size }));
  }
  const factors = numbersIn(scales);
  return factors?.length === axes.length ? factors.map((scale) => ({ scale })) : [];
}

/** One scale for all axes: the smallest (not_larger) or largest (not_smaller) of those asked for, sizes rounded half up. */
function keepAspect(
  x: ShapedInput,
  axes: readonly number[],
  targets: readonly (Dim | null)[],
  policy: string,
): readonly Request[] {
  const ratios = axes.map((axis, i) => Math.fround(Number(targets[i] ?? NaN) / Number(x.shape[axis])));
  const scale = policy === "not_larger" ? Math.min(...ratios) : Math.max(...ratios);
  if (Number.isNaN(scale)) return [];
  return axes.map((axis) => ({ size: Math.floor(Math.fround(scale * Number(x.shape[axis])) + 0.5) }));
}

/** floor(dim * scale), in float32 as runtimes compute it. */
function resized(dim: Dim, request: Request): Dim | undefined {
  if (request === undefined) return undefined;
  if ("size" in request) return request.size;
  const scale = Math.fround(request.scale);
  if (typeof dim === "number") return Math.floor(Math.fround(scale * dim));
  // A symbol is scaled where float32 holds every product exactly: by integers and fractions of small powers of two.
  return scale > 0 && Number.isInteger(scale * 64) ? floorDim(mulDims(dim, scale)) : undefined;
}
