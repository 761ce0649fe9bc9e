// From (graph, plan) to a quantized graph: one walk over the levels, each node rewritten into the form its plan names.

import {
  edit,
  mapBodies,
  type Graph,
  type GraphDraft,
  type Kernels,
  type Node,
  type QuantizationPlan,
  type QuantizedNode,
  type Subgraph,
  type Weight,
} from "@tersor/core";
import { emitDynamic } from "./dynamic.ts";
import { Emitter } from "./emit.ts";
import { emitActivations, emitStatic } from "./qdq.ts";
import { emitTable, emitWeightOnly } from "./storage.ts";

type Lookup = (name: string) => Weight | undefined;

/** The quantized graph of a plan, with Q/DQ pairs where the plan is static. */
export function materialize(graph: Graph, plan: QuantizationPlan, kernels: Kernels): Graph {
  const planned = new Map<string, QuantizedNode>();
  for (const node of plan.nodes) if (node.decision === "quantized") planned.set(node.node, node);
  return level(graph, plan, planned, kernels, () => undefined, true);
}

function level<G extends Subgraph>(
  graph: G,
  plan: QuantizationPlan,
  planned: ReadonlyMap<string, QuantizedNode>,
  kernels: Kernels,
  outer: Lookup,
  top: boolean,
): G {
  const lookup: Lookup = (name) => graph.weights.get(name) ?? outer(name);
  const inner = (body: Subgraph): Subgraph => level(body, plan, planned, kernels, lookup, false);
  let changed = false;
  const nodes = graph.nodes.map((node) => {
    const next = mapBodies(node, inner);
    changed ||= next !== node;
    return next;
  });
  return edit(changed ? { ...graph, nodes } : graph, (draft) => {
    const emitter = new Emitter(draft, kernels, outer);
    if (top) emitActivations(emitter, plan);
    for (const node of draft.nodes()) {
      const decision = planned.get(node.name);
      if (decision) emitNode(emitter, node, decision, plan);
    }
    removeUnusedWeights(draft, graph);
  });
}

function emitNode(emitter: Emitter, node: Node, planned: QuantizedNode, plan: QuantizationPlan): void {
  switch (planned.form) {
    case "static":
      return emitStatic(emitter, node, planned, plan);
    case "dynamic":
      return emitDynamic(emitter, node, planned);
    case "table":
      return emitTable(emitter, node, planned);
    case "weight-only":
      return emitWeightOnly(emitter, node, planned);
    case "carried":
      return;
    case "groups":
    case "narrow-float":
      return; // forms of other modes
  }
}

/** Float weights that nothing reads any more leave the model; inputs of the graph stay what they are. */
export function removeUnusedWeights(draft: GraphDraft, graph: Subgraph): void {
  const inputs = new Set(graph.inputs.map(({ name }) => name));
  for (const name of [...draft.weights().keys()]) {
    if (draft.consumers(name).length === 0 && !draft.isOutput(name) && !inputs.has(name)) draft.removeWeight(name);
  }
}
