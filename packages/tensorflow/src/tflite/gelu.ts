// GELU written out becomes one operator: TensorFlow Lite has no Erf, but has GELU.

import { attribute, edit, gelus, nodeOf, quantizationPasses, runPasses, type Graph } from "@tersor/core";

/** The graph with every written-out GELU as com.microsoft's Gelu or FastGelu. */
export function fuseGelus(graph: Graph): Graph {
  const plain = runPasses(graph, quantizationPasses);
  const patterns = gelus(plain);
  if (patterns.length === 0) return plain;
  return edit(plain, (draft) => {
    for (const { kind, input, output, nodes } of patterns) {
      const last = nodes.find((node) => node.outputs[0] === output);
      if (last === undefined || !draft.has(last)) continue;
      const approximate = { approximate: attribute.string(kind === "tanh" ? "tanh" : "none") };
      draft.replace(last, nodeOf("Gelu", last.name, [input], [output], approximate, "com.microsoft"));
    }
  });
}
