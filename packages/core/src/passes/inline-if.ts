// If with a constant condition becomes the nodes of the branch that is taken. Exporters leave such nodes where a rank was
// asked for at run time; behind them, inference knows only what both branches have in common.
// https://onnx.ai/onnx/operators/onnx__If.html

import type { GraphDraft } from "../graph/edit.ts";
import { nodeOf, type Graph, type Node, type Subgraph } from "../graph/graph.ts";
import { renameUses } from "../graph/names.ts";
import { singleNumber } from "./constants.ts";
import { currentNodes, editLevels, type DraftLevel } from "./levels.ts";
import type { Pass } from "./pass.ts";

/** Puts the branch of an If whose condition is constant in the place of the If. */
export const inlineConstantIf: Pass = {
  name: "inlineConstantIf",
  // What was known of the outputs held for both branches; what is known now is more.
  run: (graph: Graph) => editLevels(graph, inlineLevel, { inferAgain: true }),
};

function inlineLevel({ draft, constant }: DraftLevel): void {
  for (const node of currentNodes(draft)) {
    if (node.op !== "If" || node.domain !== "") continue;
    const condition = singleNumber(constant(node.inputs[0] ?? "")?.source);
    if (condition === undefined) continue;
    const branch = node.attributes[condition === 0 ? "else_branch" : "then_branch"];
    if (branch?.kind === "graph" && branch.value.outputs.length === node.outputs.length)
      inline(node, branch.value, draft);
  }
}

function inline(node: Node, branch: Subgraph, draft: GraphDraft): void {
  const names = namesAfter(node, branch, draft);
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
