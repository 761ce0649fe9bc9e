// Cost of a graph in multiply-accumulates (MACs): products of convolutions, matrix products, recurrent layers, attention.
// One MAC is a multiplication and its addition, "2 FLOPs" elsewhere; elementwise work, norms and pooling count as none.

import type { Graph, Node, Subgraph } from "../graph/graph.ts";
import { subgraphsOf } from "../graph/graph.ts";
import type { Fact, ShapedInput } from "../ops/define.ts";
import { standardOps } from "../ops/index.ts";
import { numberIn, tensorIn } from "../ops/known.ts";
import { opRegistry, type OpRegistry } from "../ops/registry.ts";
import type { Inference } from "./infer.ts";

/** MACs of one execution. */
export interface Cost {
  /** Sum over the nodes whose cost is known. */
  readonly total: number;
  /** MACs of the graph's own nodes; a node with bodies has the cost of running them. NaN where it is not known. */
  readonly byNode: ReadonlyMap<Node, number>;
  /** Nodes that are missing from the total: symbolic shapes, loops without a known trip count, calls of local functions. */
  readonly unknown: readonly Node[];
  /** The same for one pass through a body (of If, Loop, Scan). */
  of(body: Subgraph): Cost | undefined;
}

interface Scope {
  readonly operators: OpRegistry;
  /** Domain and name of the model's own functions. */
  readonly functions: ReadonlySet<string>;
  readonly bodies: Map<Subgraph, Cost>;
  readonly inference: Inference | undefined;
  readonly parent?: Scope;
}

/**
 * MACs of each node, and their sum, at the shapes of the inference.
 * If counts the more expensive branch, Loop and Scan the body times its trips.
 */
export function costOf(graph: Graph, inference: Inference, operators: OpRegistry = opRegistry(standardOps)): Cost {
  const functions = new Set(graph.functions.map(({ domain, name }) => `${domain}:${name}`));
  return scopeCost(graph, { operators, functions, bodies: new Map(), inference });
}

function scopeCost(graph: Subgraph, scope: Scope): Cost {
  const byNode = new Map(graph.nodes.map((node) => [node, nodeCost(node, scope)]));
  const known = [...byNode.values()].filter((macs) => !Number.isNaN(macs));
  const unknown = graph.nodes.filter((node) => Number.isNaN(byNode.get(node)));
  const total = known.reduce((sum, macs) => sum + macs, 0);
  return { total, byNode, unknown, of: (body) => scope.bodies.get(body) };
}

function nodeCost(node: Node, scope: Scope): number {
  if (scope.functions.has(`${node.domain}:${node.op}`)) return NaN;
  const bodies = subgraphsOf(node);
  if (bodies.length > 0)
    return bodiesCost(
      node,
      bodies.map(({ graph }) => bodyCost(graph, scope)),
      scope,
    );
  const shaped = (name: string) => shapedInput(factOf(name, scope));
  const definition = scope.operators.find(node.domain, node.op);
  return definition?.cost(node, node.inputs.map(shaped), node.outputs.map(shaped)) ?? 0;
}

function bodyCost(body: Subgraph, parent: Scope): number {
  const cost = scopeCost(body, { ...parent, inference: parent.inference?.of(body), parent });
  parent.bodies.set(body, cost);
  return cost.unknown.length > 0 ? NaN : cost.total;
}

function bodiesCost(node: Node, costs: readonly number[], scope: Scope): number {
  const most = Math.max(...costs);
  if (node.op === "If" || most === 0) return most;
  return most * tripsOf(node, scope);
}

/** A Loop's limit, which it reaches unless its condition ends it; the length of what a Scan or SequenceMap walks over. */
function tripsOf(node: Node, scope: Scope): number {
  if (node.op === "Loop") return numberIn(tensorIn(factOf(node.inputs[0] ?? "", scope))) ?? NaN;
  if (node.op !== "Scan") return NaN;
  const { attributes } = node;
  const scans = attributes["num_scan_inputs"]?.kind === "int" ? attributes["num_scan_inputs"].value : 0;
  const axis = attributes["scan_input_axes"]?.kind === "ints" ? attributes["scan_input_axes"].value[0] : 0;
  const first = tensorIn(factOf(node.inputs[node.inputs.length - scans] ?? "", scope));
  const length = first?.shape?.at(axis ?? 0);
  return typeof length === "number" ? length : NaN;
}

function factOf(name: string, scope: Scope): Fact | undefined {
  for (let at: Scope | undefined = scope; at !== undefined && name !== ""; at = at.parent) {
    const fact = at.inference?.types.get(name);
    if (fact !== undefined) return fact;
  }
  return undefined;
}

function shapedInput(fact: Fact | undefined): ShapedInput | undefined {
  if (fact?.kind !== "tensor" || fact.shape === undefined) return undefined;
  return { ...fact, dtype: fact.dtype, shape: fact.shape };
}
