// In which numbers a node computes, read off the graph: integer operators by their names, QDQ operators by the
// DequantizeLinear nodes before them, the rest by the type of what they read.

import { isFloat, isInteger, type DataType, type Node, type Subgraph, type ValueType, type Weight } from "@tersor/core";

/** How a node computes. */
export type Precision =
  /** An integer operator (QLinearConv, MatMulInteger ...), or a float operator that reads only dequantized values. */
  | { readonly kind: "integer"; readonly dtype: DataType; readonly form: "operator" | "qdq" }
  /** Weights are integers, the arithmetic is float. */
  | { readonly kind: "weight-only"; readonly dtype: DataType }
  | { readonly kind: "float"; readonly dtype: DataType }
  /** Goes between float and integers (QuantizeLinear and its kin). */
  | { readonly kind: "conversion" }
  /** Computes on shapes, indices, truth values or strings, or its types are not known. */
  | { readonly kind: "other" };

/** What is known around a node. */
export interface Surroundings {
  producer(name: string): Node | undefined;
  weight(name: string): Weight["source"] | undefined;
  type(name: string): DataType | undefined;
}

const conversions: ReadonlySet<string> = new Set(["QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear"]);
const integerNames = /^(QLinear|QGemm$|QAttention$|QEmbed|QOrdered|DynamicQuantize|MatMulIntegerToFloat$)|Integer$/;
const packedWeights: ReadonlySet<string> = new Set(["MatMulNBits", "GatherBlockQuantized"]);

/** The precision of one node. */
export function precisionOf(node: Node, around: Surroundings): Precision {
  if (conversions.has(node.op)) return { kind: "conversion" };
  if (integerNames.test(node.op)) return { kind: "integer", dtype: integerWeight(node, around), form: "operator" };
  if (packedWeights.has(node.op)) return { kind: "weight-only", dtype: bitsOf(node) === 8 ? "uint8" : "uint4" };
  return precisionOfReads(node, around);
}

function precisionOfReads(node: Node, around: Surroundings): Precision {
  const reads = node.inputs.filter((name) => name !== "" && isFloatValue(name, around));
  const dequantized = reads.flatMap((name) => dequantizedFrom(name, around) ?? []);
  const ofWeights = dequantized.find(({ isWeight }) => isWeight);
  const chosen = ofWeights ?? dequantized[0];
  if (chosen && dequantized.length === reads.length) return { kind: "integer", dtype: chosen.dtype, form: "qdq" };
  if (ofWeights) return { kind: "weight-only", dtype: ofWeights.dtype };
  const dtype = [...reads, ...node.outputs].map((name) => around.type(name)).find((type) => type && isFloat(type));
  return dtype ? { kind: "float", dtype } : { kind: "other" };
}

/** Whether a value is float, as far as it is known; unknown values of DequantizeLinear are. */
function isFloatValue(name: string, around: Surroundings): boolean {
  const dtype = around.type(name);
  return dtype === undefined ? around.producer(name)?.op === "DequantizeLinear" : isFloat(dtype);
}

interface Dequantized {
  readonly dtype: DataType;
  readonly isWeight: boolean;
}

function dequantizedFrom(name: string, around: Surroundings): Dequantized | undefined {
  const node = around.producer(name);
  if (node?.op !== "DequantizeLinear") return undefined;
  const [data = "", , zeroPoint = ""] = node.inputs;
  const weight = around.weight(data);
  if (weight) return { dtype: weight.dtype, isWeight: true };
  return { dtype: around.type(data) ?? around.weight(zeroPoint)?.dtype ?? "uint8", isWeight: false };
}

/** Element type of the largest integer weight that the node reads; int8 when it reads none. */
function integerWeight(node: Node, around: Surroundings): DataType {
  const sources = node.inputs.flatMap((name) => around.weight(name) ?? []).filter(({ dtype }) => isInteger(dtype));
  return sources.sort((a, b) => b.sizeBytes - a.sizeBytes)[0]?.dtype ?? "int8";
}

function bitsOf(node: Node): number {
  const bits = node.attributes["bits"];
  return bits?.kind === "int" ? bits.value : 4;
}

/** Looks things up in one graph, with inferred types where there are any and those of the file elsewhere. */
export function surroundingsOf(graph: Subgraph, inferred: (name: string) => DataType | undefined): Surroundings {
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const stated = new Map([...graph.inputs, ...graph.outputs].map(({ name, type }) => [name, type]));
  return {
    producer: (name) => producers.get(name),
    weight: (name) => graph.weights.get(name)?.source,
    type: (name) =>
      graph.weights.get(name)?.source.dtype ?? inferred(name) ?? dtypeOf(stated.get(name) ?? graph.types.get(name)),
  };
}

function dtypeOf(type: ValueType | undefined): DataType | undefined {
  return type?.kind === "tensor" ? type.dtype : undefined;
}
