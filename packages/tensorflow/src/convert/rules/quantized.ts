// Quantize and Dequantize, and operations on quantized values that have no weights.
// https://www.tensorflow.org/api_docs/python/tf/quantization/quantize

import { isFloat, type DataType } from "@tersor/core";
import { axisFromZero, concat, flagOf, intOf, textOf, typeAttribute } from "../building.ts";
import { dequantized, gridOf, quantized, type RangeGrid, type RangeMode } from "../quantized-values.ts";
import { defineRule, type RuleContext, type TensorFlowRule } from "../rule.ts";
import { pooled } from "./pooling.ts";
import { reshapeBy } from "./reshape.ts";

const modes: readonly string[] = ["MIN_COMBINED", "MIN_FIRST", "SCALED"];

function modeOf(context: RuleContext): RangeMode {
  const mode = textOf(context, "mode", "MIN_COMBINED");
  return modes.includes(mode) ? (mode as RangeMode) : context.refuse(`its mode ${mode} is not known`);
}

function eightBits(context: RuleContext, dtype: DataType): DataType {
  return dtype === "int8" || dtype === "uint8" ? dtype : context.refuse(`it quantizes to ${dtype}`);
}

/** The range is made to hold zero and not to be empty, as TensorFlow does before anything else. */
const quantize = defineRule({
  ops: ["QuantizeV2"],
  convert: (context) => {
    const { to, inputs } = context;
    const dtype = eightBits(context, typeAttribute(context, "T", "uint8"));
    const mins = context.numbers(1).map((min) => Math.min(0, min));
    const least = context.attribute("ensure_minimum_range", "float") ?? 0.01;
    const maxes = context.numbers(2).map((max, i) => Math.max(0, max, mins[i]! + widthOf(mins[i]!, max, least)));
    const axis = axisOf(context);
    const grid = gridOf(context, dtype, modeOf(context), mins, maxes, flagOf(context, "narrow_range"));
    const range = [to.constant("float32", sizesOf(mins), mins), to.constant("float32", sizesOf(maxes), maxes)];
    const isNarrow = flagOf(context, "narrow_range") && dtype === "int8";
    const x = isNarrow ? withoutLowest(context, grid, axis) : inputs[0]!;
    return [quantized(to, x, grid, dtype, axis), ...range];
  },
});

/** Narrow integers begin at -127, and ONNX's at -128. */
function withoutLowest(context: RuleContext, { scales }: RangeGrid, axis: number): string {
  const { to, inputs } = context;
  const behind = scales.length === 1 ? [] : Array<number>(context.rank(0) - axis - 1).fill(1);
  const shape = scales.length === 1 ? [] : [scales.length, ...behind];
  return to.add("Max", [
    inputs[0]!,
    to.constant(
      "float32",
      shape,
      scales.map((scale) => -127 * scale),
    ),
  ]);
}

/** The least width: a share of the larger bound, and of 1 for small ones. */
function widthOf(min: number, max: number, least: number): number {
  return Math.max(1, Math.abs(min), Math.abs(max)) * least;
}

function sizesOf(numbers: readonly number[]): readonly number[] {
  return numbers.length === 1 ? [] : [numbers.length];
}

function axisOf(context: RuleContext): number {
  const axis = intOf(context, "axis", -1);
  return axis < 0 ? 0 : axisFromZero(context, axis, context.rank(0));
}

const dequantize = defineRule({
  ops: ["Dequantize"],
  convert: (context) => {
    const { to, inputs } = context;
    const dtype = to.dtype(inputs[0]!) ?? "uint8";
    if (isFloat(dtype)) return [inputs[0]!];
    if (dtype === "int32") return [dequantized(to, inputs[0]!, wideGrid(context, 1))];
    const narrow = flagOf(context, "narrow_range");
    const grid = gridOf(
      context,
      eightBits(context, dtype),
      modeOf(context),
      context.numbers(1),
      context.numbers(2),
      narrow,
    );
    return [dequantized(to, inputs[0]!, grid, axisOf(context))];
  },
});

/** The grid of a qint32 constant: its range spans all 32 bits. */
function wideGrid(context: RuleContext, first: number): RangeGrid {
  const [min = 0] = context.numbers(first);
  const [max = 0] = context.numbers(first + 1);
  return { scales: [(max - min) / 2 ** 32], zeroPoint: 0 };
}

/** The real numbers of an input whose range stands at two others. */
export function realInput(context: RuleContext, input: number, min: number, max: number): string {
  const { to, inputs } = context;
  const dtype = to.dtype(inputs[input]!);
  if (dtype === undefined || isFloat(dtype)) return inputs[input]!;
  return dequantized(to, inputs[input]!, inputGrid(context, dtype, min, max));
}

/** Signed values are spread evenly around zero, unsigned ones from the least number on. */
function inputGrid(context: RuleContext, dtype: DataType, min: number, max: number): RangeGrid {
  const [mins, maxes] = [context.numbers(min), context.numbers(max)];
  if (dtype === "int8") return symmetricGrid(context, dtype, mins, maxes);
  return gridOf(context, eightBits(context, dtype), "MIN_FIRST", mins, maxes);
}

/** Around zero: the larger side of each range is the largest integer. */
export function symmetricGrid(
  context: RuleContext,
  dtype: DataType,
  mins: readonly number[],
  maxes: readonly number[],
): RangeGrid {
  const sides = mins.map((min, i) => Math.max(Math.abs(min), Math.abs(maxes[i]!)));
  return gridOf(
    context,
    dtype,
    "SCALED",
    sides.map((side) => -side),
    sides,
    true,
  );
}

/** Operations that keep the range of their input: they move or pick values. */
const keeping = defineRule({
  ops: ["QuantizedMaxPool", "QuantizedAvgPool", "QuantizedRelu", "QuantizedRelu6"],
  convert: (context) => {
    const { node, to, inputs } = context;
    const real = realInput(context, 0, 1, 2);
    const result = node.op.endsWith("Pool")
      ? pooled(context, node.op.replace("Quantized", ""), real)
      : rectified(context, real);
    const dtype = to.dtype(inputs[0]!);
    if (dtype === undefined || isFloat(dtype)) return [result, inputs[1]!, inputs[2]!];
    return [quantized(to, result, inputGrid(context, dtype, 1, 2), dtype), inputs[1]!, inputs[2]!];
  },
});

function rectified({ node, to }: RuleContext, real: string): string {
  if (node.op === "QuantizedRelu") return to.add("Relu", [real]);
  return to.add("Clip", [real, to.constant("float32", [], [0]), to.constant("float32", [], [6])]);
}

/** Integers stay as they are. */
const reshape = defineRule({
  ops: ["QuantizedReshape"],
  convert: ({ to, inputs }) => [reshapeBy(to, inputs[0]!, inputs[1]!), inputs[2]!, inputs[3]!],
});

/** Values of different ranges meet as real numbers; the result has the range that holds all of them. */
const concatenate = defineRule({
  ops: ["QuantizedConcat", "QuantizedConcatV2"],
  convert: (context) => {
    const { node, to, inputs } = context;
    const count = (inputs.length - 1) / 3;
    const first = node.op === "QuantizedConcat" ? 1 : 0;
    const axis = axisFromZero(context, context.numbers(first === 1 ? 0 : count)[0] ?? 0, context.rank(first));
    const places = Array.from({ length: count }, (_, i) => i);
    const reals = places.map((i) => realInput(context, first + i, count + 1 + i, 2 * count + 1 + i));
    const min = Math.min(0, ...places.map((i) => context.numbers(count + 1 + i)[0]!));
    const max = Math.max(...places.map((i) => context.numbers(2 * count + 1 + i)[0]!));
    const dtype = eightBits(context, to.dtype(inputs[first]!) ?? "uint8");
    const grid =
      dtype === "int8"
        ? symmetricGrid(context, dtype, [min], [max])
        : gridOf(context, dtype, "MIN_FIRST", [min], [max]);
    const range = [to.constant("float32", [], [min]), to.constant("float32", [], [max])];
    return [quantized(to, concat(to, reals, axis), grid, dtype), ...range];
  },
});

/** Real numbers in the place of qint32 and its range, which nobody has to know any more. */
export function carried(reals: string): readonly string[] {
  return [reals, "", ""];
}

/** Sums and products of real numbers: their qint32 results are carried as such. */
const arithmetic = defineRule({
  ops: ["QuantizedAdd", "QuantizedMul", "QuantizedBiasAdd"],
  convert: (context) => {
    const operands = [realInput(context, 0, 2, 3), realInput(context, 1, 4, 5)];
    return carried(context.to.add(context.node.op === "QuantizedMul" ? "Mul" : "Add", operands));
  },
});

/** A carried sum becomes 8 bits again, where the range of those is known. */
const requantize = defineRule({
  ops: ["Requantize", "RequantizePerChannel"],
  convert: (context) => {
    const { to, inputs } = context;
    const real = realInput(context, 0, 1, 2);
    if (context.known(3) === undefined || context.known(4) === undefined) return carried(real);
    const dtype = eightBits(context, typeAttribute(context, "out_type", "uint8"));
    const range = [context.numbers(3), context.numbers(4)] as const;
    const isSymmetric = dtype === "int8" || context.node.op === "RequantizePerChannel";
    const grid = isSymmetric ? symmetricGrid(context, dtype, ...range) : gridOf(context, dtype, "MIN_FIRST", ...range);
    return [quantized(to, real, grid, dtype), inputs[3]!, inputs[4]!];
  },
});

/** The range of a run: who would use it to make 8 bits hands the real numbers on. */
const requantizationRange = defineRule({
  ops: ["RequantizationRange", "RequantizationRangePerChannel"],
  convert: () => ["", ""],
});

/** The range of a carried sum is not needed: what would shrink it to 8 bits hands the real numbers on. */
const shrink = defineRule({
  ops: ["QuantizeDownAndShrinkRange"],
  convert: (context) => carried(realInput(context, 0, 1, 2)),
});

export const quantizedOperations: readonly TensorFlowRule[] = [
  arithmetic,
  concatenate,
  dequantize,
  keeping,
  quantize,
  requantizationRange,
  requantize,
  reshape,
  shrink,
];
