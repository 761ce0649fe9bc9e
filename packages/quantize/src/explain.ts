// What quantizing would do, without running anything: the placement alone, which needs no calibration data.

import type { Graph, QuantizationPlan } from "@tersor/core";
import { planOf } from "./calibrate.ts";
import { placementOf, prepare, type QuantizationOptions } from "./quantize.ts";

/**
 * The decisions for every operator; ranges of activations are missing.
 * @throws QUANTIZE_ALREADY_QUANTIZED, QUANTIZE_TYPE_NOT_IN_FORMAT, QUANTIZE_RULE_MATCHES_NOTHING
 */
export function explainQuantization(graph: Graph, options: QuantizationOptions): QuantizationPlan {
  return planOf(placementOf(prepare(graph), options));
}
