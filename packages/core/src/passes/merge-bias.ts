// A constant per channel that is added to the result of a Conv, Gemm or MatMul is its bias:
//   Conv + Add[C,1,1] -> Conv with bias      Gemm + Add[N] -> Gemm with C      MatMul + Add[N] -> Gemm, rank 2 only
// A MatMul of higher rank stays with its Add, because ONNX has no such operator with a bias; `biasAddOf` finds the pair.

import type { GraphDraft } from "../graph/edit.ts";
import { attribute, type Graph, type Node, type Weight } from "../graph/graph.ts";
import { extend } from "../graph/origin.ts";
import { reshapedSource } from "../tensor/layout.ts";
import type { Shape } from "../tensor/tensor.ts";
import { currentNodes, editLevels, type DraftLevel } from "./levels.ts";
import type { Pass } from "./pass.ts";

/** Moves constants per channel that are added to the result of Conv, Gemm and MatMul into the operator. */
export const mergeBias: Pass = {
  name: "mergeBias",
  run: (graph: Graph) => editLevels(graph, mergeLevel),
};

/** An Add of one constant per output channel behind a node. */
export interface BiasAdd {
  readonly add: Node;
  /** Name of the weight that is added. */
  readonly bias: string;
  /** Which input of the Add it is. */
  readonly input: 0 | 1;
}

/**
 * The Add that gives a node (Conv, ConvTranspose, Gemm, MatMul) its bias: the only reader of its output, and its other
 * input a weight of this level with one element per output channel. `rank` is that of the output; only Conv and its
 * kin need it, and take it from their weight when it is left out.
 */
export function biasAddOf(draft: GraphDraft, node: Node, rank?: number): BiasAdd | undefined {
  const [output = ""] = node.outputs;
  const add = draft.onlyConsumer(output);
  if (add?.op !== "Add" || add.domain !== "") return undefined;
  const input = add.inputs[0] === output ? 1 : 0;
  const bias = add.inputs[input] ?? "";
  const shape = draft.weight(bias)?.source.shape;
  const channels = channelsOf(draft, node, rank);
  if (!shape || !channels || bias === output || !isPerChannel(shape, channels)) return undefined;
  return { add, bias, input };
}

/** Number of output channels, and where their axis lies in the output, counted from its end. */
interface Channels {
  readonly count: number;
  readonly fromEnd: number;
}

function channelsOf(draft: GraphDraft, node: Node, rank: number | undefined): Channels | undefined {
  const shape = draft.weight(node.inputs[1] ?? "")?.source.shape;
  if (!shape || node.domain !== "") return undefined;
  const { transB, group } = node.attributes;
  switch (node.op) {
    case "Conv":
      return channels(shape[0], (rank ?? shape.length) - 1);
    case "ConvTranspose":
      return channels(shape[1]! * (group?.kind === "int" ? group.value : 1), (rank ?? shape.length) - 1);
    case "Gemm":
      return channels(shape[transB?.kind === "int" && transB.value !== 0 ? 0 : 1], 1);
    case "MatMul":
      return shape.length < 2 ? undefined : channels(shape.at(-1), 1);
    default:
      return undefined;
  }
}

function channels(count: number | undefined, fromEnd: number): Channels | undefined {
  return count === undefined || !Number.isInteger(count) ? undefined : { count, fromEnd };
}

/** All dimensions are 1 but that of the channels, and there are no more of them than the output has. */
function isPerChannel(shape: Shape, { count, fromEnd }: Channels): boolean {
  const axis = shape.length - fromEnd;
  const elsewhere = shape.every((dim, index) => index === axis || dim === 1);
  return elsewhere && (shape[axis] ?? 1) === count && shape.length <= Math.max(2, fromEnd + 1);
}

function mergeLevel(level: DraftLevel): void {
  for (const node of currentNodes(level.draft)) {
    const found = takesBias(node, level) ? biasAddOf(level.draft, node) : undefined;
    if (found && level.constant(found.bias)) merge(node, found, level.draft);
  }
}

/** Whether the node can hold a bias and has none yet. */
function takesBias(node: Node, { fact }: DraftLevel): boolean {
  if (node.op !== "MatMul") return (node.inputs[2] ?? "") === "";
  const [a, b] = node.inputs.map((name) => fact(name));
  const isFloat = a?.dtype === "float32" || a?.dtype === "float64";
  return isFloat && a.shape?.length === 2 && b?.shape?.length === 2;
}

function merge(node: Node, { add, bias }: BiasAdd, draft: GraphDraft): void {
  const name = vectorOf(draft, bias, add);
  const { beta: _, ...attributes } = node.attributes;
  draft.remove(add);
  draft.update(node, {
    ...(node.op === "MatMul" && { op: "Gemm" }),
    inputs: [node.inputs[0]!, node.inputs[1]!, name],
    outputs: add.outputs,
    attributes: node.op === "Gemm" ? { ...attributes, beta: attribute.float(1) } : node.attributes,
  });
}

/** The bias as a vector: itself, or a copy without the dimensions of 1. */
function vectorOf(draft: GraphDraft, name: string, reader: Node): string {
  const { source, origin }: Weight = draft.weight(name)!;
  if (source.shape.length === 1) return name;
  const to = [source.shape.reduce((product, dim) => product * dim, 1)];
  const own = draft.onlyConsumer(name) === reader ? name : draft.fresh(`${name}_vector`);
  draft.setWeight(own, {
    source: reshapedSource(source, to),
    origin: extend(origin, { kind: "reshape", from: source.shape, to }),
  });
  return own;
}
