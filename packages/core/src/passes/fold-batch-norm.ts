// BatchNormalization at inference is a scale and a shift per channel, and joins the operator before it:
//   y = (conv(x, W) + b - mean) * f + beta   with f = gamma / sqrt(variance + epsilon)
//     = conv(x, W f) + (b - mean) f + beta
// https://onnx.ai/onnx/operators/onnx__BatchNormalization.html; Jacob et al. 2018 (1712.05877), section 3.2.

import type { Graph, Node } from "../graph/graph.ts";
import { foldAffine, floatsOf, type Affine } from "./fold-affine.ts";
import { currentNodes, editLevels, type DraftLevel } from "./levels.ts";
import type { Pass } from "./pass.ts";

/**
 * Folds BatchNormalization into the Conv, ConvTranspose or Gemm before it, when nothing else reads in between and all
 * parameters are float32 constants. One that stands before an operator, or alone, stays.
 */
export const foldBatchNorm: Pass = {
  name: "foldBatchNorm",
  run: (graph: Graph) => editLevels(graph, foldLevel),
};

function foldLevel(level: DraftLevel): void {
  for (const norm of currentNodes(level.draft)) {
    const affine = norm.op === "BatchNormalization" && norm.domain === "" ? affineOf(norm, level) : undefined;
    const maker = affine && level.draft.producer(norm.inputs[0]!);
    if (maker?.domain === "" && level.draft.onlyConsumer(norm.inputs[0]!) === norm)
      foldAffine(maker, norm, affine!, level);
  }
}

/** Scale and shift of a BatchNormalization that does not train. */
function affineOf(node: Node, level: DraftLevel): Affine | undefined {
  const { training_mode: training, spatial, epsilon } = node.attributes;
  if (training?.kind === "int" && training.value !== 0) return undefined;
  if (spatial?.kind === "int" && spatial.value !== 1) return undefined;
  if (node.outputs.slice(1).some((name) => name !== "")) return undefined;
  const [gamma, beta, mean, variance] = node.inputs.slice(1, 5).map((name) => floatsOf(level.constant(name)));
  if (!gamma || !beta || !mean || !variance || beta.length !== gamma.length) return undefined;
  const added = epsilon?.kind === "float" ? epsilon.value : 1e-5;
  const factors = gamma.map((value, channel) => value / Math.sqrt(variance[channel]! + added));
  const shifts = Float64Array.from(beta, (value, channel) => value - mean[channel]! * factors[channel]!);
  return factors.every(Number.isFinite) && shifts.every(Number.isFinite) ? { factors, shifts } : undefined;
}
