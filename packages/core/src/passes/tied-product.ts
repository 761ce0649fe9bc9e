// A table of embeddings that is the weight of the last layer, too, stays one weight: a MatMul reads it through a
// Transpose, which runtimes compute at every start and keep beside the table; a Gemm reads it as it is.
//   MatMul(x [b, s, n], Transpose(table [m, n]))  =  Reshape(Gemm(Reshape(x, [-1, n]), table, transB), [b, s, m])
// https://onnx.ai/onnx/operators/onnx__Gemm.html

import { productOfDims, type Dim } from "../graph/dim.ts";
import { attribute, nodeOf, type Graph, type Node } from "../graph/graph.ts";
import { int64s } from "./constants.ts";
import { isSame } from "./layout/permutation.ts";
import { permutationOf } from "./layout/region.ts";
import { currentNodes, editLevels, type DraftLevel } from "./levels.ts";
import type { Pass } from "./pass.ts";

/** Lets a product of a tensor of higher rank read a constant matrix as it is that other nodes read, too. */
export const tiedProduct: Pass = {
  name: "tiedProduct",
  run: (graph: Graph) => editLevels(graph, untieLevel),
};

function untieLevel(level: DraftLevel): void {
  if (level.opset < 15) return;
  for (const node of currentNodes(level.draft)) {
    const table = node.op === "MatMul" && node.domain === "" ? tableOf(node, level) : undefined;
    if (table !== undefined) replace(node, table, level);
  }
}

/** The constant matrix whose transposed form the node multiplies by. */
function tableOf(node: Node, level: DraftLevel): string | undefined {
  const { draft, constant, fact } = level;
  const x = fact(node.inputs[0]!);
  const transpose = draft.producer(node.inputs[1]!);
  const rank = fact(node.inputs[1]!)?.shape?.length;
  if (transpose?.op !== "Transpose" || transpose.domain !== "" || rank === undefined) return undefined;
  if (x?.dtype !== "float32" || x.shape === undefined || x.shape.length < 3 || x.shape.length < rank) return undefined;
  const axes = [...Array(rank).keys()];
  const permutation = permutationOf(transpose, level);
  if (!permutation || !isSame(permutation, [...axes.slice(0, -2), rank - 1, rank - 2])) return undefined;
  const table = withoutLeadingOnes(transpose.inputs[0]!, level);
  return constant(table)?.source.shape.length === 2 ? table : undefined;
}

/** What an Unsqueeze has put axes of one element before. */
function withoutLeadingOnes(name: string, { draft, fact }: DraftLevel): string {
  const maker = draft.producer(name);
  if (maker?.op !== "Unsqueeze" || maker.domain !== "") return name;
  const [from, to] = [fact(maker.inputs[0]!)?.shape, fact(name)?.shape];
  const isLeading = from && to && to.slice(to.length - from.length).every((dim, axis) => dim === from[axis]);
  return isLeading ? maker.inputs[0]! : name;
}

function replace(node: Node, table: string, { draft, fact, constant, learn }: DraftLevel): void {
  const [x, y] = [node.inputs[0]!, node.outputs[0]!];
  const [columns, rows] = constant(table)!.source.shape as readonly [number, number];
  const leading = fact(x)!.shape!.slice(0, -1);
  const [flat, product, sizes, shape] = ["flat", "product", "sizes", "shape"].map((part) =>
    draft.fresh(`${y}_${part}`),
  );
  const float = (dims: readonly Dim[]) => ({ kind: "tensor", dtype: "float32", shape: dims }) as const;
  learn(flat!, float([productOfDims(leading), rows]));
  learn(product!, float([productOfDims(leading), columns]));
  learn(sizes!, { kind: "tensor", dtype: "int64", shape: [leading.length] });
  learn(shape!, { kind: "tensor", dtype: "int64", shape: [leading.length + 1] });
  const names = { flat: int64s(draft, `${y}_rows`, [-1, rows]), last: int64s(draft, `${y}_columns`, [columns]) };
  draft.replace(
    node,
    nodeOf("Reshape", flat!, [x, names.flat], [flat!]),
    nodeOf("Gemm", node.name, [flat!, table], [product!], { transB: attribute.int(1) }),
    nodeOf("Shape", sizes!, [x], [sizes!], { end: attribute.int(-1) }),
    nodeOf("Concat", shape!, [sizes!, names.last], [shape!], { axis: attribute.int(0) }),
    nodeOf("Reshape", y, [product!, shape!], [y]),
  );
}
