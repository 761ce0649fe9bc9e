// Sizes and indices: int32 in TensorFlow, int64 in ONNX. A value that was narrowed to int32 keeps its int64 twin, and
// arithmetic whose operands all have one is done on the twins: nothing is cast to and fro, and the narrow nodes that
// nobody reads fall away.

import type { DataType, GraphBuilder } from "@tersor/core";
import { cast } from "./building.ts";
import type { RuleContext, TensorFlowRule } from "./rule.ts";

/** By builder, the int64 value that a narrower one was or became. */
const twins = new WeakMap<GraphBuilder, Map<string, string>>();

/** The int64 value cast to `dtype`; what asks for it in int64 gets it as it was. */
export function narrowed(to: GraphBuilder, wide: string, dtype: DataType): string {
  const narrow = cast(to, wide, dtype);
  if (narrow !== wide) remember(to, narrow, wide);
  return narrow;
}

/** The value as int64: its twin, a constant, or a Cast that is made once. */
export function asInt64(to: GraphBuilder, value: string): string {
  if (to.dtype(value) === "int64") return value;
  const known = twinOf(to, value);
  if (known !== undefined) return known;
  const wide = constantTwin(to, value) ?? cast(to, value, "int64");
  remember(to, value, wide);
  return wide;
}

/** The int64 value that this one was narrowed from, or has been cast to. */
export function twinOf(to: GraphBuilder, value: string): string | undefined {
  return twins.get(to)?.get(value);
}

/** A rule's function that computes on int64 wherever its int32 operands are sizes or indices. */
export function wide(convert: TensorFlowRule["convert"]): TensorFlowRule["convert"] {
  return (context) => {
    const { to, inputs } = context;
    const narrow = inputs.map((value) => to.dtype(value) === "int32");
    const hasTwins = inputs.some((value, i) => narrow[i] && twinOf(to, value) !== undefined && !to.isWeight(value));
    const isClosed = inputs.every((value, i) => !narrow[i] || twinOf(to, value) !== undefined || isConstant(to, value));
    if (!hasTwins || !isClosed) return convert(context);
    return convertWide(context, narrow, convert);
  };
}

function convertWide(
  context: RuleContext,
  narrow: readonly boolean[],
  convert: TensorFlowRule["convert"],
): readonly string[] {
  const { to } = context;
  const inputs = context.inputs.map((value, i) => (narrow[i] ? asInt64(to, value) : value));
  const before = new Set(context.inputs);
  return convert({ ...context, inputs }).map((value) =>
    to.dtype(value) === "int64" && !before.has(value) ? narrowed(to, value, "int32") : value,
  );
}

/** Small and known in full. */
function isConstant(to: GraphBuilder, value: string): boolean {
  return to.fact(value)?.value?.data !== undefined && to.known(value) !== undefined;
}

function constantTwin(to: GraphBuilder, value: string): string | undefined {
  const elements = to.fact(value)?.value;
  if (elements === undefined) return undefined;
  const numbers = Array.from(elements.data).filter((element) => typeof element === "number");
  if (numbers.length < elements.data.length || !numbers.every(Number.isInteger)) return undefined;
  return to.constant("int64", elements.shape, numbers);
}

function remember(to: GraphBuilder, narrow: string, wide: string): void {
  const known = twins.get(to) ?? new Map<string, string>();
  twins.set(to, known.set(narrow, wide));
}
