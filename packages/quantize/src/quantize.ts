// Quantization after training: from options to a quantized graph and the plan it was made from.

import type { Graph, QuantizationPlan } from "@tersor/core";
import { emulateBlocks, explainBlocks } from "./floating/blocks.ts";
import { explainFloat8, quantizeFloat8 } from "./floating/float8.ts";
import { explainFloat, quantizeFloat } from "./floating/quantize.ts";
import { explainIntegers, quantizeIntegers } from "./integer.ts";
import { optionsOfMode, type QuantizationOptions } from "./modes.ts";
import type { QuantizationTools, QuantizedGraph } from "./tools.ts";
import { planWeightOnly, quantizeWeightOnly } from "./weight-only/quantize.ts";

/**
 * Quantizes a graph after training.
 * @throws QUANTIZE_ALREADY_QUANTIZED, QUANTIZE_TYPE_NOT_IN_FORMAT, QUANTIZE_FORMAT_OF_OTHER_MODE,
 * QUANTIZE_OPTION_OF_OTHER_MODE, QUANTIZE_NO_CALIBRATION, QUANTIZE_NOTHING, QUANTIZE_RULE_MATCHES_NOTHING,
 * CORE_OPSET_RAISE and what the executor throws.
 */
export async function quantizeGraph(
  graph: Graph,
  options: QuantizationOptions,
  tools: QuantizationTools = {},
): Promise<QuantizedGraph> {
  const settled = optionsOfMode(options);
  switch (settled.mode) {
    case "static":
    case "dynamic":
      return quantizeIntegers(graph, settled, tools);
    case "weight-only":
      return quantizeWeightOnly(graph, settled, tools);
    case "fp16":
    case "bf16":
      return quantizeFloat(graph, settled, tools);
    case "fp8":
      return quantizeFloat8(graph, settled, tools);
    case "mx":
    case "nvfp4":
      return emulateBlocks(graph, settled);
  }
}

/**
 * The decisions for every operator, from the graph alone: ranges of activations and all else that needs data is missing.
 * @throws QUANTIZE_ALREADY_QUANTIZED, QUANTIZE_TYPE_NOT_IN_FORMAT, QUANTIZE_FORMAT_OF_OTHER_MODE,
 * QUANTIZE_OPTION_OF_OTHER_MODE, QUANTIZE_RULE_MATCHES_NOTHING
 */
export function explainQuantization(
  graph: Graph,
  options: QuantizationOptions,
  tools: Pick<QuantizationTools, "roundings"> = {},
): QuantizationPlan {
  const settled = optionsOfMode(options);
  switch (settled.mode) {
    case "static":
    case "dynamic":
      return explainIntegers(graph, settled);
    case "weight-only":
      return planWeightOnly(graph, settled, tools);
    case "fp16":
    case "bf16":
      return explainFloat(graph, settled);
    case "fp8":
      return explainFloat8(graph, settled);
    case "mx":
    case "nvfp4":
      return explainBlocks(graph, settled);
  }
}
