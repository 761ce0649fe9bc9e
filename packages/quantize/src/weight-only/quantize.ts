// Mode weight-only: weights become few-bit codes, the arithmetic stays float.
//
//   graph ─ passes ─▶ prepared ─ place ─▶ plan ─ observe and code, where an algorithm needs data ─▶ emit ─▶ graph
//
// Weights that need no data are coded when the model is written, one at a time, so that no model is ever held.

import {
  edit,
  mapBodies,
  raiseOpset,
  referenceKernels,
  type Graph,
  type QuantizationPlan,
  type QuantizedNode,
  type Subgraph,
  type Weight,
} from "@tersor/core";
import { nothingToQuantize } from "../errors.ts";
import { Emitter } from "../formats/emit.ts";
import { tidied } from "../formats/finish.ts";
import { removeUnusedWeights } from "../formats/materialize.ts";
import { neededOpset } from "../formats/needed-opset.ts";
import { emitTable } from "../formats/storage.ts";
import { assertFloat } from "../placement/already-quantized.ts";
import { prepare } from "../prepare.ts";
import type { QuantizationTools, QuantizedGraph } from "../tools.ts";
import { algorithmOf } from "./algorithms.ts";
import { scaleForAwq } from "./awq-scale.ts";
import { CodingBench } from "./code-weight.ts";
import type { GroupsContext } from "./coding-job.ts";
import { GroupsEmitter } from "./emit.ts";
import { codeFromData } from "./learn.ts";
import type { WeightOnlyOptions } from "./options.ts";
import { withMixedBits } from "./mixed-bits.ts";
import { bitsOf, placeGroups } from "./place.ts";

/**
 * Turns the weights of products and embedding tables into few-bit codes.
 * @throws QUANTIZE_ALREADY_QUANTIZED, QUANTIZE_NOTHING, QUANTIZE_RULE_MATCHES_NOTHING, QUANTIZE_UNKNOWN_ALGORITHM,
 * QUANTIZE_BITS_NOT_IN_FORMAT, QUANTIZE_GROUP_SIZE_NOT_IN_FORMAT, QUANTIZE_CODEBOOK_DOES_NOT_FIT, CORE_OPSET_RAISE;
 * QUANTIZE_BIT_BUDGET; QUANTIZE_SECOND_MOMENTS_MISSING and what the executor throws, for algorithms that need data;
 * QUANTIZE_NON_FINITE_WEIGHT, also when the result is written: weights are coded then.
 */
export async function quantizeWeightOnly(
  graph: Graph,
  options: WeightOnlyOptions,
  tools: QuantizationTools = {},
): Promise<QuantizedGraph> {
  const unscaled = prepare(graph);
  const wanted = await widened(unscaled, planOfPrepared(unscaled, options, tools), options, tools);
  const { graph: prepared, plan } = await scaleForAwq(unscaled, wanted, tools);
  if (plan.nodes.every(({ decision }) => decision === "float")) throw nothingToQuantize(plan.nodes);
  const context = contextOf(graph, options, tools);
  const coded = await codeFromData(prepared, plan, context, tools, {
    sequential: options.sequential ?? false,
    emit: (nodes, known) => emitGroups(prepared, { ...plan, nodes }, { ...context, coded: known }, tools),
  });
  const emitted = emitGroups(prepared, plan, { ...context, coded }, tools);
  const raised = raiseOpset(emitted, Math.max(neededOpset(emitted), options.opset ?? 0));
  return { graph: tidied(raised), plan, prepared };
}

/** The plan with widths of their own for the weights, where that is asked for. */
async function widened(
  prepared: Graph,
  plan: QuantizationPlan,
  { averageBits, format = "matmulnbits" }: WeightOnlyOptions,
  tools: QuantizationTools,
): Promise<QuantizationPlan> {
  if (averageBits === undefined) return plan;
  return withMixedBits(prepared, plan, { averageBits, widths: bitsOf[format] }, tools);
}

/** The decisions, without running anything; widths are those of all weights alike. */
export function planWeightOnly(
  graph: Graph,
  options: WeightOnlyOptions,
  tools: QuantizationTools = {},
): QuantizationPlan {
  return planOfPrepared(prepare(graph), options, tools);
}

function planOfPrepared(
  prepared: Graph,
  options: WeightOnlyOptions,
  { roundings }: QuantizationTools,
): QuantizationPlan {
  if (!options.allowQuantized) assertFloat(prepared);
  const { target = "portable" } = options;
  return { version: 1, mode: "weight-only", target, nodes: placeGroups(prepared, options, roundings), activations: {} };
}

function contextOf(source: Graph, options: WeightOnlyOptions, { roundings }: QuantizationTools): GroupsContext {
  const { format = "matmulnbits", accuracyLevel } = options;
  return {
    format,
    ...(accuracyLevel !== undefined && { accuracyLevel }),
    algorithm: (spec) => algorithmOf(spec.algorithm, options, roundings),
    originals: source.weights,
    bench: new CodingBench(),
    coded: new Map(),
  };
}

/** The graph with the nodes of a plan rewritten. */
function emitGroups(
  graph: Graph,
  plan: QuantizationPlan,
  context: GroupsContext,
  { kernels = referenceKernels }: QuantizationTools = {},
): Graph {
  const planned = new Map<string, QuantizedNode>();
  for (const node of plan.nodes) if (node.decision === "quantized") planned.set(node.node, node);
  const level = <G extends Subgraph>(graph: G, outer: (name: string) => Weight | undefined): G => {
    const lookup = (name: string): Weight | undefined => graph.weights.get(name) ?? outer(name);
    const nodes = graph.nodes.map((node) => mapBodies(node, (body) => level(body, lookup)));
    const changed = nodes.some((node, i) => node !== graph.nodes[i]);
    return edit(changed ? { ...graph, nodes } : graph, (draft) => {
      const groups = new GroupsEmitter(draft, lookup, context);
      const bytes = new Emitter(draft, kernels, outer);
      for (const node of draft.nodes()) {
        const decision = planned.get(node.name);
        if (decision?.form === "groups") groups.emit(node, decision);
        else if (decision) emitTable(bytes, node, decision);
      }
      removeUnusedWeights(draft, graph);
    });
  };
  const emitted = level(graph, () => undefined);
  if (context.format === "qdq") return emitted;
  return edit(emitted, (draft) => draft.raiseOpset("com.microsoft", 1));
}
