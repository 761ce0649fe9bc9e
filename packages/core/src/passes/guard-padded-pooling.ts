// Zeros in front of a MaxPool that may see negative values. onnxruntime up to 1.31 takes a Pad of exactly zero into the
// MaxPool behind it, where -infinity is padded: ResNet50V2 would come out wrong. The smallest normal float is not taken.

import { dropped } from "../graph/origin.ts";
import type { Graph, Node } from "../graph/graph.ts";
import type { DataType } from "../tensor/dtype.ts";
import { sourceOf } from "../tensor/source.ts";
import { tensorFromNumbers } from "../tensor/tensor.ts";
import { singleNumber } from "./constants.ts";
import { editLevels, type DraftLevel } from "./levels.ts";
import type { Pass } from "./pass.ts";

/** Differs from zero by less than a value can tell; onnxruntime compares it as a float32. */
const nearlyZero = new Map<DataType, number>([
  ["float16", 2 ** -24],
  ["float32", 2 ** -126],
  ["float64", 2 ** -126],
]);

/** Pads in front of a MaxPool get a value that is not exactly zero. */
export const guardPaddedPooling: Pass = {
  name: "guardPaddedPooling",
  run: (graph: Graph) => editLevels(graph, guard),
};

function guard(level: DraftLevel): void {
  const { draft } = level;
  for (const node of draft.nodes()) {
    if (node.op !== "Pad" || node.domain !== "" || !isZero(node, level)) continue;
    const readers = draft.consumers(node.outputs[0]!);
    if (readers.some(({ op, domain }) => op === "MaxPool" && domain === "")) padWithAlmostZero(node, level);
  }
}

function padWithAlmostZero(node: Node, { draft, fact }: DraftLevel): void {
  const [data, pads, , ...axes] = node.inputs;
  const dtype = fact(data!)?.dtype;
  const value = dtype && nearlyZero.get(dtype);
  if (value === undefined) return;
  const name = draft.fresh(`${node.name}/value`);
  const origin = dropped("it is what a Pad before a MaxPool adds instead of zero");
  draft.setWeight(name, { source: sourceOf(tensorFromNumbers(dtype!, [], [value])), origin });
  draft.update(node, { inputs: [data!, pads!, name, ...axes] });
}

/** Versions before 11 have no input for the value; onnxruntime 1.31 doesn't read them any more. */
function isZero({ inputs, attributes: { mode } }: Node, { constant, opset }: DraftLevel): boolean {
  if (opset < 11 || (mode?.kind === "string" && mode.value !== "constant")) return false;
  const [, , value = ""] = inputs;
  return value === "" || singleNumber(constant(value)?.source) === 0;
}
