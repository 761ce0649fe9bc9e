// Reductions, positions of extremes, and running sums.
// https://www.tensorflow.org/api_docs/python/tf/raw_ops/Sum

import { attribute, type DataType, type GraphBuilder } from "@tersor/core";
import { axisFromZero, cast, elementType, flagOf, typeAttribute, upTo } from "../building.ts";
import { defineRule, type RuleContext, type TensorFlowRule } from "../rule.ts";
import { narrowed, wide } from "../wide.ts";

/** TensorFlow's reductions and ONNX's; truth values are reduced as integers. */
const operators: Readonly<Record<string, string>> = {
  All: "ReduceMin",
  Any: "ReduceMax",
  EuclideanNorm: "ReduceL2",
  Max: "ReduceMax",
  Mean: "ReduceMean",
  Min: "ReduceMin",
  Prod: "ReduceProd",
  Sum: "ReduceSum",
};

/** Types that onnxruntime reduces; the others through one that holds their values. */
const reduced: readonly DataType[] = ["float32", "float64", "int32", "int64"];

const reduce = defineRule({
  ops: Object.keys(operators),
  convert: wide((context) => {
    const { node, to, inputs } = context;
    const dtype = to.dtype(inputs[0]!) ?? (node.op === "All" || node.op === "Any" ? "bool" : elementType(context));
    const axes = axesOf(context);
    if (axes.length === 0) return [node.op === "EuclideanNorm" ? to.add("Abs", [inputs[0]!]) : inputs[0]!];
    const through = reduced.includes(dtype) ? dtype : dtype === "float16" || dtype === "bfloat16" ? "float32" : "int32";
    const x = cast(to, inputs[0]!, through);
    return [cast(to, reduceOver(to, operators[node.op]!, x, axes, flagOf(context, "keep_dims")), dtype)];
  }),
});

/** The axes from 0: a constant, or all of them where the input says so at run time for a known rank. */
function axesOf(context: RuleContext): readonly number[] {
  const axes = context.numbers(1);
  const rank = context.shape(0)?.length;
  return rank === undefined ? axes : axes.map((axis) => axisFromZero(context, axis, rank));
}

/** An ONNX reduction; only ReduceSum has its axes as an input in operator set 17. */
export function reduceOver(to: GraphBuilder, op: string, x: string, axes: readonly number[], keepDims = false): string {
  const keepdims = attribute.int(keepDims ? 1 : 0);
  if (op === "ReduceSum") return to.add(op, [x, to.int64s(axes)], { keepdims });
  return to.add(op, [x], { axes: attribute.ints(axes), keepdims });
}

const argument = defineRule({
  ops: ["ArgMax", "ArgMin"],
  convert: (context) => {
    const { node, to, inputs } = context;
    const axis = attribute.int(context.numbers(1)[0] ?? 0);
    const dtype = elementType(context);
    const x = ["float32", "float64", "int32", "int8", "uint8"].includes(dtype)
      ? inputs[0]!
      : cast(to, inputs[0]!, dtype === "int64" ? "float64" : dtype === "float16" ? "float32" : "int32");
    const index = to.add(node.op, [x], { axis, keepdims: attribute.int(0) });
    return [narrowed(to, index, typeAttribute(context, "output_type", "int64"))];
  },
});

const cumulativeSum = defineRule({
  ops: ["Cumsum"],
  convert: wide((context) => {
    const { to, inputs } = context;
    const axis = to.constant("int64", [], [context.numbers(1)[0] ?? 0]);
    const flags = {
      exclusive: attribute.int(flagOf(context, "exclusive") ? 1 : 0),
      reverse: attribute.int(flagOf(context, "reverse") ? 1 : 0),
    };
    return [to.add("CumSum", [inputs[0]!, axis], flags)];
  }),
});

const l2Loss = defineRule({
  ops: ["L2Loss"],
  convert: (context) => {
    const { to, inputs } = context;
    const half = to.constant(elementType(context), [], [0.5]);
    const sum = to.add("ReduceSumSquare", inputs, {
      axes: attribute.ints(upTo(context.rank(0))),
      keepdims: attribute.int(0),
    });
    return [to.add("Mul", [sum, half])];
  },
});

export const reduction: readonly TensorFlowRule[] = [argument, cumulativeSum, l2Loss, reduce];
