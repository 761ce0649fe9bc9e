// Quantization after training: from options to a quantized graph and the plan it was made from.

import type { Graph, QuantizationPlan } from "@tersor/core";
import { modeOf, type QuantizationOptions } from "./modes.ts";
import type { QuantizationTools, QuantizedGraph } from "./tools.ts";

/**
 * Quantizes a graph after training.
 * @throws QUANTIZE_ALREADY_QUANTIZED, QUANTIZE_TYPE_NOT_IN_FORMAT, QUANTIZE_OPTION_OF_OTHER_MODE,
 * QUANTIZE_NO_CALIBRATION, QUANTIZE_NOTHING, QUANTIZE_RULE_MATCHES_NOTHING, CORE_OPSET_RAISE and what the executor
 * throws.
 */
export async function quantizeGraph(
  graph: Graph,
  options: QuantizationOptions,
  tools: QuantizationTools = {},
): Promise<QuantizedGraph> {
  return modeOf(options).quantize(graph, options, tools);
}

/**
 * The decisions for every operator, from the graph alone: ranges of activations and all else that needs data is missing.
 * @throws QUANTIZE_ALREADY_QUANTIZED, QUANTIZE_TYPE_NOT_IN_FORMAT, QUANTIZE_RULE_MATCHES_NOTHING
 */
export function explainQuantization(graph: Graph, options: QuantizationOptions): QuantizationPlan {
  return modeOf(options).explain(graph, options);
}
