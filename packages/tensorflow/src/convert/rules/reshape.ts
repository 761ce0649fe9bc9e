// Changes of shape without moving elements, and shapes as data.
// https://www.tensorflow.org/api_docs/python/tf/raw_ops/Reshape

import { attribute, sameDim, type Dim, type GraphBuilder } from "@tersor/core";
import {
  axisFromZero,
  reshape as reshapeTo,
  shapeOf,
  squeeze as without,
  typeAttribute,
  unsqueeze,
  upTo,
} from "../building.ts";
import { defineRule, type RuleContext, type TensorFlowRule } from "../rule.ts";
import { asInt64, narrowed, wide } from "../wide.ts";

const reshape = defineRule({
  ops: ["Reshape"],
  convert: wide(({ to, inputs }) => [reshapeBy(to, inputs[0]!, inputs[1]!)]),
});

/** A Reshape by a computed shape; where that is known save for one size, by a constant. */
export function reshapeBy(to: GraphBuilder, value: string, shape: string): string {
  const elements = elementsOf(to, shape);
  const numbers = constantShape(to.shape(value), elements);
  if (numbers) return reshapeTo(to, value, numbers);
  const allowzero = elements?.includes(0) ? { allowzero: attribute.int(1) } : {};
  return to.add("Reshape", [value, asInt64(to, shape)], allowzero);
}

function elementsOf(to: GraphBuilder, value: string): readonly (Dim | null)[] | undefined {
  const elements = to.fact(value)?.value;
  return elements && Array.from(elements.data);
}

/** The shape with 0 for sizes that are those of the input's own axis, and -1 for the one that is open. */
function constantShape(
  from: readonly Dim[] | undefined,
  shape: readonly (Dim | null)[] | undefined,
): readonly number[] | undefined {
  if (shape === undefined) return undefined;
  // A size of zero is meant as such in TensorFlow.
  if (shape.includes(0)) return undefined;
  const sizes = shape.map((dim, axis) => {
    if (typeof dim === "number") return dim;
    const own = from?.[axis];
    return dim !== null && own !== undefined && sameDim(dim, own) ? 0 : undefined;
  });
  const open = sizes.filter((size) => size === undefined || size === -1).length;
  return open > 1 ? undefined : sizes.map((size) => size ?? -1);
}

/** Without stated axes all of size 1 go; which these are, onnxruntime sees. */
const squeeze = defineRule({
  ops: ["Squeeze"],
  convert: wide((context) => {
    const { to, inputs } = context;
    const axes = context.attribute("squeeze_dims", "ints") ?? [];
    const shape = context.shape(0);
    if (axes.length > 0)
      return [without(to, inputs[0]!, shape ? axes.map((a) => axisFromZero(context, a, shape.length)) : axes)];
    if (shape?.every((dim) => typeof dim === "number"))
      return [
        without(
          to,
          inputs[0]!,
          upTo(shape.length).filter((axis) => shape[axis] === 1),
        ),
      ];
    return [to.add("Squeeze", [inputs[0]!])];
  }),
});

const expandDims = defineRule({
  ops: ["ExpandDims"],
  convert: wide((context) => {
    const rank = context.shape(0)?.length;
    const axis = context.numbers(1)[0] ?? 0;
    return [
      unsqueeze(context.to, context.inputs[0]!, [rank === undefined ? axis : axisFromZero(context, axis, rank + 1)]),
    ];
  }),
});

const shape = defineRule({
  ops: ["Shape", "ShapeN"],
  convert: (context) => {
    const dtype = typeAttribute(context, "out_type", "int32");
    return context.inputs.map((value) => narrowed(context.to, shapeOf(context.to, value), dtype));
  },
});

const size = defineRule({
  ops: ["Size"],
  convert: (context) => {
    const dtype = typeAttribute(context, "out_type", "int32");
    return [narrowed(context.to, context.to.add("Size", context.inputs), dtype)];
  },
});

const rank = defineRule({
  ops: ["Rank"],
  convert: ({ to, inputs, shape: shapeOfInput }) => {
    const dims = shapeOfInput(0);
    if (dims) return [to.constant("int32", [], [dims.length])];
    return [narrowed(to, to.add("Size", [to.add("Shape", inputs)]), "int32")];
  },
});

const broadcastTo = defineRule({
  ops: ["BroadcastTo"],
  convert: ({ to, inputs }) => [to.add("Expand", [inputs[0]!, asInt64(to, inputs[1]!)])],
});

/** The shape that two shapes broadcast to: the larger sizes, once the shorter one has leading ones. */
const broadcastArgs = defineRule({
  ops: ["BroadcastArgs"],
  convert: wide((context) => {
    const { to } = context;
    const lengths = [lengthOf(context, 0), lengthOf(context, 1)];
    const longest = Math.max(...lengths);
    const shapes = context.inputs.map((value, i) => {
      const missing = longest - lengths[i]!;
      if (missing === 0) return value;
      return to.add("Concat", [to.constant(to.dtype(value)!, [missing], Array<number>(missing).fill(1)), value], {
        axis: attribute.int(0),
      });
    });
    return [to.add("Max", shapes)];
  }),
});

function lengthOf(context: RuleContext, input: number): number {
  const length = context.shape(input)?.[0];
  return typeof length === "number"
    ? length
    : context.refuse(`the rank that its input ${input} describes can't be told`);
}

export const reshapes: readonly TensorFlowRule[] = [
  broadcastArgs,
  broadcastTo,
  expandDims,
  rank,
  reshape,
  shape,
  size,
  squeeze,
];
