// Tensors made from little: constants of a shape, ranges, and one-hot vectors.

import { attribute, sourceOf, tensorFromNumbers, type DataType, type GraphBuilder } from "@tersor/core";
import {
  axisFromZero,
  cast,
  countTo,
  elementType,
  intOf,
  reshape,
  shapeOf,
  typeAttribute,
  unsqueeze,
} from "../building.ts";
import { defineRule, type RuleContext, type TensorFlowRule } from "../rule.ts";
import { asInt64, wide } from "../wide.ts";
import { where } from "./comparison.ts";

/** A tensor of a computed shape whose elements are all `number`. */
export function filled(to: GraphBuilder, shape: string, dtype: DataType, number: number): string {
  const value = attribute.tensor(sourceOf(tensorFromNumbers(dtype, [1], [number])));
  return to.add("ConstantOfShape", [shape], { value });
}

const fill = defineRule({
  ops: ["Fill"],
  convert: wide((context) => {
    const { to, inputs } = context;
    const shape = asInt64(to, inputs[0]!);
    const [number, ...others] = context.known(1) ? context.numbers(1) : [];
    if (number === undefined || others.length > 0) return [to.add("Expand", [inputs[1]!, shape])];
    return [filled(to, shape, elementType({ ...context, inputs: inputs.slice(1) }), number)];
  }),
});

const like = defineRule({
  ops: ["ZerosLike", "OnesLike"],
  convert: (context) => {
    const { node, to, inputs } = context;
    return [filled(to, shapeOf(to, inputs[0]!), elementType(context), node.op === "OnesLike" ? 1 : 0)];
  },
});

const empty = defineRule({
  ops: ["Empty"],
  convert: (context) => {
    const dtype = typeAttribute(context, "dtype", "float32");
    return [filled(context.to, asInt64(context.to, context.inputs[0]!), dtype, 0)];
  },
});

const range = defineRule({
  ops: ["Range"],
  convert: wide(({ to, inputs }) => [to.add("Range", inputs)]),
});

/** start + i * (stop - start) / (num - 1). */
const linSpace = defineRule({
  ops: ["LinSpace"],
  convert: (context) => {
    const { to, inputs } = context;
    const [start, stop, count] = inputs as readonly [string, string, string];
    const dtype = elementType(context);
    const one = to.constant("int64", [], [1]);
    const wideCount = asInt64(to, count);
    const steps = cast(to, to.add("Max", [to.add("Sub", [wideCount, one]), one]), dtype);
    const step = to.add("Div", [to.add("Sub", [stop, start]), steps]);
    return [to.add("Add", [start, to.add("Mul", [cast(to, countTo(to, wideCount), dtype), step])])];
  },
});

/**
 * Compared with the positions of the new axis, so that an index outside of them lights none, as in TensorFlow;
 * ONNX's OneHot counts negative ones from the end.
 */
const oneHot = defineRule({
  ops: ["OneHot"],
  convert: (context) => {
    const { to, inputs } = context;
    const [indices, depth, on, off] = inputs as readonly [string, string, string, string];
    const rank = context.rank(0);
    const axis = axisFromZero(context, intOf(context, "axis", -1), rank + 1);
    const positions = reshape(to, countTo(to, asInt64(to, depth)), [-1, ...Array<number>(rank - axis).fill(1)]);
    const isOn = to.add("Equal", [unsqueeze(to, asInt64(to, indices), [axis]), positions]);
    if (isNumber(context, 2, 1) && isNumber(context, 3, 0)) return [cast(to, isOn, to.dtype(on) ?? "float32")];
    return [where(to, isOn, on, off)];
  },
});

function isNumber(context: RuleContext, input: number, number: number): boolean {
  return context.known(input) !== undefined && context.numbers(input)[0] === number;
}

/** The number of boundaries at or below each element. */
const bucketize = defineRule({
  ops: ["Bucketize"],
  convert: (context) => {
    const { to, inputs } = context;
    const boundaries = context.attribute("boundaries", "floats") ?? [];
    const x = cast(to, inputs[0]!, "float32");
    const isAbove = to.add("GreaterOrEqual", [
      unsqueeze(to, x, [context.rank(0)]),
      to.constant("float32", [boundaries.length], boundaries),
    ]);
    return [to.add("ReduceSum", [cast(to, isAbove, "int32"), to.int64s([-1])], { keepdims: attribute.int(0) })];
  },
});

/** Where each value would go in its sorted row: the number of elements before it. */
const searchSorted = defineRule({
  ops: ["LowerBound", "UpperBound"],
  convert: (context) => {
    const { node, to, inputs } = context;
    const [rows, values] = [unsqueeze(to, inputs[0]!, [1]), unsqueeze(to, inputs[1]!, [2])];
    const isBefore = to.add(node.op === "LowerBound" ? "Less" : "LessOrEqual", [rows, values]);
    const count = to.add("ReduceSum", [cast(to, isBefore, "int32"), to.int64s([-1])], { keepdims: attribute.int(0) });
    return [cast(to, count, typeAttribute(context, "out_type", "int32"))];
  },
});

export const fills: readonly TensorFlowRule[] = [bucketize, empty, fill, like, linSpace, oneHot, range, searchSorted];
