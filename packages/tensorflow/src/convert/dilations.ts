// A convolution between SpaceToBatchND and BatchToSpaceND is a dilated one written out: as such it is one node.
//
//   SpaceToBatchND(block d, paddings p) -> [ExpandDims] -> Conv2D VALID -> [Squeeze] -> BatchToSpaceND(block d, crops c)
//   is a Conv2D with dilations d, padded by p - c.

import { numbersOf } from "@tersor/core";
import type { TensorFlowAttribute, TensorFlowFunction, TensorFlowNode } from "../graphdef/graph.ts";

/** What one pass over the nodes needs to know of them. */
interface Level {
  readonly nodes: ReadonlyMap<string, TensorFlowNode>;
  /** How often each tensor is read. */
  readonly reads: ReadonlyMap<string, number>;
}

/** The nodes from the first of a chain to its last, all read once and by the next. */
interface Chain {
  readonly into: TensorFlowNode;
  readonly inner: readonly TensorFlowNode[];
  readonly back: TensorFlowNode;
}

/** The same graph or function with its dilated convolutions made one node each; itself where there are none. */
export function mergeDilations<T extends TensorFlowFunction>(graph: T): T {
  const level = levelOf(graph);
  const chains = graph.nodes.flatMap((node) => (node.op === "BatchToSpaceND" ? (chainOf(node, level) ?? []) : []));
  const merged = chains.flatMap((chain) => mergedChain(chain, level) ?? []);
  if (merged.length === 0) return graph;
  const replaced = new Map(merged.flatMap(({ nodes }) => nodes.map((node) => [node.name, node] as const)));
  const gone = new Set(merged.flatMap(({ gone: names }) => names));
  const nodes = graph.nodes.flatMap((node) => (gone.has(node.name) ? [] : [replaced.get(node.name) ?? node]));
  return { ...graph, nodes };
}

function levelOf({ nodes, outputs }: TensorFlowFunction): Level {
  const reads = new Map<string, number>();
  const all = [...nodes.flatMap(({ inputs }) => inputs), ...outputs.map(({ tensor }) => tensor)];
  for (const tensor of all) reads.set(tensor, (reads.get(tensor) ?? 0) + 1);
  return { nodes: new Map(nodes.map((node) => [node.name, node])), reads };
}

function maker(tensor: string | undefined, { nodes }: Level): TensorFlowNode | undefined {
  return tensor?.endsWith(":0") ? nodes.get(tensor.slice(0, -2)) : undefined;
}

const convolutions: readonly string[] = ["Conv2D", "DepthwiseConv2dNative"];
/** What makes an image of one row of a sequence, and a sequence of it again. */
const around: readonly string[] = ["ExpandDims", "Squeeze"];

function chainOf(back: TensorFlowNode, level: Level): Chain | undefined {
  const inner: TensorFlowNode[] = [];
  let node = onlyMaker(back, level);
  // No chain is longer, however long the file makes one.
  while (node !== undefined && inner.length < 3 && (convolutions.includes(node.op) || around.includes(node.op))) {
    inner.unshift(node);
    node = onlyMaker(node, level);
  }
  const kinds = inner.map(({ op }) => (convolutions.includes(op) ? "conv" : op)).join();
  const isChain = kinds === "conv" || kinds === "ExpandDims,conv,Squeeze";
  return isChain && node?.op === "SpaceToBatchND" ? { into: node, inner, back } : undefined;
}

/** What makes the first input, where nothing else reads that. */
function onlyMaker({ inputs }: TensorFlowNode, level: Level): TensorFlowNode | undefined {
  return level.reads.get(inputs[0] ?? "") === 1 ? maker(inputs[0], level) : undefined;
}

interface Merged {
  readonly nodes: readonly TensorFlowNode[];
  readonly gone: readonly string[];
}

/** The chain without its ends: its last node takes the name of the end, for those who read it. */
function mergedChain({ into, inner, back }: Chain, level: Level): Merged | undefined {
  const [block, crops] = [constant(back.inputs[1], level), constant(back.inputs[2], level)];
  const [ownBlock, pads] = [constant(into.inputs[1], level), constant(into.inputs[2], level)];
  if (!block || !crops || !pads || block.join() !== ownBlock?.join()) return undefined;
  const edges = pads.map((pad, i) => pad - (crops[i] ?? 0));
  const rows = inner.length === 1 ? 2 : 1;
  if (block.length !== rows || edges.length !== 2 * rows || edges.some((edge) => edge < 0)) return undefined;
  const filled = rows === 2 ? { dilations: block, edges } : { dilations: [1, ...block], edges: [0, 0, ...edges] };
  const changed = inner.map((node) => (convolutions.includes(node.op) ? dilated(node, filled) : node));
  if (!changed.every((node) => node !== undefined)) return undefined;
  return joined(changed, into, back);
}

function joined(inner: readonly TensorFlowNode[], into: TensorFlowNode, back: TensorFlowNode): Merged {
  const last = inner.length - 1;
  const nodes = inner.map((node, i) => ({
    ...node,
    name: i === last ? back.name : node.name,
    inputs: i === 0 ? [into.inputs[0]!, ...node.inputs.slice(1)] : node.inputs,
  }));
  return { nodes, gone: [into.name, inner[last]!.name] };
}

/** A convolution that takes each place and is not padded, with dilations and paddings of its own. */
function dilated(
  node: TensorFlowNode,
  { dilations, edges }: { readonly dilations: readonly number[]; readonly edges: readonly number[] },
): TensorFlowNode | undefined {
  const { attributes } = node;
  const isOnes = (name: string): boolean => {
    const list = attributes[name];
    return list === undefined || (list.kind === "ints" && list.value.every((entry) => entry === 1));
  };
  const format = attributes["data_format"]?.value ?? "NHWC";
  if (attributes["padding"]?.value !== "VALID" || format !== "NHWC" || !isOnes("strides") || !isOnes("dilations"))
    return undefined;
  const changed: Readonly<Record<string, TensorFlowAttribute>> = {
    ...attributes,
    padding: { kind: "string", value: "EXPLICIT" },
    explicit_paddings: { kind: "ints", value: [0, 0, ...edges, 0, 0] },
    dilations: { kind: "ints", value: [1, ...dilations, 1] },
  };
  return { ...node, attributes: changed };
}

function constant(tensor: string | undefined, level: Level): readonly number[] | undefined {
  const node = maker(tensor, level);
  const value = node?.op === "Const" ? node.attributes["value"] : undefined;
  return value?.kind === "tensor" ? Array.from(numbersOf(value.value.tensor())) : undefined;
}
