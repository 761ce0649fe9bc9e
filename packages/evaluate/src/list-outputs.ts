// Outputs that are lists: what stands behind NonMaxSuppression is ordered by score, and a small change of one score moves
// whole rows, so that lists of equal length can't be compared place by place.

import { subgraphsOf, type Graph, type Node, type Subgraph } from "@tersor/core";

/** Names of the outputs that follow from a NonMaxSuppression, here or in a body. */
export function listOutputs({ nodes, outputs }: Graph): ReadonlySet<string> {
  const lists = new Set<string>();
  for (const node of nodes) {
    const isList = suppresses(node) || readsOf(node).some((name) => lists.has(name));
    if (isList) for (const name of node.outputs) lists.add(name);
  }
  return new Set(outputs.map(({ name }) => name).filter((name) => lists.has(name)));
}

function suppresses(node: Node): boolean {
  return node.op === "NonMaxSuppression" || subgraphsOf(node).some(({ graph }) => graph.nodes.some(suppresses));
}

/** What a node reads, its bodies included. */
function readsOf(node: Node): readonly string[] {
  const inside = ({ nodes }: Subgraph): readonly string[] => nodes.flatMap(readsOf);
  return [...node.inputs, ...subgraphsOf(node).flatMap(({ graph }) => inside(graph))];
}
