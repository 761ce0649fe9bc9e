// What every way of quantizing starts from.

import { quantizationPasses, runPasses, sortNodes, verify, type Graph } from "@tersor/core";
import { uniqueNames } from "./unique-names.ts";

/**
 * The float graph as quantization wants it: folded, normalised, every node with a name of its own.
 * @throws CORE_GRAPH_INVALID, CORE_OPSET_UNSUPPORTED
 */
export function prepare(graph: Graph): Graph {
  // Runtimes accept nodes in any order; the passes want each after what it reads.
  const ordered = { ...graph, nodes: sortNodes(graph.nodes) };
  verify(ordered);
  return uniqueNames(runPasses(ordered, quantizationPasses));
}
