// Simulated quantization: values go through an integer grid and back. With a known range of 8 bits it is
// QuantizeLinear and DequantizeLinear, which quantized runtimes read; other widths are computed in floats.
// https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/kernels/fake_quant_ops_functor.h

import { attribute, type DataType, type GraphBuilder } from "@tersor/core";
import { flagOf, floatOf, intOf, scalarLike, textOf } from "../building.ts";
import { defineRule, type RuleContext, type TensorFlowRule } from "../rule.ts";

/** A grid of integers: real = (integer - zeroPoint) * scale. One entry for each channel, or one in all. */
export interface Grid {
  readonly scales: readonly number[];
  readonly zeroPoints: readonly number[];
  readonly low: number;
  readonly high: number;
}

const fakeQuantArgs = defineRule({
  ops: ["FakeQuantWithMinMaxArgs"],
  convert: (context) => {
    const range = [floatOf(context, "min", -6), floatOf(context, "max", 6)] as const;
    return [throughGrid(context, context.inputs[0]!, nudgedGrid(context, [range]))];
  },
});

const fakeQuantVars = defineRule({
  ops: ["FakeQuantWithMinMaxVars"],
  convert: (context) => {
    const ranges = [[context.numbers(1)[0]!, context.numbers(2)[0]!]] as const;
    return [throughGrid(context, context.inputs[0]!, nudgedGrid(context, ranges))];
  },
});

/** A range for each entry of the last axis. */
const fakeQuantPerChannel = defineRule({
  ops: ["FakeQuantWithMinMaxVarsPerChannel"],
  convert: (context) => {
    const [lows, highs] = [context.numbers(1), context.numbers(2)];
    const ranges = lows.map((low, i) => [low, highs[i]!] as const);
    return [throughGrid(context, context.inputs[0]!, nudgedGrid(context, ranges))];
  },
});

/** TensorFlow's grid: the zero point is rounded (halves away from zero) and the range moves with it. */
function nudgedGrid(context: RuleContext, ranges: readonly (readonly [low: number, high: number])[]): Grid {
  const low = flagOf(context, "narrow_range") ? 1 : 0;
  const high = 2 ** intOf(context, "num_bits", 8) - 1;
  const scales = ranges.map(([min, max]) => Math.fround((Math.fround(max) - Math.fround(min)) / (high - low)));
  const zeroPoints = ranges.map(([min], i) => nudged(zeroPointOf(min, scales[i]!, low), low, high));
  return { scales, zeroPoints, low, high };
}

/** In float32 as TensorFlow computes it: where it ends in a half, a rounding error decides. */
function zeroPointOf(min: number, scale: number, low: number): number {
  return scale === 0 ? low : Math.fround(low - Math.fround(Math.fround(min) / scale));
}

function nudged(zeroPoint: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, Math.floor(zeroPoint + 0.5)));
}

/** There and back. An empty range makes everything zero. */
function throughGrid(context: RuleContext, x: string, grid: Grid): string {
  const { to } = context;
  if (grid.scales.every((scale) => scale === 0)) return to.add("Mul", [x, scalarLike(to, x, 0)]);
  if (!grid.scales.every((scale) => scale > 0 && Number.isFinite(scale))) context.refuse("one of its ranges is empty");
  return isEightBit(grid) ? quantizedAndBack(to, clipped(to, x, grid), grid) : roundedOnGrid(to, x, grid);
}

function isEightBit({ low, high }: Grid): boolean {
  return (low >= 0 && high <= 255) || (low >= -128 && high <= 127);
}

/** The integers of narrow ranges saturate inside of those of their type. */
function clipped(to: GraphBuilder, x: string, grid: Grid): string {
  const [least, most] = typeRange(grid);
  return grid.low === least && grid.high === most ? x : clippedTo(to, x, grid);
}

function typeRange({ low }: Grid): readonly [number, number] {
  return low < 0 ? [-128, 127] : [0, 255];
}

function clippedTo(to: GraphBuilder, x: string, grid: Grid): string {
  const bound = (end: number): string =>
    values(
      to,
      grid,
      grid.scales.map((scale, i) => (end - grid.zeroPoints[i]!) * scale),
    );
  return to.add("Min", [to.add("Max", [x, bound(grid.low)]), bound(grid.high)]);
}

function values(to: GraphBuilder, { scales }: Grid, numbers: readonly number[]): string {
  return to.constant("float32", scales.length === 1 ? [] : [scales.length], numbers);
}

function quantizedAndBack(to: GraphBuilder, x: string, grid: Grid): string {
  const operands = gridOperands(to, grid, grid.low < 0 ? "int8" : "uint8");
  const rank = to.shape(x)?.length;
  const axis = { axis: attribute.int(rank === undefined ? -1 : rank - 1) };
  const attributes = grid.scales.length === 1 ? {} : axis;
  return to.add("DequantizeLinear", [to.add("QuantizeLinear", [x, ...operands], attributes), ...operands], attributes);
}

/** Scale and zero point as the operands of QuantizeLinear and DequantizeLinear. */
export function gridOperands(to: GraphBuilder, grid: Grid, dtype: DataType): readonly [string, string] {
  const shape = grid.scales.length === 1 ? [] : [grid.scales.length];
  return [to.constant("float32", shape, grid.scales), to.constant(dtype, shape, grid.zeroPoints)];
}

/** The same in floats, for more bits than a byte has: TensorFlow adds a half and rounds down. */
function roundedOnGrid(to: GraphBuilder, x: string, grid: Grid): string {
  const least = values(
    to,
    grid,
    grid.scales.map((scale, i) => (grid.low - grid.zeroPoints[i]!) * scale),
  );
  const scale = values(to, grid, grid.scales);
  const steps = to.add("Div", [to.add("Sub", [clippedTo(to, x, grid), least]), scale]);
  const whole = to.add("Floor", [to.add("Add", [steps, scalarLike(to, x, 0.5)])]);
  return to.add("Add", [to.add("Mul", [whole, scale]), least]);
}

/**
 * The grid is symmetric where it has a sign: its zero point is 0, and the side of the range that needs the larger step
 * decides.
 */
const quantizeAndDequantize = defineRule({
  ops: ["QuantizeAndDequantizeV2", "QuantizeAndDequantizeV3", "QuantizeAndDequantizeV4"],
  convert: (context) => {
    const bits = context.node.op.endsWith("V3") ? (context.numbers(3)[0] ?? 8) : intOf(context, "num_bits", 8);
    if (!flagOf(context, "range_given")) context.refuse("its range is that of its input, which only a run can tell");
    const signed = flagOf(context, "signed_input", true);
    const high = signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1;
    const low = signed ? -high - (flagOf(context, "narrow_range") ? 0 : 1) : 0;
    const [lows, highs] = [context.numbers(1), context.numbers(2)];
    const axis = intOf(context, "axis", -1);
    const scales = lows.map((min, i) => stepOf(min, highs[i]!, low, high));
    if (axis >= 0 && axis !== context.rank(0) - 1) context.refuse("it has ranges along an axis that is not the last");
    return [roundedBack(context, { scales, zeroPoints: scales.map(() => 0), low, high })];
  },
});

/** The larger of the steps that the two sides of a range need. */
function stepOf(min: number, max: number, low: number, high: number): number {
  const below = low * min > 0 ? min / low : 0;
  const above = high * max > 0 ? max / high : 0;
  return Math.fround(Math.max(below, above));
}

function roundedBack(context: RuleContext, grid: Grid): string {
  const { to, inputs } = context;
  const x = inputs[0]!;
  const isHalfToEven = textOf(context, "round_mode", "HALF_TO_EVEN") === "HALF_TO_EVEN";
  if (isHalfToEven) return isEightBit(grid) ? throughGrid(context, x, grid) : roundedEven(to, x, grid);
  return roundedOnGrid(to, x, grid);
}

function roundedEven(to: GraphBuilder, x: string, grid: Grid): string {
  const scale = values(to, grid, grid.scales);
  return to.add("Mul", [to.add("Round", [to.add("Div", [clippedTo(to, x, grid), scale])]), scale]);
}

export const fakeQuantization: readonly TensorFlowRule[] = [
  fakeQuantArgs,
  fakeQuantPerChannel,
  fakeQuantVars,
  quantizeAndDequantize,
];
