// Last touches on a quantized graph: what no runtime reads leaves the file.

import { editEverywhere, runPasses, shareInitializers, type Graph, type Node } from "@tersor/core";
import { uniqueNames } from "../unique-names.ts";

/** Stack traces and module paths that exporters leave on every node: of no use once the graph has been rewritten. */
const EXPORTER_TRACE = /^pkg\.(torch|onnxscript)\./;

/** The graph without exporters' traces, with equal constants stored once and a name of its own for every node. */
export function finish(graph: Graph): Graph {
  return tidied(runPasses(graph, [shareInitializers]));
}

/** The same without looking at constants, for those that are costly to make. */
export function tidied(graph: Graph): Graph {
  const plain = editEverywhere(graph, (level) => {
    let changed = false;
    const nodes = level.nodes.map((node) => {
      const bare = withoutTraces(node);
      changed ||= bare !== node;
      return bare;
    });
    return changed ? { ...level, nodes } : level;
  });
  // Exporters name nodes after values, and so does quantizing: runtimes refuse two nodes with one name.
  return uniqueNames(plain);
}

function withoutTraces(node: Node): Node {
  const { metadata, ...rest } = node;
  const keys = Object.keys(metadata ?? {});
  if (!keys.some((key) => EXPORTER_TRACE.test(key))) return node;
  const kept = Object.fromEntries(
    Object.entries(metadata!).filter(([key]) => !EXPORTER_TRACE.test(key) && key !== "namespace"),
  );
  return Object.keys(kept).length > 0 ? { ...rest, metadata: kept } : rest;
}
