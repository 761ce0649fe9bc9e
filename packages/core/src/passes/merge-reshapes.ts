// Changes of shape in a row are one, and a shape that is known but for one size needs no computing:
//   Reshape + Squeeze -> Reshape      Reshape(x, Concat(Gather(Shape x) ...)) -> Reshape(x, [0, -1, 64])
// A Transpose that moves only axes of one element is such a change, too.

import { boundsOfDim, sameDim, type Dim } from "../graph/dim.ts";
import type { Graph, Node } from "../graph/graph.ts";
import { int64s } from "./constants.ts";
import { keepsElements } from "./layout/permutation.ts";
import { permutationOf } from "./layout/region.ts";
import { currentNodes, editLevels, type DraftLevel } from "./levels.ts";
import type { Pass } from "./pass.ts";

const changesOfShape: ReadonlySet<string> = new Set(["Reshape", "Squeeze", "Unsqueeze", "Flatten"]);

/** Leaves one Reshape of a chain of them, with a constant shape where inference proves one. */
export const mergeReshapes: Pass = {
  name: "mergeReshapes",
  run: (graph: Graph) => editLevels(graph, mergeLevel),
};

function mergeLevel(level: DraftLevel): void {
  for (const node of currentNodes(level.draft)) {
    if (node.domain !== "" || !level.draft.has(node)) continue;
    if (changesOfShape.has(node.op)) mergeChain(node, level);
    else if (node.op === "Transpose" && movesNothing(node, level)) reshapeInstead(node, node.inputs[0]!, level);
  }
}

/** Takes in the nodes before as far as only this one reads them. */
function mergeChain(node: Node, level: DraftLevel): void {
  const { draft, constant } = level;
  const taken: Node[] = [];
  let input = node.inputs[0]!;
  for (let maker = draft.producer(input); maker && changes(maker, level); maker = draft.producer(input)) {
    if (draft.onlyConsumer(input) === undefined) break;
    taken.push(maker);
    input = maker.inputs[0]!;
  }
  const isComputed = node.op === "Reshape" && !constant(node.inputs[1]!);
  if (taken.length === 0 && !isComputed) return;
  if (reshapeInstead(node, input, level)) for (const maker of taken) draft.remove(maker);
}

function changes(node: Node, level: DraftLevel): boolean {
  if (node.domain !== "") return false;
  return changesOfShape.has(node.op) || (node.op === "Transpose" && movesNothing(node, level));
}

function movesNothing(node: Node, level: DraftLevel): boolean {
  const shape = level.fact(node.inputs[0]!)?.shape;
  const permutation = permutationOf(node, level);
  return shape?.length === permutation?.length && shape !== undefined && keepsElements(shape, permutation!);
}

/** Makes the node a Reshape of `input` with a constant shape, where one is known. */
function reshapeInstead(node: Node, input: string, { draft, fact }: DraftLevel): boolean {
  const [from, to] = [fact(input)?.shape, fact(node.outputs[0]!)?.shape];
  const target = from && to && targetOf(from, to);
  if (!target) return false;
  const shape = int64s(draft, `${node.outputs[0]!}_shape`, target);
  draft.update(node, { op: "Reshape", inputs: [input, shape], attributes: {} });
  return true;
}

/** Sizes for Reshape: 0 for one that the input has on the same axis, -1 for the one that is left. */
function targetOf(from: readonly Dim[], to: readonly Dim[]): readonly number[] | undefined {
  const sizes = to.map((dim, axis) => (typeof dim === "number" ? dim : sameAt(from, axis, dim) ? 0 : -1));
  // A size of zero would be taken for that of the input, and leave -1 without a meaning.
  const open = sizes.filter((size) => size === -1).length;
  const mayBeEmpty = sizes.some((size, axis) => size === 0 && boundsOfDim(to[axis]!)[0] < 1);
  return to.includes(0) || open > 1 || (open === 1 && mayBeEmpty) ? undefined : sizes;
}

function sameAt(from: readonly Dim[], axis: number, dim: Dim): boolean {
  return from[axis] !== undefined && sameDim(from[axis], dim);
}
