// Finds operators of quantized models: quantizing their integers again would only add error.

import { subgraphsOf, type Graph, type Node, type Subgraph } from "@tersor/core";
import { alreadyQuantized } from "../errors.ts";

/** ONNX's own operators and those of com.microsoft that read or write quantized integers. */
const quantized =
  /^((Dynamic)?QuantizeLinear|DequantizeLinear|QLinear\w+|QGemm|QAttention|QOrdered\w+|MatMulInteger(ToFloat)?|ConvInteger|DynamicQuantize(MatMul|LSTM)|MatMulNBits|MatMulBnb4|GatherBlockQuantized)$/;

/** @throws QUANTIZE_ALREADY_QUANTIZED where any operator computes on or converts integers. */
export function assertFloat(graph: Graph): void {
  const found = quantizedNodes(graph);
  if (found.length > 0) throw alreadyQuantized(found.length, found[0]!.name);
}

function quantizedNodes(level: Subgraph): readonly Node[] {
  return level.nodes.flatMap((node) => [
    ...(isQuantized(node) ? [node] : []),
    ...subgraphsOf(node).flatMap(({ graph }) => quantizedNodes(graph)),
  ]);
}

function isQuantized({ domain, op }: Node): boolean {
  return (domain === "" || domain === "com.microsoft") && quantized.test(op);
}
