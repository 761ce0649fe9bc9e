// If with a constant condition becomes the nodes of the branch that is taken. Exporters leave such nodes where a rank was
// asked for at run time; behind them, inference knows only what both branches have in common.
// https://onnx.ai/onnx/operators/onnx__If.html

import type { Graph } from "../graph/graph.ts";
import { singleNumber } from "./constants.ts";
import { inlineBody } from "./inline-body.ts";
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
      inlineBody(node, branch.value, draft);
  }
}
