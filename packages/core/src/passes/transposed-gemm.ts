// Gemm multiplies transposed matrices as well, so a product of matrices needs no Transpose before it. A weight that is
// an embedding, too, stays one weight: MatMul(x, Transpose(table)) -> Gemm(x, table) with transB.
// https://onnx.ai/onnx/operators/onnx__Gemm.html

import { attribute, type Attribute, type Graph, type Node } from "../graph/graph.ts";
import { currentNodes, editLevels, type DraftLevel } from "./levels.ts";
import type { Pass } from "./pass.ts";

/** Lets products of matrices of rank 2 read what a Transpose reads. */
export const transposedGemm: Pass = {
  name: "transposedGemm",
  run: (graph: Graph) => editLevels(graph, mergeLevel),
};

function mergeLevel(level: DraftLevel): void {
  for (const node of currentNodes(level.draft)) if (isProduct(node, level)) merge(node, level);
}

function isProduct(node: Node, { fact }: DraftLevel): boolean {
  if (node.domain !== "" || (node.op !== "MatMul" && node.op !== "Gemm")) return false;
  const [a, b] = node.inputs.map((name) => fact(name));
  const isFloat = a?.dtype === "float32" || a?.dtype === "float64";
  return isFloat && a.shape?.length === 2 && b?.shape?.length === 2;
}

function merge(node: Node, { draft }: DraftLevel): void {
  const transposes = node.inputs.slice(0, 2).map((name) => {
    const maker = draft.producer(name);
    return maker?.op === "Transpose" && maker.domain === "" ? maker : undefined;
  });
  if (transposes.every((maker) => maker === undefined)) return;
  const attributes: Record<string, Attribute> = { ...node.attributes };
  ["transA", "transB"].forEach((name, i) => {
    if (transposes[i]) attributes[name] = attribute.int(isSet(node, name) ? 0 : 1);
  });
  const inputs = node.inputs.map((name, i) => transposes[i]?.inputs[0] ?? name);
  draft.update(node, { op: "Gemm", inputs, attributes });
  for (const maker of new Set(transposes)) if (maker && isUnread(maker, draft)) draft.remove(maker);
}

function isSet({ attributes }: Node, name: string): boolean {
  const value = attributes[name];
  return value?.kind === "int" && value.value !== 0;
}

function isUnread({ outputs: [name] }: Node, draft: DraftLevel["draft"]): boolean {
  return !draft.isOutput(name!) && draft.consumers(name!).length === 0;
}
