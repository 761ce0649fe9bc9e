// Zeros in front of a MaxPool that may see negative values. onnxruntime up to 1.31 takes a Pad of exactly zero into the
// MaxPool behind it, where -infinity is padded: ResNet50V2 would come out wrong. The smallest normal float is not taken.

import { dropped, edit, sourceOf, float32, type Graph, type GraphDraft, type Node, type Pass } from "@tersor/core";

/** 2^-126: what it stands for differs from zero by less than any value can tell. */
const NEARLY_ZERO = 2 ** -126;

/** Pads in front of a MaxPool get a value that is not exactly zero. */
export const guardPaddedPooling: Pass = {
  name: "guardPaddedPooling",
  run: (graph: Graph) => edit(graph, guard),
};

function guard(draft: GraphDraft): void {
  for (const node of draft.nodes()) {
    if (node.op !== "Pad" || node.domain !== "" || !isZero(node)) continue;
    const readers = draft.consumers(node.outputs[0]!);
    if (!readers.some(({ op, domain }) => op === "MaxPool" && domain === "")) continue;
    const name = draft.fresh(`${node.name}/value`);
    const origin = dropped("it is a constant of the conversion");
    draft.setWeight(name, { source: sourceOf(float32([], [NEARLY_ZERO])), origin });
    draft.update(node, { inputs: [node.inputs[0]!, node.inputs[1]!, name] });
  }
}

/** Rules leave the value out where it is zero. */
function isZero({ inputs, attributes }: Node): boolean {
  const { mode } = attributes;
  return inputs.length === 2 && (mode?.kind !== "string" || mode.value === "constant");
}
