// Changing every level of a graph: bodies first, each with sight of the constants and the types around it.

import { edit, type GraphDraft } from "../graph/edit.ts";
import type { Graph, Node, Subgraph, Weight } from "../graph/graph.ts";
import { allNames, mapBodies } from "../graph/names.ts";
import { inferTypes, type Inference } from "../infer/infer.ts";
import type { Fact, TensorFact } from "../ops/define.ts";

/** One level while it is changed. */
export interface DraftLevel {
  readonly draft: GraphDraft;
  /** Version of ONNX's own operator set. */
  readonly opset: number;
  /** The constant of this name, here or in the levels around; not one that an input of the graph may override. */
  constant(name: string): Weight | undefined;
  /** What is inferred of the tensor, here or in the levels around, as the graph was before the change. */
  fact(name: string): TensorFact | undefined;
}

/** The names that a level sees. */
interface Scope {
  readonly opset: number;
  constant(name: string): Weight | undefined;
  fact(name: string): Fact | undefined;
}

/** What all levels share, made when it is asked for. */
interface Whole {
  types(level: Subgraph): ReadonlyMap<string, Fact> | undefined;
  names(): Iterable<string>;
}

const inferences = new WeakMap<Graph, Inference>();

/** The inference of a graph, made once. A weight that an input may override counts as an input. */
export function inferenceOf(graph: Graph): Inference {
  const known = inferences.get(graph);
  if (known) return known;
  const inputs = new Set(graph.inputs.map(({ name }) => name));
  const weights = new Map([...graph.weights].filter(([name]) => !inputs.has(name)));
  const inference = inferTypes(weights.size === graph.weights.size ? graph : { ...graph, weights });
  inferences.set(graph, inference);
  return inference;
}

/** Changes each level of a graph through a draft; the same object comes back when nothing changed. */
export function editLevels(graph: Graph, change: (level: DraftLevel) => void): Graph {
  const around: Scope = { opset: graph.opsets.get("") ?? 0, constant: () => undefined, fact: () => undefined };
  return editLevel(graph, change, around, {
    types: (level) => (level === graph ? inferenceOf(graph).types : inferenceOf(graph).of(level)?.types),
    names: () => allNames(graph),
  });
}

function editLevel<G extends Subgraph>(graph: G, change: (level: DraftLevel) => void, around: Scope, whole: Whole): G {
  const inputs = new Set(graph.inputs.map(({ name }) => name));
  const constantIn = (weight: (name: string) => Weight | undefined) => (name: string) =>
    inputs.has(name) ? undefined : (weight(name) ?? around.constant(name));
  const scope: Scope = {
    opset: around.opset,
    constant: constantIn((name) => graph.weights.get(name)),
    fact: (name) => whole.types(graph)?.get(name) ?? around.fact(name),
  };
  const within = withBodies(graph, (body) => editLevel(body, change, scope, whole));
  const fact = (name: string): TensorFact | undefined => tensorOnly(scope.fact(name));
  const run = (draft: GraphDraft): void => {
    change({ draft, opset: scope.opset, constant: constantIn((name) => draft.weight(name)), fact });
  };
  return edit(within, run, whole.names);
}

/** The nodes in order, each as it stands when its turn comes; those that are gone by then are left out. */
export function* currentNodes(draft: GraphDraft): Generator<Node> {
  for (const before of draft.nodes()) {
    const node = draft.has(before)
      ? before
      : before.outputs.map((name) => draft.producer(name)).find((made) => made !== undefined);
    if (node) yield node;
  }
}

function tensorOnly(fact: Fact | undefined): TensorFact | undefined {
  return fact?.kind === "tensor" ? fact : undefined;
}

/** The graph with the bodies of all its nodes changed; the same object when none was. */
export function withBodies<G extends Subgraph>(graph: G, change: (body: Subgraph) => Subgraph): G {
  let changed = false;
  const nodes = graph.nodes.map((node) => {
    const next = mapBodies(node, change);
    changed ||= next !== node;
    return next;
  });
  return changed ? { ...graph, nodes } : graph;
}
