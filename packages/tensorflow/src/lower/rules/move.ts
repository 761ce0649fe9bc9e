// Operators that choose, join and repeat elements, on the tensors as they lie.
// https://onnx.ai/onnx/operators/onnx__Concat.html, onnx__Slice.html, onnx__Gather.html, onnx__Pad.html

import { isFloat, sameDim, type Dim } from "@tersor/core";
import { staticDim } from "../refusal.ts";
import { attr } from "../emitter.ts";
import { channelsLast, plainLayout, storedShape, type Layout } from "../layout.ts";
import { defineLowering, type LowerContext, type LoweringRule, type Stored } from "../rule.ts";
import { commonLayout } from "./operands.ts";

/** The rules of this family. */
export const moveRules: readonly LoweringRule[] = [
  defineLowering({ ops: ["Concat"], lower: (context) => [lowerConcat(context)] }),
  defineLowering({ ops: ["DepthToSpace"], lower: (context) => [lowerDepthToSpace(context)] }),
  defineLowering({ ops: ["Expand"], lower: (context) => [lowerExpand(context)] }),
  defineLowering({ ops: ["Gather"], lower: (context) => [lowerGather(context)] }),
  defineLowering({ ops: ["GatherElements"], lower: (context) => [lowerGatherElements(context)] }),
  defineLowering({ ops: ["Pad"], lower: (context) => [lowerPad(context)] }),
  defineLowering({ ops: ["SpaceToDepth"], lower: (context) => [lowerSpaceToDepth(context)] }),
  defineLowering({ ops: ["Split"], lower: lowerSplit }),
  defineLowering({ ops: ["Tile"], lower: (context) => [lowerTile(context)] }),
  defineLowering({ ops: ["TopK"], lower: lowerTopK }),
];

/** An axis, counted from the front. */
export function axisOf(context: LowerContext, stated: number, rank: number): number {
  const axis = stated < 0 ? stated + rank : stated;
  return axis >= 0 && axis < rank ? axis : context.refuse(`its axis ${stated} lies outside of rank ${rank}`);
}

function lowerConcat(context: LowerContext): Stored {
  const { dtype, shape } = context.outputType();
  const inputs = Array.from({ length: context.count }, (_, input) => input);
  const layout = commonLayout(context, inputs, shape.length);
  const place = layout.indexOf(axisOf(context, context.int("axis", 0), shape.length));
  const parts = inputs.map((input) => context.in(input, layout));
  const attributes = { T: attr.type(dtype), N: attr.int(parts.length), Tidx: attr.type("int32") };
  return context.emit("ConcatV2", [...parts, context.to.scalar("int32", place)], attributes, layout);
}

function lowerSplit(context: LowerContext): readonly Stored[] {
  const { tensor, layout } = context.stored(0);
  const { dtype, shape } = context.type(0);
  const axis = axisOf(context, context.int("axis", 0), shape.length);
  const place = context.to.scalar("int32", layout.indexOf(axis));
  const types = context.node.outputs.map((_, i) => context.outputType(i));
  const sizes = types.map((type) => staticDim(type.shape[axis], "the size of a part"));
  const made = types.map((type) => ({ dtype, shape: storedShape(type.shape, layout) }));
  const attributes = { T: attr.type(dtype), num_split: attr.int(sizes.length) };
  const isEqual = sizes.every((size) => size === sizes[0]);
  const parts = isEqual
    ? context.to.addMany("Split", [place, tensor], attributes, made)
    : context.to.addMany(
        "SplitV",
        [tensor, context.to.ints(sizes), place],
        { ...attributes, Tlen: attr.type("int32") },
        made,
      );
  return parts.map((part) => ({ tensor: part, layout }));
}

function lowerExpand(context: LowerContext): Stored {
  const { dtype, shape } = context.outputType();
  const attributes = { T: attr.type(dtype), Tidx: attr.type("int32") };
  return context.emit("BroadcastTo", [context.in(0), context.exactSizes(shape)], attributes, plainLayout(shape.length));
}

function lowerTile(context: LowerContext): Stored {
  const { tensor, layout } = context.stored(0);
  const repeats = context.elements(1) ?? context.refuse("its repeats are only known when the graph runs");
  const attributes = { T: attr.type(context.type(0).dtype) };
  return context.emit("Tile", [tensor, context.exactSizes(storedShape(repeats, layout))], attributes, layout);
}

function lowerPad(context: LowerContext): Stored {
  const { tensor, layout } = context.stored(0);
  const { dtype } = context.type(0);
  const paddings = context.to.numbers("int32", [layout.length, 2], padsOf(context, layout));
  const mode = context.text("mode", "constant");
  const attributes = { T: attr.type(dtype) };
  if (mode === "reflect")
    return context.emit("MirrorPad", [tensor, paddings], { ...attributes, mode: attr.string("REFLECT") }, layout);
  if (mode !== "constant") context.refuse(`its mode "${mode}" is not supported`);
  const value = context.opset < 11 ? context.float("value", 0) : (context.numbers(2)?.[0] ?? 0);
  if (value === 0) return context.emit("Pad", [tensor, paddings], attributes, layout);
  return context.emit("PadV2", [tensor, paddings, context.to.scalar(dtype, value)], attributes, layout);
}

/** Pads before and after each axis, as it lies. */
function padsOf(context: LowerContext, layout: Layout): readonly number[] {
  const rank = layout.length;
  const stated = context.ints("pads") ?? context.numbers(1) ?? context.refuse("pads are missing");
  if (stated.some((pad) => pad < 0)) context.refuse("negative pads are not supported");
  const axes =
    (context.has(3) ? context.numbers(3) : undefined)?.map((axis) => axisOf(context, axis, rank)) ?? plainLayout(rank);
  return layout.flatMap((axis) => {
    const place = axes.indexOf(axis);
    return place < 0 ? [0, 0] : [stated[place]!, stated[place + axes.length]!];
  });
}

/** Indices below zero count from the end in ONNX, and are nothing in TensorFlow: constant ones are counted here. */
function lowerGather(context: LowerContext): Stored {
  const { dtype, shape } = context.type(0);
  const axis = axisOf(context, context.int("axis", 0), shape.length);
  const { tensor, layout } = context.stored(0);
  const indices = context.type(1);
  const place = layout.indexOf(axis);
  const attributes = { Tparams: attr.type(dtype), Tindices: attr.type(indices.dtype), Taxis: attr.type("int32") };
  const inserted = indices.shape.map((_, i) => axis + i);
  const moved = layout.map((one) => (one > axis ? one + inserted.length - 1 : one));
  const result = [...moved.slice(0, place), ...inserted, ...moved.slice(place + 1)];
  return context.emit(
    "GatherV2",
    [tensor, gatherIndices(context, shape[axis]!), context.to.scalar("int32", place)],
    attributes,
    result,
  );
}

/** Along the last axis it is a Gather for each row, when all rows have indices. */
function lowerGatherElements(context: LowerContext): Stored {
  const { dtype, shape } = context.type(0);
  const indices = context.type(1);
  const rows = shape.length - 1;
  const isByRow = shape.slice(0, -1).every((dim, axis) => sameDim(dim, indices.shape[axis]!));
  if (axisOf(context, context.int("axis", 0), shape.length) !== rows || !isByRow)
    context.refuse("elements can be chosen along the last axis only, for all rows");
  const attributes = {
    Tparams: attr.type(dtype),
    Tindices: attr.type(indices.dtype),
    Taxis: attr.type("int32"),
    batch_dims: attr.int(rows),
  };
  const operands = [context.in(0), context.in(1), context.to.scalar("int32", rows)];
  return context.emit("GatherV2", operands, attributes, plainLayout(shape.length));
}

function gatherIndices(context: LowerContext, size: Dim): string {
  const { dtype, shape } = context.type(1);
  const known = context.constant(1) && context.numbers(1);
  if (!known?.some((index) => index < 0)) return context.in(1);
  const count = staticDim(size, "the size that indices count back from");
  return context.to.numbers(
    dtype,
    shape as readonly number[],
    known.map((index) => (index < 0 ? index + count : index)),
  );
}

/** TensorFlow takes the blocks apart depth first; column-row-depth is that with its channels in another order. */
function lowerDepthToSpace(context: LowerContext): Stored {
  const layout = channelsLast(4);
  const { dtype, shape } = context.type(0);
  const block = context.int("blocksize", 1);
  const attributes = { T: attr.type(dtype), block_size: attr.int(block), data_format: attr.string("NHWC") };
  const image = context.in(0, layout);
  if (context.text("mode", "DCR") === "DCR") return context.emit("DepthToSpace", [image], attributes, layout);
  const channels = staticDim(shape[1], "the number of channels");
  const area = block * block;
  const order = Array.from(
    { length: channels },
    (_, i) => (i % (channels / area)) * area + Math.floor(i / (channels / area)),
  );
  const types = { Tparams: attr.type(dtype), Tindices: attr.type("int32"), Taxis: attr.type("int32") };
  const operands = [image, context.to.ints(order), context.to.scalar("int32", 3)];
  const sorted = context.to.add("GatherV2", operands, types, context.to.type(image));
  return context.emit("DepthToSpace", [sorted], attributes, layout);
}

function lowerSpaceToDepth(context: LowerContext): Stored {
  const layout = channelsLast(4);
  const attributes = {
    T: attr.type(context.type(0).dtype),
    block_size: attr.int(context.int("blocksize", 1)),
    data_format: attr.string("NHWC"),
  };
  return context.emit("SpaceToDepth", [context.in(0, layout)], attributes, layout);
}

/** TensorFlow gives the largest of the last axis, sorted, with int32 indices. */
function lowerTopK(context: LowerContext): readonly Stored[] {
  const { dtype, shape } = context.type(0);
  const axis = axisOf(context, context.int("axis", -1), shape.length);
  if (axis !== shape.length - 1 || context.int("largest", 1) === 0 || !isFloat(dtype))
    context.refuse("only the largest numbers along the last axis are supported");
  const layout = plainLayout(shape.length);
  const count = (context.numbers(1) ?? [])[0] ?? context.refuse("the number of elements is missing");
  const types = context.node.outputs.map((_, i) => context.outputType(i));
  const made = [types[0]!, { dtype: "int32" as const, shape: types[0]!.shape }];
  const attributes = { T: attr.type(dtype), sorted: attr.bool(true) };
  const [values, indices] = context.to.addMany(
    "TopKV2",
    [context.in(0), context.to.scalar("int32", count)],
    attributes,
    made,
  );
  const cast = { SrcT: attr.type("int32"), DstT: attr.type("int64") };
  return [{ tensor: values!, layout }, context.emit("Cast", [indices!], cast, layout, 1)];
}
