// The mean over all spatial axes is a GlobalAveragePool, which runtimes have in INT8 as well; a ReduceMean they have not.
// https://onnx.ai/onnx/operators/onnx__GlobalAveragePool.html

import { nodeOf, type Graph, type Node } from "../graph/graph.ts";
import { int64s, smallNumbers } from "./constants.ts";
import { currentNodes, editLevels, type DraftLevel } from "./levels.ts";
import type { Pass } from "./pass.ts";

/** Turns ReduceMean over the spatial axes of an image [n, c, h, w] into GlobalAveragePool, with a Squeeze if need be. */
export const meanToPool: Pass = {
  name: "meanToPool",
  run: (graph: Graph) => editLevels(graph, poolLevel),
};

function poolLevel(level: DraftLevel): void {
  for (const node of currentNodes(level.draft)) if (isSpatialMean(node, level)) pool(node, level);
}

function isSpatialMean(node: Node, { fact, constant, opset }: DraftLevel): boolean {
  if (node.op !== "ReduceMean" || node.domain !== "") return false;
  const x = fact(node.inputs[0]!);
  const given = node.attributes["axes"];
  const axes = given?.kind === "ints" ? given.value : smallNumbers(constant(node.inputs[1] ?? "")?.source);
  const isImage = x?.dtype === "float32" && x.shape?.length === 4 && opset >= 13;
  return (
    isImage &&
    axes !== undefined &&
    [...new Set(Array.from(axes, (axis) => (axis + 4) % 4))].toSorted().join() === "2,3"
  );
}

function pool(node: Node, { draft, fact, learn }: DraftLevel): void {
  const keep = node.attributes["keepdims"];
  const inputs = node.inputs.slice(0, 1);
  if (keep?.kind !== "int" || keep.value !== 0) {
    draft.update(node, { op: "GlobalAveragePool", inputs, attributes: {} });
    return;
  }
  const [output] = node.outputs;
  const pooled = draft.fresh(`${output!}_pooled`);
  const axes = int64s(draft, `${output!}_axes`, [2, 3]);
  const shape = fact(node.inputs[0]!)!.shape!;
  learn(pooled, { kind: "tensor", dtype: "float32", shape: [...shape.slice(0, 2), 1, 1] });
  const squeeze = nodeOf("Squeeze", `${node.name}_squeeze`, [pooled, axes], [output!]);
  draft.replace(node, { ...node, op: "GlobalAveragePool", inputs, outputs: [pooled], attributes: {} }, squeeze);
}
