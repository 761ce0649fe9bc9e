// What a quantize run says of itself: nodes by operator type, the recipe that repeats it, and remarks.

import type { CheckResult, Equalization, QuantizationPlan, QuantizationReport, Recipe } from "@tersor/core";
import { quantizationSettings, type QuantizationOptions, type QuantizationSettings, type Rule } from "@tersor/quantize";
import { isDataset, type DataSource } from "./data.ts";
import type { QuantizeOptions } from "./quantize.ts";
import { pathIn } from "./recipe-options.ts";

/** Counts by operator type, and every weighted operator that stays float with the reason. */
export function quantizationReport({ nodes }: QuantizationPlan, mode: string, format: string): QuantizationReport {
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
    float: nodes.flatMap((node) =>
      node.decision === "float" ? [{ node: node.node, op: node.op, reason: node.why }] : [],
    ),
    byOp: [...counts].map(([op, row]) => ({ op, ...row })),
  };
}

/** What the options say of quantizing; the rules hold what is excluded. */
export function settingsOf(options: QuantizeOptions): QuantizationSettings {
  const rules = [...(options.rules ?? []), ...(options.exclude ?? []).map(exclusion)];
  const said = quantizationSettings.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]]));
  const { rules: _, ...settings } = Object.fromEntries(said) as QuantizationSettings;
  return { ...settings, ...(rules.length > 0 && { rules }) };
}

function exclusion(pattern: string): Rule {
  if (pattern.startsWith("op:")) return { op: pattern.slice("op:".length), precision: "float" };
  return { name: pattern, precision: "float" };
}

/** The recipe that repeats a run; a dataset object can't be part of it. */
export function recipeOf(
  model: string,
  output: string,
  { rules, ...step }: QuantizationOptions,
  { calibration, dataFolder, samples, check, then = [] }: QuantizeOptions,
): Recipe {
  const data = calibration === undefined ? undefined : plainData(calibration, dataFolder);
  return {
    version: 1,
    model,
    output,
    ...(data !== undefined && { data: { calibration: data } }),
    steps: [
      { quantize: { ...step, ...(samples !== undefined && { samples }), ...(rules && { rules: [...rules] }) } },
      ...then.map(({ rules: own, ...next }) => ({ quantize: { ...next, ...(own && { rules: [...own] }) } })),
    ],
    ...(check !== undefined && { check }),
  };
}

function plainData(source: DataSource, folder = "."): string | Record<string, unknown> | undefined {
  if (isDataset(source)) return undefined;
  if (typeof source === "string") return source === "random" ? source : pathIn(folder, source);
  return { ...source };
}

/** Remarks of the plan on single nodes, and what the check could not know. */
export function notesOf(
  { nodes, equalized = [], corrected = [] }: QuantizationPlan,
  check: CheckResult | undefined,
  hasData: boolean,
): readonly string[] {
  const remarks = [
    ...nodes.flatMap((node) =>
      node.decision === "quantized" && node.note !== undefined ? [`${node.node}: ${node.note}`] : [],
    ),
    ...equalized.map(equalizationNote),
    ...corrected.flatMap(({ node, kind, why }) =>
      why === undefined ? [] : [`${node}: no ${kind} correction, because ${why}`],
    ),
  ];
  if (check === undefined || hasData) return remarks;
  return [...remarks, "The check ran on made-up inputs; give typical ones (--calibration) for one that means more."];
}

function equalizationNote({ tensor, method, division, nodes, alpha }: Equalization): string {
  const how = division === "folded" ? "folded into what makes it" : "by a Mul";
  const share = alpha === undefined ? "" : ` with alpha ${alpha.toFixed(2)}`;
  return `${tensor}: channels evened out by ${method}${share} (${how}) for ${nodes.join(", ")}`;
}
