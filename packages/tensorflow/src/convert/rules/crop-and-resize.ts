// CropAndResize: each box of normalized corners becomes a picture of a fixed size, places outside of the image have
// one value. ONNX has no such operator (RoiAlign averages and clamps), so the four neighbours of each place are
// gathered and weighed here.
// https://www.tensorflow.org/api_docs/python/tf/image/crop_and_resize

import { attribute, type GraphBuilder } from "@tersor/core";
import { cast, floatOf, reshape, shapeOf, sizeOf, slice, textOf, unsqueeze, upTo } from "../building.ts";
import { defineRule, type RuleContext, type TensorFlowRule } from "../rule.ts";
import { asInt64 } from "../wide.ts";

/** Where the samples of all boxes lie along one axis. */
interface Places {
  /** float32 [boxes, crop size], in pixels. */
  readonly at: string;
  /** int64 scalar: the size of the image. */
  readonly size: string;
  /** bool [boxes, crop size]: whether the place is inside of the image. */
  readonly inside: string;
}

const cropAndResize = defineRule({
  ops: ["CropAndResize"],
  convert: (context) => {
    const { to, inputs } = context;
    const [height, width] = context.numbers(3);
    if (height === undefined || width === undefined) return context.refuse("its crop has no size");
    const image = cast(to, inputs[0]!, "float32");
    const y = placesAlong(to, { boxes: inputs[1]!, corner: 0, size: sizeOf(to, image, 1), count: height });
    const x = placesAlong(to, { boxes: inputs[1]!, corner: 1, size: sizeOf(to, image, 2), count: width });
    const sample = samplerOf(to, image, asInt64(to, inputs[2]!));
    const isNearest = textOf(context, "method", "bilinear") === "nearest";
    const sampled = isNearest ? nearest(to, sample, y, x) : bilinear(to, sample, y, x);
    return [insideOnly(context, sampled, y, x)];
  },
});

/** From the first corner to the second in equal steps; a single sample lies in the middle. */
function placesAlong(
  to: GraphBuilder,
  { boxes, corner, size, count }: { boxes: string; corner: number; size: string; count: number },
): Places {
  const number = (value: number): string => to.constant("float32", [], [value]);
  const last = to.add("Sub", [cast(to, size, "float32"), number(1)]);
  const first = slice(to, boxes, { axis: 1, start: corner, end: corner + 1 });
  const second = slice(to, boxes, { axis: 1, start: corner + 2, end: corner + 3 });
  const at = count > 1 ? stepped(to, first, second, last, count) : middle(to, first, second, last);
  const inside = to.add("And", [to.add("GreaterOrEqual", [at, number(0)]), to.add("LessOrEqual", [at, last])]);
  return { at, size, inside };
}

function stepped(to: GraphBuilder, first: string, second: string, last: string, count: number): string {
  const extent = to.add("Mul", [to.add("Sub", [second, first]), last]);
  const step = to.add("Div", [extent, to.constant("float32", [], [count - 1])]);
  const steps = to.add("Mul", [step, to.constant("float32", [1, count], upTo(count))]);
  return to.add("Add", [to.add("Mul", [first, last]), steps]);
}

function middle(to: GraphBuilder, first: string, second: string, last: string): string {
  const half = to.add("Mul", [to.add("Add", [first, second]), to.constant("float32", [], [0.5])]);
  return to.add("Mul", [half, last]);
}

/** Gives the pixels [boxes, height, width, channels] at rows and columns of each box's image. */
type Sampler = (rows: string, columns: string) => string;

/** All images' pixels lie in one list: (image * height + row) * width + column. */
function samplerOf(to: GraphBuilder, image: string, boxImages: string): Sampler {
  const [height, width, channels] = [sizeOf(to, image, 1), sizeOf(to, image, 2), shapeOf(to, image, 3, 4)];
  const pixels = to.add("Reshape", [image, to.add("Concat", [to.int64s([-1]), channels], { axis: attribute.int(0) })]);
  const start = to.add("Mul", [unsqueeze(to, boxImages, [1]), height]);
  return (rows, columns) => {
    const rowStart = unsqueeze(to, to.add("Mul", [to.add("Add", [start, rows]), width]), [2]);
    return to.add("Gather", [pixels, to.add("Add", [rowStart, unsqueeze(to, columns, [1])])]);
  };
}

/** Pixels beyond the edge are cut to it: their places are outside, and replaced. */
function pixelOf(to: GraphBuilder, place: string, size: string): string {
  const last = to.add("Sub", [size, to.constant("int64", [], [1])]);
  return to.add("Clip", [cast(to, place, "int64"), to.constant("int64", [], [0]), last]);
}

/** Halves go away from zero. */
function nearest(to: GraphBuilder, sample: Sampler, y: Places, x: Places): string {
  const half = to.constant("float32", [], [0.5]);
  const pixel = ({ at, size }: Places): string => pixelOf(to, to.add("Floor", [to.add("Add", [at, half])]), size);
  return sample(pixel(y), pixel(x));
}

function bilinear(to: GraphBuilder, sample: Sampler, y: Places, x: Places): string {
  const [top, bottom] = neighbours(to, y);
  const [left, right] = neighbours(to, x);
  const across = reshape(to, fraction(to, x), [0, 1, -1, 1]);
  const down = reshape(to, fraction(to, y), [0, -1, 1, 1]);
  const above = between(to, sample(top, left), sample(top, right), across);
  const below = between(to, sample(bottom, left), sample(bottom, right), across);
  return between(to, above, below, down);
}

function neighbours(to: GraphBuilder, { at, size }: Places): readonly [string, string] {
  return [pixelOf(to, to.add("Floor", [at]), size), pixelOf(to, to.add("Ceil", [at]), size)];
}

function fraction(to: GraphBuilder, { at }: Places): string {
  return to.add("Sub", [at, to.add("Floor", [at])]);
}

/** a + (b - a) * part. */
function between(to: GraphBuilder, a: string, b: string, part: string): string {
  return to.add("Add", [a, to.add("Mul", [to.add("Sub", [b, a]), part])]);
}

function insideOnly(context: RuleContext, sampled: string, y: Places, x: Places): string {
  const { to } = context;
  const inside = to.add("And", [reshape(to, y.inside, [0, -1, 1, 1]), reshape(to, x.inside, [0, 1, -1, 1])]);
  const outside = to.constant("float32", [], [floatOf(context, "extrapolation_value", 0)]);
  return to.add("Where", [inside, sampled, outside]);
}

export const cropping: readonly TensorFlowRule[] = [cropAndResize];
