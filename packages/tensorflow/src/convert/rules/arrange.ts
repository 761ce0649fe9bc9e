// Elements moved to other places: transposed, turned round, repeated, padded, and blocks of space put into channels.

import { attribute, type GraphBuilder } from "@tersor/core";
import { axisFromZero, concat, END, intOf, reshape, slice, textOf, transpose, upTo } from "../building.ts";
import { channelsBack, channelsFirst, layoutOf } from "../layout.ts";
import { defineRule, type RuleContext, type TensorFlowRule } from "../rule.ts";
import { asInt64 } from "../wide.ts";

const transposeRule = defineRule({
  ops: ["Transpose", "ConjugateTranspose"],
  convert: (context) => [transpose(context.to, context.inputs[0]!, context.numbers(1))],
});

const tile = defineRule({
  ops: ["Tile"],
  convert: ({ to, inputs }) => [to.add("Tile", [inputs[0]!, asInt64(to, inputs[1]!)])],
});

/** The first version has a truth value for each axis. */
const reverse = defineRule({
  ops: ["Reverse", "ReverseV2"],
  convert: (context) => {
    const { node, to, inputs } = context;
    const stated = context.numbers(1);
    const rank = context.rank(0);
    const axes =
      node.op === "Reverse"
        ? upTo(stated.length).filter((axis) => stated[axis] !== 0)
        : stated.map((axis) => axisFromZero(context, axis, rank));
    return [axes.length === 0 ? inputs[0]! : turned(to, inputs[0]!, axes)];
  },
});

function turned(to: GraphBuilder, x: string, axes: readonly number[]): string {
  const all = (number: number): string => to.int64s(axes.map(() => number));
  return to.add("Slice", [x, all(-1), all(-END), to.int64s(axes), all(-1)]);
}

/** ONNX wants the batch and the time among the first two axes. */
const reverseSequence = defineRule({
  ops: ["ReverseSequence"],
  convert: (context) => {
    const { to, inputs } = context;
    const rank = context.rank(0);
    const time = axisFromZero(context, intOf(context, "seq_dim", 0), rank);
    const batch = axisFromZero(context, intOf(context, "batch_dim", 0), rank);
    const order = [batch, time, ...upTo(rank).filter((axis) => axis !== batch && axis !== time)];
    const isInPlace = Math.max(time, batch) === 1;
    const x = isInPlace ? inputs[0]! : transpose(to, inputs[0]!, order);
    const axes = isInPlace ? { batch, time } : { batch: 0, time: 1 };
    const y = to.add("ReverseSequence", [x, asInt64(to, inputs[1]!)], {
      batch_axis: attribute.int(axes.batch),
      time_axis: attribute.int(axes.time),
    });
    return [
      isInPlace
        ? y
        : transpose(
            to,
            y,
            upTo(rank).map((axis) => order.indexOf(axis)),
          ),
    ];
  },
});

const pad = defineRule({
  ops: ["Pad", "PadV2"],
  convert: (context) => {
    const { to, inputs } = context;
    const value = inputs[2] === undefined ? [] : [inputs[2]];
    return [to.add("Pad", [inputs[0]!, padsOf(context), ...value])];
  },
});

/** Pairs of begin and end by axis become all begins, then all ends. */
function padsOf(context: RuleContext): string {
  const { to, inputs } = context;
  if (context.known(1) === undefined) return reshape(to, transpose(to, asInt64(to, inputs[1]!), [1, 0]), [-1]);
  const numbers = context.numbers(1);
  return to.int64s([...numbers.filter((_, i) => i % 2 === 0), ...numbers.filter((_, i) => i % 2 === 1)]);
}

/** REFLECT leaves the edge out, SYMMETRIC repeats it, which ONNX's modes can't say: parts are turned round and joined. */
const mirrorPad = defineRule({
  ops: ["MirrorPad"],
  convert: (context) => {
    const { to, inputs } = context;
    if (textOf(context, "mode", "REFLECT") === "REFLECT")
      return [to.add("Pad", [inputs[0]!, padsOf(context)], { mode: attribute.string("reflect") })];
    const pads = context.numbers(1);
    return [
      upTo(pads.length / 2).reduce(
        (x, axis) => mirrored(to, x, axis, pads[2 * axis]!, pads[2 * axis + 1]!),
        inputs[0]!,
      ),
    ];
  },
});

function mirrored(to: GraphBuilder, x: string, axis: number, begin: number, end: number): string {
  const before = begin === 0 ? [] : [turned(to, slice(to, x, { axis, start: 0, end: begin }), [axis])];
  const after = end === 0 ? [] : [turned(to, slice(to, x, { axis, start: -end, end: END }), [axis])];
  return concat(to, [...before, x, ...after], axis);
}

const blocks = defineRule({
  ops: ["SpaceToDepth", "DepthToSpace"],
  convert: (context) => {
    const { node, to, inputs } = context;
    const layout = layoutOf(context, 2);
    const blocksize = attribute.int(intOf(context, "block_size", 1));
    return [channelsBack(to, layout, to.add(node.op, [channelsFirst(to, layout, inputs[0]!)], { blocksize }))];
  },
});

/** Along each axis the last `shift` elements come first. */
const roll = defineRule({
  ops: ["Roll"],
  convert: (context) => {
    const { to } = context;
    const rank = context.rank(0);
    const axes = context.numbers(2).map((axis) => axisFromZero(context, axis, rank));
    const shifts = context.numbers(1);
    return [axes.reduce((x, axis, i) => rolled(to, x, axis, shifts[i] ?? 0), context.inputs[0]!)];
  },
});

function rolled(to: GraphBuilder, x: string, axis: number, shift: number): string {
  const size = to.shape(x)?.[axis];
  const by = typeof size === "number" && size > 0 ? ((shift % size) + size) % size : shift;
  if (by === 0) return x;
  const last = slice(to, x, { axis, start: -by, end: END });
  return concat(to, [last, slice(to, x, { axis, start: 0, end: -by })], axis);
}

export const arrange: readonly TensorFlowRule[] = [
  blocks,
  mirrorPad,
  pad,
  reverse,
  reverseSequence,
  roll,
  tile,
  transposeRule,
];
