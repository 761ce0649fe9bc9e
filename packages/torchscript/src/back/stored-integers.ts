// How a quantized graph stores a weight: its integers, and the scale and zero point that the operators behind it use.
// Read off the operators themselves, so any tool's QDQ, QOperator or IntegerOps model will do.

import { isInteger, type Graph, type Node, type TensorSource } from "@tersor/core";

/** An integer weight with its parameters; `axis` is that of the scales where there is more than one. */
export interface StoredIntegers {
  readonly scale: TensorSource;
  readonly zeroPoint?: TensorSource;
  readonly axis: number;
  /** Neighbours on `axis` that share a scale, for blocks; 0 otherwise. */
  readonly blockSize: number;
}

/** The parameters of an integer weight, or undefined where no operator says them. */
export function storedIntegers(graph: Graph, weight: string): StoredIntegers | undefined {
  const source = graph.weights.get(weight)?.source;
  if (!source || !isInteger(source.dtype)) return undefined;
  for (const node of readersOf(graph, weight)) {
    const found = readings.get(node.op)?.(graph, node, weight, source);
    if (found) return found;
  }
  return undefined;
}

type Reading = (graph: Graph, node: Node, weight: string, source: TensorSource) => StoredIntegers | undefined;

const readings: ReadonlyMap<string, Reading> = new Map<string, Reading>([
  [
    "DequantizeLinear",
    (graph, node) => fromInputs(graph, node, 1, 2, int(node, "axis", 1), int(node, "block_size", 0)),
  ],
  ["QLinearConv", (graph, node) => fromInputs(graph, node, 4, 5, 0)],
  ["QLinearMatMul", (graph, node, _, { shape }) => fromInputs(graph, node, 4, 5, shape.length - 1)],
  ["MatMulInteger", (graph, node, _, { shape }) => fromProduct(graph, node, shape.length - 1)],
  ["ConvInteger", (graph, node) => fromProduct(graph, node, 0)],
  ["Gather", fromTable],
  ["Transpose", (graph, node) => throughTranspose(graph, node)],
]);

function fromInputs(
  graph: Graph,
  node: Node,
  scaleAt: number,
  zeroAt: number,
  axis: number,
  blockSize = 0,
): StoredIntegers | undefined {
  const scale = constant(graph, node.inputs[scaleAt]);
  const zeroPoint = constant(graph, node.inputs[zeroAt]);
  return scale && { scale, ...(zeroPoint && { zeroPoint }), axis, blockSize };
}

/** x integers ── Cast ── Mul(activation scale × weight scale): the constant one is the weight's. */
function fromProduct(graph: Graph, node: Node, axis: number): StoredIntegers | undefined {
  const [mul] = readersOf(graph, node.outputs[0]!).flatMap((cast) => readersOf(graph, cast.outputs[0]!));
  const factors = mul?.inputs.map((name) => graph.nodes.find(({ outputs }) => outputs.includes(name)));
  const names = [
    ...(mul?.inputs ?? []),
    ...(factors ?? []).flatMap((maker) => (maker?.op === "Mul" ? maker.inputs : [])),
  ];
  const scale = names.map((name) => constant(graph, name)).find((found) => found !== undefined);
  const zeroPoint = constant(graph, node.inputs[3]);
  return scale && { scale, ...(zeroPoint && { zeroPoint }), axis, blockSize: 0 };
}

/** Rows of a table ── Cast ── Mul(scale, or the scales of the rows). */
function fromTable(graph: Graph, node: Node, weight: string): StoredIntegers | undefined {
  if (node.inputs[0] !== weight) return undefined;
  const [mul] = readersOf(graph, node.outputs[0]!).flatMap((cast) => readersOf(graph, cast.outputs[0]!));
  for (const name of mul?.inputs ?? []) {
    const rows = graph.nodes.find(({ op, outputs }) => op === "Gather" && outputs.includes(name));
    const scale = constant(graph, rows ? rows.inputs[0] : name);
    if (scale) return { scale, axis: 0, blockSize: 0 };
  }
  return undefined;
}

/** A tied matrix is stored once and turned for its second reader. */
function throughTranspose(graph: Graph, node: Node): StoredIntegers | undefined {
  for (const reader of readersOf(graph, node.outputs[0]!)) {
    if (reader.op === "MatMulInteger") return fromProduct(graph, reader, 0);
    if (reader.op === "DequantizeLinear") return fromInputs(graph, reader, 1, 2, 1 - int(reader, "axis", 1));
  }
  return undefined;
}

function readersOf(graph: Graph, name: string): readonly Node[] {
  return graph.nodes.filter(({ inputs }) => inputs.includes(name));
}

function constant(graph: Graph, name: string | undefined): TensorSource | undefined {
  return name === undefined || name === "" ? undefined : graph.weights.get(name)?.source;
}

function int(node: Node, name: string, otherwise: number): number {
  const value = node.attributes[name];
  return value?.kind === "int" ? value.value : otherwise;
}
