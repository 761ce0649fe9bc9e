// Constant nodes become weights, so that every later pass has one place to look for constants.
// https://onnx.ai/onnx/operators/onnx__Constant.html

import type { Graph } from "../graph/graph.ts";
import { originOf } from "../graph/origin.ts";
import { constantOf } from "./constants.ts";
import { editLevels, type DraftLevel } from "./levels.ts";
import type { Pass } from "./pass.ts";

/**
 * Turns Constant nodes into weights of the same name. One that is itself an output stays a node: runtimes differ
 * on outputs that nothing computes. Sparse constants stay as well.
 */
export const constantsToWeights: Pass = {
  name: "constantsToWeights",
  run: (graph: Graph) => editLevels(graph, convert),
};

function convert({ draft }: DraftLevel): void {
  for (const node of draft.nodes()) {
    if (node.op !== "Constant" || node.domain !== "") continue;
    const [name] = node.outputs;
    const source = constantOf(node);
    if (name === undefined || source === undefined || draft.isOutput(name)) continue;
    draft.remove(node);
    draft.setWeight(name, { source, origin: originOf(name) });
  }
}
