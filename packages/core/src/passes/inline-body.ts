// Putting the nodes of a body in the place of the node that holds or calls it, under names that clash with nothing.

import type { GraphDraft } from "../graph/edit.ts";
import { nodeOf, type Node, type Subgraph } from "../graph/graph.ts";
import { renameUses } from "../graph/names.ts";

/**
 * Replaces a node by the nodes of a body whose outputs stand for the node's. `bound` says what names of the body mean
 * outside; other names that the body does not define are captured as they are.
 */
export function inlineBody(
  node: Node,
  branch: Subgraph,
  draft: GraphDraft,
  bound: ReadonlyMap<string, string> = new Map(),
): void {
  const names = new Map([...bound, ...namesAfter(node, branch, draft)]);
  for (const [name, weight] of branch.weights) draft.setWeight(names.get(name)!, weight);
  const moved = branch.nodes.map((inner) => ({
    ...renameUses(inner, names),
    outputs: inner.outputs.map((name) => names.get(name) ?? name),
  }));
  const [first, ...others] = [...moved, ...copies(node, branch, names)];
  if (first) draft.replace(node, first, ...others);
}

/** Outputs of the branch take the names of the If's, everything else that it defines gets a new one. */
function namesAfter(node: Node, branch: Subgraph, draft: GraphDraft): ReadonlyMap<string, string> {
  const made = branch.nodes.flatMap(({ outputs }) => outputs).filter((name) => name !== "");
  const names = new Map<string, string>();
  branch.outputs.forEach(({ name }, index) => {
    const outer = node.outputs[index] ?? "";
    if (outer !== "" && !names.has(name) && made.includes(name)) names.set(name, outer);
  });
  for (const name of [...made, ...branch.weights.keys()]) if (!names.has(name)) names.set(name, draft.fresh(name));
  return names;
}

/** Outputs that no node of the branch makes under their own name: weights, captured values, and one value twice. */
function copies(node: Node, branch: Subgraph, names: ReadonlyMap<string, string>): readonly Node[] {
  return branch.outputs.flatMap(({ name }, index) => {
    const outer = node.outputs[index] ?? "";
    const inner = names.get(name) ?? name;
    return outer === "" || inner === outer ? [] : [nodeOf("Identity", "", [inner], [outer])];
  });
}
