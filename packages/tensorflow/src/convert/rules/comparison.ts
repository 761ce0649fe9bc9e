// Comparisons, choices by a condition, and divisions with their kinds of rounding.
// https://www.tensorflow.org/api_docs/python/tf/raw_ops/FloorMod

import { attribute, isFloat, type DataType, type GraphBuilder } from "@tersor/core";
import { cast, elementType, reshape, scalarLike } from "../building.ts";
import { defineRule, type RuleContext, type TensorFlowRule } from "../rule.ts";
import { wide } from "../wide.ts";

const comparisons: Readonly<Record<string, string>> = {
  Equal: "Equal",
  Greater: "Greater",
  GreaterEqual: "GreaterOrEqual",
  Less: "Less",
  LessEqual: "LessOrEqual",
  NotEqual: "Equal",
};

/** Types that onnxruntime compares; others are widened, which changes no comparison. */
const compared: readonly DataType[] = ["float32", "float64", "int32", "int64", "bool", "string"];

const compare = defineRule({
  ops: Object.keys(comparisons),
  convert: wide(({ node, to, inputs }) => {
    const operands = inputs.map((value) => comparable(to, value));
    const result = to.add(comparisons[node.op]!, operands);
    return [node.op === "NotEqual" ? to.add("Not", [result]) : result];
  }),
});

function comparable(to: GraphBuilder, value: string): string {
  const dtype = to.dtype(value);
  if (dtype === undefined || compared.includes(dtype)) return value;
  return cast(to, value, isFloat(dtype) ? "float32" : dtype.endsWith("8") || dtype.endsWith("16") ? "int32" : "int64");
}

/** Maximum and Minimum; onnxruntime has no Max of narrow integers. */
const extremes = defineRule({
  ops: ["Maximum", "Minimum"],
  convert: wide((context) => {
    const { node, to, inputs } = context;
    const dtype = elementType(context);
    const isNarrow = ["int8", "uint8", "int16", "uint16"].includes(dtype);
    const operands = isNarrow ? inputs.map((value) => cast(to, value, "int32")) : inputs;
    const result = to.add(node.op === "Maximum" ? "Max" : "Min", operands);
    return [isNarrow ? cast(to, result, dtype) : result];
  }),
});

const select = defineRule({
  ops: ["Select", "SelectV2"],
  convert: wide((context) => {
    const { node, to, inputs } = context;
    const [condition, x, y] = inputs as readonly [string, string, string];
    const spread = node.op === "Select" ? alongRows(context, condition) : condition;
    return [where(to, spread, x, y)];
  }),
});

/** The first version picks whole rows where its condition is a vector. */
function alongRows(context: RuleContext, condition: string): string {
  if (context.shape(0)?.length !== 1) return condition;
  const rank = context.shape(1)?.length ?? context.rank(2);
  return rank < 2 ? condition : reshape(context.to, condition, [-1, ...Array<number>(rank - 1).fill(1)]);
}

/** Types that onnxruntime chooses between; others go through one that holds their values. */
const chosen: readonly DataType[] = ["float32", "float64", "float16", "int32", "int64", "uint8", "string"];

/** ONNX's Where, for every type. */
export function where(to: GraphBuilder, condition: string, x: string, y: string): string {
  const dtype = to.dtype(x);
  if (dtype === undefined || chosen.includes(dtype)) return to.add("Where", [condition, x, y]);
  const wider = dtype === "bool" ? "uint8" : dtype === "bfloat16" ? "float32" : "int64";
  return cast(to, to.add("Where", [condition, cast(to, x, wider), cast(to, y, wider)]), dtype);
}

/** Div truncates integers in both; TruncateDiv is for integers alone. */
const divide = defineRule({
  ops: ["Div", "TruncateDiv"],
  convert: wide(({ to, inputs }) => [to.add("Div", inputs)]),
});

/** Toward minus infinity. For integers (a - mod(a, b)) / b, whose division leaves no rest. */
const floorDivide = defineRule({
  ops: ["FloorDiv"],
  convert: wide((context) => {
    const { to, inputs } = context;
    const [a, b] = inputs as readonly [string, string];
    if (isFloat(elementType(context))) return [to.add("Floor", [to.add("Div", [a, b])])];
    return [to.add("Div", [to.add("Sub", [a, to.add("Mod", [a, b])]), b])];
  }),
});

/** The rest of a division toward minus infinity: it has the sign of the divisor. */
const floorModulo = defineRule({
  ops: ["FloorMod"],
  convert: wide((context) => {
    const { to, inputs } = context;
    if (!isFloat(elementType(context))) return [to.add("Mod", inputs)];
    const [a, b] = inputs as readonly [string, string];
    const rest = truncatedRest(to, a, b);
    const isNegative = (value: string) => to.add("Less", [value, scalarLike(to, value, 0)]);
    const sameSign = to.add("Equal", [isNegative(a), isNegative(b)]);
    return [where(to, sameSign, rest, truncatedRest(to, to.add("Add", [rest, b]), b))];
  }),
});

const truncateModulo = defineRule({
  ops: ["Mod", "TruncateMod"],
  convert: wide(({ to, inputs: [a, b] }) => [truncatedRest(to, a!, b!)]),
});

function truncatedRest(to: GraphBuilder, a: string, b: string): string {
  return to.add("Mod", [a, b], { fmod: attribute.int(1) });
}

export const comparison: readonly TensorFlowRule[] = [
  compare,
  divide,
  extremes,
  floorDivide,
  floorModulo,
  select,
  truncateModulo,
];
