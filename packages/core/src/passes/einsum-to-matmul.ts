// An Einsum of a tensor with a weight is a matrix product, which is what gets quantized and what kernels are made for:
//   ibh,hnd->ibnd  =  Reshape(MatMul(x, w[h,nd]))        ibnd,hnd->ibh  =  MatMul(Reshape(x), w'[nd,h])
// The letters that are summed stand last in the tensor, those of the weight last in the result.
// (https://onnx.ai/onnx/operators/onnx__Einsum.html)

import { nodeOf, type Graph, type Node, type Weight } from "../graph/graph.ts";
import { dropped, extend } from "../graph/origin.ts";
import { reshapedSource, transposedSource } from "../tensor/layout.ts";
import { sourceOf } from "../tensor/source.ts";
import { int64, type Shape } from "../tensor/tensor.ts";
import { currentNodes, editLevels, type DraftLevel } from "./levels.ts";
import type { Pass } from "./pass.ts";

/** Writes Einsum with a constant second operand as MatMul. */
export const einsumToMatMul: Pass = {
  name: "einsumToMatMul",
  run: (graph: Graph) => editLevels(graph, (level) => rewriteLevel(level)),
};

/** The letters of an equation by what becomes of them. */
interface Letters {
  /** Of the tensor, in its order: kept, then summed. */
  readonly kept: string;
  readonly summed: string;
  /** Of the weight: as it stands, and those of the result. */
  readonly weight: string;
  readonly own: string;
}

function rewriteLevel(level: DraftLevel): void {
  for (const node of currentNodes(level.draft)) {
    const letters = node.op === "Einsum" && node.domain === "" ? lettersOf(node) : undefined;
    const weight = letters && level.draft.weight(node.inputs[1] ?? "");
    if (!letters || !weight || !level.constant(node.inputs[1]!)) continue;
    if (weight.source.dtype === "float32" && weight.source.shape.length === letters.weight.length)
      rewrite(node, letters, weight, level);
  }
}

function lettersOf(node: Node): Letters | undefined {
  const equation = node.attributes["equation"];
  const text = equation?.kind === "string" ? equation.value.replaceAll(" ", "") : "";
  const [, tensor = "", weight = "", result = ""] = /^([A-Za-z]+),([A-Za-z]+)->([A-Za-z]+)$/.exec(text) ?? [];
  const summed = [...tensor].filter((letter) => weight.includes(letter)).join("");
  const kept = tensor.slice(0, tensor.length - summed.length);
  const own = result.slice(kept.length);
  const isProduct =
    summed !== "" && own !== "" && tensor === kept + summed && result === kept + own && isUnique(kept + summed + own);
  return isProduct && sorted(weight) === sorted(summed + own) ? { kept, summed, weight, own } : undefined;
}

function isUnique(letters: string): boolean {
  return new Set(letters).size === letters.length;
}

function sorted(letters: string): string {
  return [...letters].sort().join("");
}

function rewrite(node: Node, { kept, summed, weight: order, own }: Letters, weight: Weight, level: DraftLevel): void {
  const { draft } = level;
  const [x = "", name = ""] = node.inputs;
  const [y = ""] = node.outputs;
  const sizeOf = (letter: string) => weight.source.shape[order.indexOf(letter)]!;
  const matrix = draft.onlyConsumer(name) === node ? name : draft.fresh(`${name}_matrix`);
  const nodes: Node[] = [];
  /** The kept dimensions are copied, which 0 stands for. */
  const reshape = (from: string, to: string, rest: readonly number[]) => {
    const shape = draft.fresh(`${to}_shape`);
    const sizes = [...kept].map(() => 0);
    const source = sourceOf(int64([sizes.length + rest.length], [...sizes, ...rest]));
    draft.setWeight(shape, { source, origin: dropped("it is the shape that a rewritten Einsum needs") });
    nodes.push(nodeOf("Reshape", draft.fresh(`${node.name}/Reshape`), [from, shape], [to]));
    return to;
  };
  const rows = summed.length > 1 ? reshape(x, draft.fresh(`${y}_rows`), [-1]) : x;
  const product = own.length > 1 ? draft.fresh(`${y}_product`) : y;
  nodes.push(nodeOf("MatMul", node.name, [rows, matrix], [product]));
  if (own.length > 1) reshape(product, y, [...own].map(sizeOf));
  draft.replace(node, nodes[0]!, ...nodes.slice(1));
  draft.setWeight(matrix, matrixOf(weight, order, summed, own));
}

/** The weight with the summed letters as rows and its own as columns. */
function matrixOf({ source, origin }: Weight, order: string, summed: string, own: string): Weight {
  const permutation = [...(summed + own)].map((letter) => order.indexOf(letter));
  const isInOrder = permutation.every((axis, at) => axis === at);
  const turned = isInOrder ? source : transposedSource(source, permutation);
  const to: Shape = [sizeOf(turned.shape.slice(0, summed.length)), sizeOf(turned.shape.slice(summed.length))];
  const steps = [
    ...(isInOrder ? [] : [{ kind: "transpose", permutation } as const]),
    ...(turned.shape.length === 2 ? [] : [{ kind: "reshape", from: turned.shape, to } as const]),
  ];
  return { source: turned.shape.length === 2 ? turned : reshapedSource(turned, to), origin: extend(origin, ...steps) };
}

function sizeOf(shape: Shape): number {
  return shape.reduce((product, dim) => product * dim, 1);
}
