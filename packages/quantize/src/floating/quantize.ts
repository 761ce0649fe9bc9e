// Modes fp16 and bf16: from options to a graph in a 16-bit floating type and its plan.

import type { Graph, QuantizationPlan } from "@tersor/core";
import { finish } from "../formats/finish.ts";
import { assertFloat } from "../placement/already-quantized.ts";
import type { Rule } from "../placement/rules.ts";
import { prepare } from "../prepare.ts";
import type { QuantizationTools, QuantizedGraph } from "../tools.ts";
import { float16Plan, keptNodes, withOverflows } from "./float16.ts";
import { fuseLayerNorms } from "./layer-norm.ts";
import { halfGraph } from "./half-graph.ts";
import { storagePlan, storedAs } from "./storage.ts";

/** What modes fp16 and bf16 take. */
export interface FloatOptions extends FloatSettings {
  readonly mode: "fp16" | "bf16";
  /**
   * "float16" (default of fp16): the model computes in float16. "storage" (default of bf16): weights are stored in the
   * type and cast to float32 when they are read.
   */
  readonly format?: "float16" | "storage";
  readonly rules?: readonly Rule[];
  readonly target?: string;
  readonly allowQuantized?: boolean;
}

/** What narrower floating modes take beside what every mode does. */
export interface FloatSettings {
  /** Inputs and outputs of the model stay float32, in the format "float16". Default true. */
  readonly keepIo?: boolean;
}

/**
 * Converts a graph to a 16-bit floating type. With calibration data, what overflows on it stays float32.
 * @throws QUANTIZE_ALREADY_QUANTIZED, QUANTIZE_RULE_MATCHES_NOTHING and what the executor throws.
 */
export async function quantizeFloat(
  graph: Graph,
  options: FloatOptions,
  tools: QuantizationTools = {},
): Promise<QuantizedGraph> {
  const prepared = preparedFor(graph, options);
  const { rules = [], keepIo = true } = options;
  if (computes(options)) {
    const kept = await withOverflows(prepared, keptNodes(prepared, rules), tools);
    const converted = halfGraph(prepared, { kept: new Set(kept.keys()), keepIo });
    return { graph: finish(converted), plan: float16Plan(prepared, kept, targetOf(options)), prepared };
  }
  const { plan, kept } = storagePlan(prepared, rules, { mode: options.mode, target: targetOf(options) });
  return { graph: finish(storedAs(prepared, storedType(options), kept)), plan, prepared };
}

/** The decisions, without running anything. */
export function explainFloat(graph: Graph, options: FloatOptions): QuantizationPlan {
  const prepared = preparedFor(graph, options);
  const { rules = [] } = options;
  if (computes(options)) return float16Plan(prepared, keptNodes(prepared, rules), targetOf(options));
  return storagePlan(prepared, rules, { mode: options.mode, target: targetOf(options) }).plan;
}

function preparedFor(graph: Graph, options: FloatOptions): Graph {
  const prepared = prepare(graph);
  if (!options.allowQuantized) assertFloat(prepared);
  return computes(options) ? fuseLayerNorms(prepared) : prepared;
}

function computes({ mode, format }: FloatOptions): boolean {
  return mode === "fp16" && format !== "storage";
}

function storedType({ mode }: FloatOptions): "float16" | "bfloat16" {
  return mode === "fp16" ? "float16" : "bfloat16";
}

function targetOf({ target = "portable" }: FloatOptions): string {
  return target;
}
