// A product of a tensor of any rank with a matrix needs no change of shape in ONNX, where TensorFlow has one before and
// one behind it (Tensordot, on which Keras' Dense is built):
//   Reshape(x [b, s, n] -> [b*s, n]) -> MatMul(w) (-> Add(bias)) -> Reshape([b, s, m])   =   MatMul(x, w) (-> Add(bias))

import { sameDims, type Dim } from "../graph/dim.ts";
import type { Graph, Node } from "../graph/graph.ts";
import { smallNumbers } from "./constants.ts";
import { currentNodes, editLevels, type DraftLevel } from "./levels.ts";
import type { Pass } from "./pass.ts";

/** Takes products out of the changes of shape around them. */
export const reshapeAroundMatMul: Pass = {
  name: "reshapeAroundMatMul",
  run: (graph: Graph) => editLevels(graph, unwrapLevel),
};

function unwrapLevel(level: DraftLevel): void {
  for (const node of currentNodes(level.draft)) {
    const x = node.op === "MatMul" && node.domain === "" ? operandBefore(node, level) : undefined;
    if (x !== undefined) unwrap(node, x, level);
  }
}

/** What was made a matrix for the product: only its last axis counts for that. */
function operandBefore(node: Node, { draft, constant, fact }: DraftLevel): string | undefined {
  const maker = draft.producer(node.inputs[0]!);
  if (maker?.op !== "Reshape" || maker.domain !== "") return undefined;
  const [from, to] = [fact(maker.inputs[0]!)?.shape, fact(maker.outputs[0]!)?.shape];
  const isMatrix = to?.length === 2 && constant(node.inputs[1]!)?.source.shape.length === 2;
  const last = to?.at(-1);
  return isMatrix && from !== undefined && from.length > 2 && typeof last === "number" && from.at(-1) === last
    ? maker.inputs[0]
    : undefined;
}

function unwrap(product: Node, x: string, level: DraftLevel): void {
  const { draft, constant, fact, learn } = level;
  const values = throughBiases(product, level);
  const result = values.at(-1)!;
  const readers = draft.consumers(result);
  if (readers.length === 0 || draft.isOutput(result) || !readers.every((node) => setsShape(node, result, level)))
    return;
  const shape: readonly Dim[] = [...fact(x)!.shape!.slice(0, -1), constant(product.inputs[1]!)!.source.shape[1]!];
  const undone = readers.filter(({ outputs: [output] }) => {
    const after = fact(output!)?.shape;
    return after !== undefined && sameDims(after, shape) && !draft.isOutput(output!);
  });
  if (undone.length === 0 && !isForProducts(product.inputs[0]!, level)) return;
  draft.update(product, { inputs: [x, product.inputs[1]!] });
  // The values keep their names, and have another shape.
  const dtype = fact(x)?.dtype;
  for (const value of values) learn(value, { kind: "tensor", ...(dtype && { dtype }), shape });
  for (const reader of undone) {
    draft.redirect(reader.outputs[0]!, result);
    draft.remove(reader);
  }
}

/** Whether nothing but products reads the matrix, so that it is gone once all of them are taken out. */
function isForProducts(matrix: string, { draft, constant }: DraftLevel): boolean {
  const isProduct = (node: Node): boolean => node.op === "MatMul" && constant(node.inputs[1]!) !== undefined;
  return !draft.isOutput(matrix) && draft.consumers(matrix).every(isProduct);
}

/** The product, and the sums with each bias that is added to it: rows of numbers, which do not care for the other axes. */
function throughBiases(product: Node, { draft, constant }: DraftLevel): readonly string[] {
  const values = [product.outputs[0]!];
  let value = values[0]!;
  for (
    let next = draft.onlyConsumer(value);
    next?.op === "Add" && next.domain === "";
    next = draft.onlyConsumer(value)
  ) {
    const other = next.inputs.find((input) => input !== value);
    const shape = other === undefined ? undefined : constant(other)?.source.shape;
    if (shape === undefined || shape.length > 2 || shape.slice(0, -1).some((size) => size !== 1)) break;
    value = next.outputs[0]!;
    values.push(value);
  }
  return values;
}

/** A Reshape whose result does not depend on the shape that it is given. */
function setsShape(node: Node, value: string, { constant, fact }: DraftLevel): boolean {
  if (node.op !== "Reshape" || node.domain !== "" || node.inputs[0] !== value) return false;
  const target = node.inputs[1]!;
  const sizes = smallNumbers(constant(target)?.source) ?? fact(target)?.value?.data;
  // A size of 0 would be that of the input.
  return sizes !== undefined && Array.from(sizes).every((size) => size !== 0 && size !== null);
}
