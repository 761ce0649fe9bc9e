// Changing every level of a graph: bodies first, each with sight of the constants and the types around it.

import { edit, type GraphDraft } from "../graph/edit.ts";
import type { Graph, Node, Subgraph, Weight } from "../graph/graph.ts";
import { allNames, mapBodies } from "../graph/names.ts";
import type { Fact, TensorFact } from "../ops/define.ts";
import { factsOf, handOn, type LevelChange } from "./known-facts.ts";

/** One level while it is changed. */
export interface DraftLevel {
  readonly draft: GraphDraft;
  /** Version of ONNX's own operator set. */
  readonly opset: number;
  /** The constant of this name, here or in the levels around; not one that an input of the graph may override. */
  constant(name: string): Weight | undefined;
  /** What is inferred of the tensor, here or in the levels around. */
  fact(name: string): TensorFact | undefined;
  /** States what a value is that the pass makes, so that nothing has to be inferred again. */
  learn(name: string, fact: TensorFact): void;
}

/** The names that a level sees. */
interface Scope {
  constant(name: string): Weight | undefined;
  fact(name: string): Fact | undefined;
}

const nowhere: Scope = { constant: () => undefined, fact: () => undefined };

/**
 * Changes each level of a graph through a draft; the same object comes back when nothing changed.
 * With `inferAgain` the new graph does not take over what is known of the old one.
 */
export function editLevels(
  graph: Graph,
  change: (level: DraftLevel) => void,
  options: { readonly inferAgain?: boolean } = {},
): Graph {
  const edited = new LevelEditor(graph, change);
  const after = edited.level(graph, nowhere);
  if (!options.inferAgain) handOn(edited.changes);
  return after;
}

class LevelEditor {
  readonly #whole: Graph;
  readonly #change: (level: DraftLevel) => void;
  readonly changes: LevelChange[] = [];

  constructor(whole: Graph, change: (level: DraftLevel) => void) {
    this.#whole = whole;
    this.#change = change;
  }

  level<G extends Subgraph>(graph: G, around: Scope): G {
    const scope = this.#scope(graph, around, (name) => graph.weights.get(name));
    const within = withBodies(graph, (body) => this.level(body, scope));
    const learned = new Map<string, TensorFact>();
    const after = edit(
      within,
      (draft) => this.#run(graph, around, draft, learned),
      () => (graph === (this.#whole as Subgraph) ? [] : allNames(this.#whole)),
    );
    if (after !== graph) this.changes.push([graph, after, learned]);
    return after;
  }

  #run(graph: Subgraph, around: Scope, draft: GraphDraft, learned: Map<string, TensorFact>): void {
    const { constant, fact } = this.#scope(graph, around, (name) => draft.weight(name));
    const tensorFact = (name: string): TensorFact | undefined => {
      const weight = constant(name);
      const known = weight ? factOfWeight(weight) : (learned.get(name) ?? fact(name));
      return known?.kind === "tensor" ? known : undefined;
    };
    const learn = (name: string, known: TensorFact): void => void learned.set(name, known);
    this.#change({ draft, opset: this.#whole.opsets.get("") ?? 0, constant, fact: tensorFact, learn });
  }

  #scope(graph: Subgraph, around: Scope, weight: (name: string) => Weight | undefined): Scope {
    const inputs = new Set(graph.inputs.map(({ name }) => name));
    return {
      constant: (name) => (inputs.has(name) ? undefined : (weight(name) ?? around.constant(name))),
      fact: (name) => factsOf(graph, this.#whole).get(name) ?? around.fact(name),
    };
  }
}

/** A weight says itself what it is: a pass may have put another one in its place. */
function factOfWeight({ source: { dtype, shape } }: Weight): TensorFact {
  return { kind: "tensor", dtype, shape };
}

/** The nodes in order, each as it stands when its turn comes; those that are gone by then are left out. */
export function* currentNodes(draft: GraphDraft): Generator<Node> {
  for (const before of draft.nodes()) {
    const node = draft.current(before);
    if (node) yield node;
  }
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
