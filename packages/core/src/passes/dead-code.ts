// Removes nodes and weights that no output depends on. Inputs of the graph stay: callers feed them by name.

import type { Graph, Subgraph } from "../graph/graph.ts";
import { usesOf } from "../graph/names.ts";
import { handOn } from "./known-facts.ts";
import { withBodies } from "./levels.ts";
import type { Pass } from "./pass.ts";

/** Removes nodes and weights that no output depends on, in bodies too. */
export const removeDeadCode: Pass = {
  name: "removeDeadCode",
  run: (graph: Graph) => {
    const changes: (readonly [Subgraph, Subgraph])[] = [];
    const after = prune(graph, changes);
    handOn(changes);
    return after;
  },
};

function prune<G extends Subgraph>(graph: G, changes: (readonly [Subgraph, Subgraph])[]): G {
  const after = withoutDead(withBodies(graph, (body) => prune(body, changes)));
  if (after !== graph) changes.push([graph, after]);
  return after;
}

function withoutDead<G extends Subgraph>(level: G): G {
  const needed = new Set(level.outputs.map(({ name }) => name));
  const nodes = level.nodes.toReversed().filter((node) => {
    const alive = node.outputs.some((name) => needed.has(name));
    if (alive) for (const name of usesOf(node)) needed.add(name);
    return alive;
  });
  for (const { name } of level.inputs) needed.add(name);
  const weights = new Map([...level.weights].filter(([name]) => needed.has(name)));
  if (nodes.length === level.nodes.length && weights.size === level.weights.size) return level;
  const types = new Map([...level.types].filter(([name]) => needed.has(name)));
  return { ...level, nodes: nodes.reverse(), weights, types };
}
