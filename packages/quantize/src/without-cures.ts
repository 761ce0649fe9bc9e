// A plan as it would be without cures against 16-bit saturation: what the model would lose on CPUs without VNNI is
// measured on it.

import type { ActivationPlan, QuantizationPlan, QuantizedNode, WeightSpec } from "@tersor/core";
import { asymmetricParameters } from "./affine.ts";

/** Undoes the cures of a plan; the same object where there are none. */
export function withoutCures(plan: QuantizationPlan): QuantizationPlan {
  const cured = plan.nodes.filter(
    (node): node is QuantizedNode => node.decision === "quantized" && node.cure !== undefined,
  );
  if (cured.length === 0) return plan;
  // A weight that several nodes read was narrowed for all of them.
  const weights = new Set(cured.flatMap((node) => node.weights ?? []));
  const nodes = plan.nodes.map((node) => {
    if (node.decision === "float" || !node.weights?.some((name) => weights.has(name))) return node;
    const { cure, note: _, ...rest } = node;
    return node.weight ? { ...rest, weight: wide(node.weight, cure) } : rest;
  });
  const narrow = new Set(
    cured.flatMap(({ cure, activation }) => (cure === "7-bit-activations" && activation ? [activation] : [])),
  );
  const activations = Object.entries(plan.activations).map(([name, activation]) => [
    name,
    narrow.has(name) ? doubled(activation) : activation,
  ]);
  return { ...plan, nodes, activations: Object.fromEntries(activations) as QuantizationPlan["activations"] };
}

function wide({ channelBounds: _, ...spec }: WeightSpec, cure: QuantizedNode["cure"]): WeightSpec {
  if (cure === "unsigned-weights") return { ...spec, dtype: "int8" };
  return cure === "narrow-weights" ? { ...spec, bits: 8 } : spec;
}

/** The same range in 8 bits: half the step. */
function doubled({ scale, zeroPoint, at, bits, ...rest }: ActivationPlan): ActivationPlan {
  if (bits !== 7) return { scale, zeroPoint, at, ...(bits !== undefined && { bits }), ...rest };
  const min = (0 - zeroPoint[0]!) * scale[0]!;
  const max = (127 - zeroPoint[0]!) * scale[0]!;
  return { ...asymmetricParameters({ min, max }, "uint8"), at };
}
