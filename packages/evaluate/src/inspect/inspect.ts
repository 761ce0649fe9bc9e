// What is in a model: inputs, outputs, operators, the numbers they compute in, weights by size, multiply-accumulates.
// Pure functions over the graph; bodies of If, Loop and Scan are counted once, as they stand.

import {
  constantSource,
  opRegistry,
  standardOps,
  subgraphsOf,
  type DataType,
  type Dim,
  type Fact,
  type Graph,
  type Node,
  type OpRegistry,
  type Shape,
  type ShapedInput,
  type Subgraph,
  type TensorSource,
  type Value,
} from "@tersor/core";
import { precisionOf, surroundingsOf, type Precision } from "./precision.ts";

/** What is known of the values of a graph, as type inference gives it. */
export interface KnownTypes {
  readonly types: ReadonlyMap<string, Fact>;
  of(body: Subgraph): KnownTypes | undefined;
}

/** What is known beyond the graph. */
export interface InspectOptions {
  /** Result of type inference; without it types come from the file and nothing is said of multiply-accumulates. */
  readonly inference?: KnownTypes;
  /** Finds the definition of an operator, which knows its cost. Default: the standard operators. */
  readonly operators?: Pick<OpRegistry, "find">;
}

/** One node, and what it computes in. */
export interface InspectedNode {
  /** Name of the node, or of its first output when it has none. */
  readonly node: string;
  /** Operator type, with its domain where that is not ONNX's own. */
  readonly op: string;
  readonly precision: Precision;
  /** Multiply-accumulates of one run; NaN when the shapes are not known as numbers. */
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
  /** Sum over the nodes with a known cost; absent without inference. */
  readonly macs?: number;
  /** Nodes with weights or products whose cost is not known, because a dimension is symbolic. */
  readonly unknownMacs: number;
  readonly functions: readonly string[];
}

/** Describes a graph. Weights are not read. */
export function inspect(graph: Graph, options: InspectOptions = {}): Inspection {
  const scopes = scopesOf(graph, options.inference);
  const operators = options.operators ?? opRegistry(standardOps);
  const nodes = scopes.flatMap((scope) => inspectNodes(scope, operators));
  const weights = scopes.flatMap(weightsOf).sort((a, b) => b.sizeBytes - a.sizeBytes);
  const known = nodes.filter(({ macs }) => !Number.isNaN(macs));
  return {
    name: graph.name,
    inputs: graph.inputs.filter(({ name }) => !graph.weights.has(name)),
    outputs: graph.outputs,
    opsets: Object.fromEntries(Array.from(graph.opsets, ([domain, version]) => [domain || "ai.onnx", version])),
    nodes,
    ops: countOps(nodes),
    weights,
    weightBytes: weights.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    ...(options.inference ? { macs: sumMacs(known) } : {}),
    unknownMacs: nodes.length - known.length,
    functions: graph.functions.map(({ domain, name }) => (domain === "" ? name : `${domain}.${name}`)),
  };
}

interface Scope {
  readonly graph: Subgraph;
  readonly known: KnownTypes | undefined;
}

/** The graph and every body inside, outermost first. */
function scopesOf(graph: Subgraph, known: KnownTypes | undefined): readonly Scope[] {
  const scopes: Scope[] = [{ graph, known }];
  // The list grows while it is walked: bodies nest, and a queue needs no stack.
  for (const scope of scopes) {
    for (const node of scope.graph.nodes) {
      for (const { graph: body } of subgraphsOf(node)) scopes.push({ graph: body, known: scope.known?.of(body) });
    }
  }
  return scopes;
}

function inspectNodes({ graph, known }: Scope, operators: Pick<OpRegistry, "find">): readonly InspectedNode[] {
  const fact = (name: string) => known?.types.get(name);
  const around = surroundingsOf(graph, (name) => {
    const found = fact(name);
    return found?.kind === "tensor" ? found.dtype : undefined;
  });
  const shaped = (name: string): ShapedInput | undefined => {
    const source = graph.weights.get(name)?.source;
    return source ? { dtype: source.dtype, shape: source.shape } : shapedOf(fact(name));
  };
  return graph.nodes.map((node) => ({
    node: node.name || (node.outputs.find((name) => name !== "") ?? ""),
    op: opName(node),
    precision: precisionOf(node, around),
    macs: operators.find(node.domain, node.op)?.cost(node, node.inputs.map(shaped), node.outputs.map(shaped)) ?? 0,
  }));
}

function shapedOf(fact: Fact | undefined): ShapedInput | undefined {
  if (fact?.kind !== "tensor" || fact.shape === undefined) return undefined;
  const shape: readonly Dim[] = fact.shape;
  return { dtype: fact.dtype, shape, ...(fact.value ? { value: fact.value } : {}) };
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

function sumMacs(nodes: readonly InspectedNode[]): number {
  return nodes.reduce((sum, { macs }) => sum + macs, 0);
}

function opName({ op, domain }: Node): string {
  return domain === "" ? op : `${domain}.${op}`;
}
