// Inner values as outputs. onnxruntime infers the type of an output that has only a name.

import { subgraphsOf, type Graph, type Node, type Subgraph } from "@tersor/core";
import { tapInsideBody, tapUnknown } from "./errors.ts";

/** Where the value of a name comes from. */
export type ValuePlace = "input" | "weight" | "node";

/**
 * Where a value of the main graph is made.
 * @throws ONNX_TAP_INSIDE_BODY, ONNX_TAP_UNKNOWN
 */
export function placesOf(graph: Graph, model: string, names: readonly string[]): readonly ValuePlace[] {
  const made = new Set(graph.nodes.flatMap((node) => node.outputs));
  const inputs = new Set(graph.inputs.map((input) => input.name));
  return names.map((name) => {
    if (name !== "" && graph.weights.has(name)) return "weight";
    if (name !== "" && inputs.has(name)) return "input";
    if (name !== "" && made.has(name)) return "node";
    const around = nodeAround(graph, name);
    if (around !== undefined) throw tapInsideBody({ tensor: name, node: around.name, op: around.op });
    throw tapUnknown({ tensor: name, model });
  });
}

/** The node of this graph whose body makes the value. */
function nodeAround(graph: Subgraph, name: string): Node | undefined {
  return graph.nodes.find((node) => subgraphsOf(node).some((body) => makes(body.graph, name)));
}

function makes(graph: Subgraph, name: string): boolean {
  return graph.nodes.some(
    (node) => node.outputs.includes(name) || subgraphsOf(node).some((body) => makes(body.graph, name)),
  );
}

/** The graph with these values among its outputs. */
export function withOutputs(graph: Graph, names: readonly string[]): Graph {
  const present = new Set(graph.outputs.map((output) => output.name));
  const added = [...new Set(names)].filter((name) => !present.has(name));
  if (added.length === 0) return graph;
  const outputs = added.map((name) => ({ name, type: { kind: "unknown" } as const }));
  return { ...graph, outputs: [...graph.outputs, ...outputs] };
}
