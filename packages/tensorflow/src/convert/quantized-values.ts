// Quantized tensors of TensorFlow: integers beside the least and largest real number they can stand for. They are
// read back: an operation on them becomes DequantizeLinear, the operation in floats, and QuantizeLinear, which runtimes
// put together again. A sum in qint32, whose range only a run can tell, is carried as the real numbers it stands for.
// https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/kernels/quantization_utils.h

import { attribute, isFloat, type DataType, type GraphBuilder } from "@tersor/core";
import { cast } from "./building.ts";
import type { RuleContext } from "./rule.ts";

/** How a range is laid on the integers. */
export type RangeMode = "MIN_COMBINED" | "MIN_FIRST" | "SCALED";

/** real = (integer - zeroPoint) * scale; a scale for each channel, or one. The zero point may lie between integers. */
export interface RangeGrid {
  readonly scales: readonly number[];
  readonly zeroPoint: number;
}

/** The grid of a range. */
export function gridOf(
  context: RuleContext,
  dtype: DataType,
  mode: RangeMode,
  mins: readonly number[],
  maxes: readonly number[],
  isNarrow = false,
): RangeGrid {
  const isSigned = dtype === "int8";
  const scales = mins.map((min, i) => scaleOf(min, maxes[i]!, mode, isSigned, isNarrow));
  if (scales.length === 0 || !scales.every((scale) => scale > 0 && Number.isFinite(scale)))
    return context.refuse("the range of its quantized values is empty");
  if (mode === "SCALED") return { scales, zeroPoint: 0 };
  if (scales.length > 1) return context.refuse(`its ranges of channels are laid out as ${mode}`);
  const exact = (isSigned ? -128 : 0) - mins[0]! / scales[0]!;
  return { scales, zeroPoint: mode === "MIN_FIRST" || isNearInteger(exact) ? Math.round(exact) : exact };
}

function scaleOf(min: number, max: number, mode: RangeMode, isSigned: boolean, isNarrow: boolean): number {
  if (mode !== "SCALED") return Math.fround((max - min) / 255);
  if (!isSigned) return Math.fround(max / 255);
  return Math.fround(Math.max(min / (isNarrow ? -127 : -128), max / 127));
}

function isNearInteger(number: number): boolean {
  return Math.abs(number - Math.round(number)) < 1e-3;
}

/** Integers as the real numbers they stand for; `axis` is that of the channels where there are several scales. */
export function dequantized(to: GraphBuilder, integers: string, grid: RangeGrid, axis = 0): string {
  const dtype = to.dtype(integers);
  if (dtype === undefined || isFloat(dtype)) return integers;
  const scale = scaleConstant(to, grid);
  if (Number.isInteger(grid.zeroPoint)) {
    const zeroPoint = dtype === "int32" ? [] : [zeroPointConstant(to, grid, dtype)];
    return to.add("DequantizeLinear", [integers, scale, ...zeroPoint], axisOf(grid, axis));
  }
  const shift = to.constant("float32", [], [grid.zeroPoint]);
  return to.add("Mul", [to.add("Sub", [cast(to, integers, "float32"), shift]), scale]);
}

/** Real numbers as integers of the grid. */
export function quantized(to: GraphBuilder, reals: string, grid: RangeGrid, dtype: DataType, axis = 0): string {
  const scale = scaleConstant(to, grid);
  if (Number.isInteger(grid.zeroPoint))
    return to.add("QuantizeLinear", [reals, scale, zeroPointConstant(to, grid, dtype)], axisOf(grid, axis));
  const steps = to.add("Add", [to.add("Div", [reals, scale]), to.constant("float32", [], [grid.zeroPoint])]);
  const [low, high] = dtype === "int8" ? [-128, 127] : [0, 255];
  const bounds = [low, high].map((bound) => to.constant("float32", [], [bound]));
  return cast(to, to.add("Clip", [to.add("Round", [steps]), ...bounds]), dtype);
}

function scaleConstant(to: GraphBuilder, { scales }: RangeGrid): string {
  return to.constant("float32", scales.length === 1 ? [] : [scales.length], scales);
}

function zeroPointConstant(to: GraphBuilder, { scales, zeroPoint }: RangeGrid, dtype: DataType): string {
  const shape = scales.length === 1 ? [] : [scales.length];
  return to.constant(
    dtype,
    shape,
    scales.map(() => zeroPoint),
  );
}

function axisOf({ scales }: RangeGrid, axis: number): { axis?: ReturnType<typeof attribute.int> } {
  return scales.length === 1 ? {} : { axis: attribute.int(axis) };
}
