// What a quantize run says of itself: nodes by operator type, the recipe that repeats it, and remarks.

import type { Batches, CheckResult, QuantizationPlan, QuantizationReport, Recipe } from "@tersor/core";
import type { QuantizationFormat, QuantizationMode } from "@tersor/quantize";
import type { QuantizeOptions } from "./quantize.ts";

/** Counts by operator type, and every weighted operator that stays float with the reason. */
export function quantizationReport({ nodes }: QuantizationPlan, format: QuantizationFormat, mode: QuantizationMode): QuantizationReport {
  const counts = new Map<string, { quantized: number; float: number }>();
  for (const { op, decision } of nodes) {
    const row = counts.get(op) ?? { quantized: 0, float: 0 };
    row[decision]++;
    counts.set(op, row);
  }
  return {
    mode,
    format,
    quantized: nodes.filter(({ decision }) => decision === "quantized").length,
    float: nodes.flatMap((node) => (node.decision === "float" ? [{ node: node.node, op: node.op, reason: node.why }] : [])),
    byOp: [...counts].map(([op, row]) => ({ op, ...row })),
  };
}

/** The recipe of a run; data that is not plain (a dataset object) can't be part of it. */
export function recipeOf(model: string, output: string, mode: QuantizationMode, format: QuantizationFormat, options: QuantizeOptions): Recipe {
  const { granularity, weightType, activationType, activationScheme, calibrator, reduceRange, target, rules = [], exclude = [], calibration, check } = options;
  const all = [...rules, ...exclude.map((pattern) => (pattern.startsWith("op:") ? { op: pattern.slice(3), precision: "float" as const } : { name: pattern, precision: "float" as const }))];
  const step = { mode, format, target, granularity, weightType, activationType, activationScheme, calibrator, reduceRange, ...(all.length > 0 && { rules: all }) };
  return {
    version: 1,
    model,
    output,
    ...(isPlain(calibration) && { data: { calibration: options.samples === undefined || typeof calibration === "string" ? calibration : { ...calibration, samples: options.samples } } }),
    steps: [{ quantize: withoutUndefined(step) }],
    ...(check !== undefined && { check }),
  };
}

function isPlain(source: QuantizeOptions["calibration"]): source is string | Record<string, unknown> {
  return typeof source === "string" || (typeof source === "object" && !(Symbol.asyncIterator in source));
}

function withoutUndefined<T extends object>(record: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };
}

/** Remarks of the plan on single nodes, and what the check could not know. */
export function notesOf({ nodes }: QuantizationPlan, calibration: Batches | undefined, check: CheckResult | undefined): readonly string[] {
  const remarks = nodes.flatMap((node) => (node.decision === "quantized" && node.note !== undefined ? [`${node.node}: ${node.note}`] : []));
  const generated = check && !calibration ? ["The check ran on generated inputs; give typical ones (--calibration) for one that means more."] : [];
  return [...remarks, ...generated];
}
