// Plans speak of nodes by name, so every node gets one of its own; names that are unique already stay.

import { mapBodies, type Graph, type Node, type Subgraph } from "@tersor/core";

/** The graph with a unique name on every node, bodies included. */
export function uniqueNames(graph: Graph): Graph {
  const taken = new Set<string>();
  const nameLevel = <G extends Subgraph>(level: G): G => {
    let changed = false;
    const nodes = level.nodes.map((node) => {
      const named = mapBodies(withName(node, taken), nameLevel);
      changed ||= named !== node;
      return named;
    });
    return changed ? { ...level, nodes } : level;
  };
  return nameLevel(graph);
}

function withName(node: Node, taken: Set<string>): Node {
  const wish = node.name === "" ? node.op : node.name;
  let name = wish;
  for (let count = 1; taken.has(name) || name === ""; count++) name = `${wish}_${count}`;
  taken.add(name);
  return name === node.name ? node : { ...node, name };
}
