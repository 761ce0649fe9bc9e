// A weight that is listed among the inputs of its graph is the default value of that input. Files before IR version 4
// had to list all their weights so, and some exporters still do; nobody feeds them.
// https://onnx.ai/onnx/repo-docs/IR.html#graphs

import type { Graph } from "../graph/graph.ts";
import type { Pass } from "./pass.ts";

/** Takes weights out of the inputs: they become constants, which callers can no longer override. */
export const freezeWeights: Pass = {
  name: "freezeWeights",
  run: (graph: Graph) => {
    const inputs = graph.inputs.filter(({ name }) => !graph.weights.has(name));
    return inputs.length === graph.inputs.length ? graph : { ...graph, inputs };
  },
};
