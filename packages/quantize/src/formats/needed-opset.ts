// The version of ONNX's own operator set that a quantized graph needs: that of the operators it is written with, no later.

import { subgraphsOf, type DataType, type Graph, type Node, type Subgraph } from "@tersor/core";

/** The versions that brought the operators of quantized models. */
const introduced: ReadonlyMap<string, number> = new Map([
  ["QuantizeLinear", 10],
  ["DequantizeLinear", 10],
  ["QLinearConv", 10],
  ["MatMulInteger", 10],
  ["ConvInteger", 10],
  ["DynamicQuantizeLinear", 11],
]);
/** Scales per index of an axis. */
const PER_AXIS = 13;
/** 16-bit and 4-bit integers, and scales per block. */
const WIDE = 21;

const late: ReadonlySet<DataType> = new Set(["int16", "uint16", "int4", "uint4"]);

/** The earliest version that says what the graph says; at least the one it has. */
export function neededOpset(graph: Graph): number {
  return Math.max(graph.opsets.get("") ?? 0, neededBy(graph));
}

function neededBy(level: Subgraph): number {
  let needed = 0;
  for (const node of level.nodes) {
    if (node.domain === "") needed = Math.max(needed, versionOf(node, level));
    for (const { graph } of subgraphsOf(node)) needed = Math.max(needed, neededBy(graph));
  }
  return needed;
}

function versionOf(node: Node, { weights }: Subgraph): number {
  const version = introduced.get(node.op) ?? 0;
  if (node.op !== "QuantizeLinear" && node.op !== "DequantizeLinear") return version;
  const dtypes = node.inputs.map((name) => weights.get(name)?.source.dtype);
  if (node.attributes["block_size"] || dtypes.some((dtype) => dtype !== undefined && late.has(dtype))) return WIDE;
  return node.attributes["axis"] ? PER_AXIS : version;
}
