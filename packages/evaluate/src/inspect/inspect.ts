// What is in a model: inputs, outputs, operators, the numbers they compute in, weights by size, multiply-accumulates.
// Pure functions over the graph; operators in bodies of If, Loop and Scan are listed once, as they stand.

import {
  constantSource,
  costOf,
  subgraphsOf,
  type Cost,
  type DataType,
  type Graph,
  type Inference,
  type Node,
  type OpRegistry,
  type Shape,
  type Subgraph,
  type TensorSource,
  type Value,
} from "@tersor/core";
import { precisionOf, surroundingsOf, type Precision } from "./precision.ts";

/** What is known beyond the graph. */
export interface InspectOptions {
  /** Result of type inference; without it types come from the file and nothing is said of multiply-accumulates. */
  readonly inference?: Inference;
  /** Finds the definition of an operator, which knows its cost. Default: the standard operators. */
  readonly operators?: OpRegistry;
}

/** One node, and what it computes in. */
export interface InspectedNode {
  /** Name of the node, or of its first output when it has none. */
  readonly node: string;
  /** Operator type, with its domain where that is not ONNX's own. */
  readonly op: string;
  readonly precision: Precision;
  /** Multiply-accumulates of one run, in a body of one pass through it; NaN when the shapes are not known as numbers. */
  readonly macs: number;
}

/** One weight or constant. */
export interface InspectedWeight {
  readonly name: string;
  readonly dtype: DataType;
  readonly shape: Shape;
  readonly sizeBytes: number;
}

/** What `inspect` found in a graph. */
export interface Inspection {
  readonly name: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly opsets: Readonly<Record<string, number>>;
  readonly nodes: readonly InspectedNode[];
  /** Counts by operator type, most frequent first. */
  readonly ops: readonly { readonly op: string; readonly count: number; readonly macs: number }[];
  /** Largest first; constants in nodes included. */
  readonly weights: readonly InspectedWeight[];
  readonly weightBytes: number;
  /** Of one run, as far as it is known, with the dearer branch of an If and every turn of a loop; absent without inference. */
  readonly macs?: number;
  /** Nodes missing from `macs`: a dimension is symbolic, or the number of turns is not known. */
  readonly unknownMacs: number;
  readonly functions: readonly string[];
}

/** Describes a graph. Weights are not read. */
export function inspect(graph: Graph, { inference, operators }: InspectOptions = {}): Inspection {
  const cost = inference && costOf(graph, inference, operators);
  const scopes = scopesOf(graph, inference, cost);
  const nodes = scopes.flatMap(inspectNodes);
  const weights = scopes.flatMap(weightsOf).sort((a, b) => b.sizeBytes - a.sizeBytes);
  return {
    name: graph.name,
    inputs: graph.inputs.filter(({ name }) => !graph.weights.has(name)),
    outputs: graph.outputs,
    opsets: Object.fromEntries(Array.from(graph.opsets, ([domain, version]) => [domain || "ai.onnx", version])),
    nodes,
    ops: countOps(nodes),
    weights,
    weightBytes: weights.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    ...(cost && { macs: cost.total }),
    unknownMacs: cost?.unknown.length ?? 0,
    functions: graph.functions.map(({ domain, name }) => (domain === "" ? name : `${domain}.${name}`)),
  };
}

interface Scope {
  readonly graph: Subgraph;
  readonly known: Inference | undefined;
  readonly cost: Cost | undefined;
}

/** The graph and every body inside, outermost first. */
function scopesOf(graph: Graph, inference: Inference | undefined, cost: Cost | undefined): readonly Scope[] {
  const scopes: Scope[] = [{ graph, known: inference, cost }];
  // The list grows while it is walked: bodies nest, and a queue needs no stack.
  for (const scope of scopes) {
    for (const node of scope.graph.nodes) {
      for (const { graph: body } of subgraphsOf(node))
        scopes.push({ graph: body, known: scope.known?.of(body), cost: cost?.of(body) });
    }
  }
  return scopes;
}

function inspectNodes({ graph, known, cost }: Scope): readonly InspectedNode[] {
  const around = surroundingsOf(graph, (name) => {
    const found = known?.types.get(name);
    return found?.kind === "tensor" ? found.dtype : undefined;
  });
  return graph.nodes.map((node) => ({
    node: node.name || (node.outputs.find((name) => name !== "") ?? ""),
    op: opName(node),
    precision: precisionOf(node, around),
    // What a body costs is said of the nodes in it.
    macs: subgraphsOf(node).length > 0 ? 0 : (cost?.byNode.get(node) ?? NaN),
  }));
}

function weightsOf({ graph }: Scope): readonly InspectedWeight[] {
  const constants = graph.nodes.flatMap((node) => {
    const source = constantSource(node);
    return source ? [[node.outputs[0] ?? "", source] as const] : [];
  });
  const initializers = Array.from(graph.weights, ([name, weight]) => [name, weight.source] as const);
  return [...initializers, ...constants].map(([name, source]) => describeWeight(name, source));
}

function describeWeight(name: string, { dtype, shape, sizeBytes }: TensorSource): InspectedWeight {
  return { name, dtype, shape, sizeBytes };
}

function countOps(nodes: readonly InspectedNode[]): Inspection["ops"] {
  const byOp = new Map<string, { op: string; count: number; macs: number }>();
  for (const { op, macs } of nodes) {
    const row = byOp.get(op) ?? { op, count: 0, macs: 0 };
    byOp.set(op, row);
    row.count++;
    row.macs += Number.isNaN(macs) ? 0 : macs;
  }
  return [...byOp.values()].sort((a, b) => b.count - a.count || (a.op < b.op ? -1 : 1));
}

function opName({ op, domain }: Node): string {
  return domain === "" ? op : `${domain}.${op}`;
}
