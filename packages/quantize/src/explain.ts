// What quantizing would do, without running anything: the placement alone, which needs no calibration data.

import type { Graph, QuantizationPlan } from "@tersor/core";
import { planOf } from "./calibrate.ts";
import { place } from "./placement/place.ts";
import { defaultChoice, prepare, type QuantizationOptions } from "./quantize.ts";

/**
 * The decisions for every operator; ranges of activations are missing.
 * @throws QUANTIZE_RULE_MATCHES_NOTHING
 */
export function explainQuantization(graph: Graph, options: QuantizationOptions): QuantizationPlan {
  const { mode, target = "portable", rules = [], ...says } = options;
  return planOf(place(prepare(graph), { mode, target, rules, defaults: { ...defaultChoice, ...says } }));
}
