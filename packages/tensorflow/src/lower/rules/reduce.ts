// Reductions, over the axes as they lie: no layout is asked for.
// https://onnx.ai/onnx/operators/onnx__ReduceMean.html, onnx__GlobalAveragePool.html, onnx__ArgMax.html

import { attr } from "../emitter.ts";
import type { Layout } from "../layout.ts";
import { defineLowering, type LowerContext, type LoweringRule, type Stored } from "../rule.ts";

const reductions: Readonly<Record<string, string>> = {
  ReduceMax: "Max",
  ReduceMean: "Mean",
  ReduceMin: "Min",
  ReduceProd: "Prod",
  ReduceSum: "Sum",
};

const global: Readonly<Record<string, string>> = { GlobalAveragePool: "Mean", GlobalMaxPool: "Max" };

/** The rules of this family. */
export const reduceRules: readonly LoweringRule[] = [
  defineLowering({
    ops: Object.keys(reductions),
    lower: (context) => [reduced(context, reductions[context.node.op]!, context.stored(0).tensor)],
  }),
  defineLowering({ ops: ["ReduceSumSquare"], lower: (context) => [reduced(context, "Sum", squared(context))] }),
  defineLowering({ ops: ["ReduceL2"], lower: (context) => [lowerL2(context)] }),
  defineLowering({ ops: Object.keys(global), lower: (context) => [lowerGlobal(context)] }),
  defineLowering({ ops: ["ArgMax", "ArgMin"], lower: (context) => [lowerArg(context)] }),
];

function axesOf(context: LowerContext): readonly number[] {
  const rank = context.rank(0);
  const stated = context.ints("axes") ?? context.numbers(1) ?? [];
  if (stated.length > 0) return stated.map((axis) => (axis < 0 ? axis + rank : axis));
  return context.int("noop_with_empty_axes", 0) !== 0 ? [] : Array.from({ length: rank }, (_, axis) => axis);
}

/** The layout that is left when axes go. */
export function layoutWithout(layout: Layout, axes: readonly number[]): Layout {
  const left = layout.filter((axis) => !axes.includes(axis));
  return left.map((axis) => axis - axes.filter((gone) => gone < axis).length);
}

function reduced(context: LowerContext, op: string, tensor: string): Stored {
  return reducedOver(context, op, tensor, axesOf(context), context.int("keepdims", 1) !== 0);
}

function reducedOver(
  context: LowerContext,
  op: string,
  tensor: string,
  axes: readonly number[],
  keeps: boolean,
): Stored {
  const { layout } = context.stored(0);
  const places = axes.map((axis) => layout.indexOf(axis)).sort((a, b) => a - b);
  const attributes = { T: attr.type(context.type(0).dtype), keep_dims: attr.bool(keeps) };
  return context.emit(op, [tensor, context.to.ints(places)], attributes, keeps ? layout : layoutWithout(layout, axes));
}

function squared(context: LowerContext): string {
  const { tensor } = context.stored(0);
  return context.to.add("Square", [tensor], { T: attr.type(context.type(0).dtype) }, context.to.type(tensor));
}

function lowerL2(context: LowerContext): Stored {
  const sum = reduced(context, "Sum", squared(context));
  return context.emit("Sqrt", [sum.tensor], { T: attr.type(context.type(0).dtype) }, sum.layout);
}

function lowerGlobal(context: LowerContext): Stored {
  const spatial = Array.from({ length: context.rank(0) - 2 }, (_, axis) => axis + 2);
  return reducedOver(context, global[context.node.op]!, context.stored(0).tensor, spatial, true);
}

function lowerArg(context: LowerContext): Stored {
  if (context.int("select_last_index", 0) !== 0) context.refuse("the last of equal elements can't be chosen");
  const { tensor, layout } = context.stored(0);
  const { dtype, shape } = context.type(0);
  const stated = context.int("axis", 0);
  const axis = stated < 0 ? stated + shape.length : stated;
  const place = context.to.scalar("int32", layout.indexOf(axis));
  const attributes = { T: attr.type(dtype), output_type: attr.type("int64") };
  if (context.int("keepdims", 1) === 0)
    return context.emit(context.node.op, [tensor, place], attributes, layoutWithout(layout, [axis]));
  const left = layout.filter((one) => one !== axis).map((one) => shape[one]!);
  const index = context.to.add(context.node.op, [tensor, place], attributes, { dtype: "int64", shape: left });
  return context.emit("ExpandDims", [index, place], { T: attr.type("int64") }, layout);
}
