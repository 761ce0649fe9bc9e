// A constant that multiplies, divides, is added to or subtracted from the result of a Conv, ConvTranspose or Gemm, per
// channel, joins its weight and bias: a normalisation written out, as TensorFlow does where it is not fused, is none.

import type { Graph, Node } from "../graph/graph.ts";
import type { Shape } from "../tensor/tensor.ts";
import { channelAxisOf, floatsOf, foldAffine, type Affine } from "./fold-affine.ts";
import { currentNodes, editLevels, type DraftLevel } from "./levels.ts";
import type { Pass } from "./pass.ts";

/** Folds Mul, Div, Add and Sub of constants per channel into the operator before. */
export const foldScale: Pass = {
  name: "foldScale",
  run: (graph: Graph) => editLevels(graph, foldLevel),
};

function foldLevel(level: DraftLevel): void {
  for (const node of currentNodes(level.draft)) {
    if (node.domain !== "" || !["Mul", "Div", "Add", "Sub"].includes(node.op)) continue;
    const side = node.inputs.findIndex((name) => isFoldable(level.draft.producer(name), level));
    const maker = level.draft.producer(node.inputs[side] ?? "");
    const affine = maker && affineOf(node, side, maker, level);
    if (affine) foldAffine(maker, node, affine, level);
  }
}

/** An operator with a constant weight whose channels lie one by one, and whose result only one node reads. */
function isFoldable(node: Node | undefined, { draft, constant }: DraftLevel): boolean {
  const weight = node?.domain === "" ? constant(node.inputs[1] ?? "") : undefined;
  if (!node || !weight || draft.onlyConsumer(node.outputs[0]!) === undefined) return false;
  return channelAxisOf(node, weight.source.shape) !== undefined;
}

/** What the node does to each channel. `side` is the input that the operator makes. */
function affineOf(node: Node, side: number, maker: Node, level: DraftLevel): Affine | undefined {
  const name = node.inputs[1 - side]!;
  const shape = level.constant(name)?.source.shape;
  const weight = level.constant(maker.inputs[1]!)!.source.shape;
  const count = weight[channelAxisOf(maker, weight)!]!;
  const numbers = shape && isPerChannel(shape, count, weight.length) ? floatsOf(level.constant(name)) : undefined;
  const affine = numbers && ofOperator(node.op, side, (channel) => numbers[numbers.length === 1 ? 0 : channel]!, count);
  return affine?.factors.every(Number.isFinite) && affine.shifts.every(Number.isFinite) ? affine : undefined;
}

/** One number, or one for each channel, which is the second axis. */
function isPerChannel(shape: Shape, count: number, rank: number): boolean {
  const axis = shape.length - (rank - 1);
  return shape.length <= rank && shape.every((dim, i) => dim === 1 || (i === axis && dim === count));
}

function ofOperator(op: string, side: number, at: (channel: number) => number, count: number): Affine | undefined {
  const affine = (factor: (channel: number) => number, shift: (channel: number) => number): Affine => ({
    factors: Float32Array.from({ length: count }, (_, channel) => factor(channel)),
    shifts: Float64Array.from({ length: count }, (_, channel) => shift(channel)),
  });
  if (op === "Mul") return affine(at, () => 0);
  if (op === "Add") return affine(() => 1, at);
  if (op === "Sub")
    return side === 0
      ? affine(
          () => 1,
          (i) => -at(i),
        )
      : affine(() => -1, at);
  return side === 0
    ? affine(
        (i) => 1 / at(i),
        () => 0,
      )
    : undefined;
}
