// Products u8 x s8 in a quantized graph, as kernels without VNNI see them: columns of signed weights, neighbours in the
// order of the sum paired. Found in Q/DQ graphs (float operators between DequantizeLinear) and at MatMulInteger.

import { float32Of, type DataType, type Graph, type Node, type TensorSource } from "@tersor/core";
import { intAttribute } from "../formats/attributes.ts";

/** A product of an unsigned activation and signed weights. */
export interface Product {
  readonly node: Node;
  /** The integers of the activation, and its zero point, by name. */
  readonly data: string;
  readonly zeroPoint: string;
  /** One column of `depth` weights per output channel, in the order in which kernels sum. */
  readonly columns: Int8Array;
  readonly depth: number;
  /** What a sum of 1 is in the output: both scales, per column; ones where the output is integer. */
  readonly unit: Float32Array;
  /** Shape of the kernel of a convolution: input channels, then the spatial sizes. */
  readonly kernel?: readonly number[];
}

/** The products of the main graph. Grouped convolutions and weights of more than two axes pair nothing, or elsewhere. */
export function productsOf(graph: Graph): readonly Product[] {
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const find: Finder = {
    producer: (name) => (name === undefined ? undefined : producers.get(name)),
    weight: (name) => (name === undefined ? undefined : graph.weights.get(name)?.source),
  };
  return graph.nodes.flatMap((node) => productOf(node, find) ?? []);
}

interface Finder {
  producer(name: string | undefined): Node | undefined;
  weight(name: string | undefined): TensorSource | undefined;
}

function productOf(node: Node, find: Finder): Product | undefined {
  if (node.domain !== "") return undefined;
  switch (node.op) {
    case "MatMulInteger":
      return integerProduct(node, find);
    case "MatMul":
    case "Gemm":
    case "Conv":
      return pairedProduct(node, find);
    default:
      return undefined;
  }
}

function integerProduct(node: Node, find: Finder): Product | undefined {
  const [data = "", weightName, zeroPoint = "", weightZero = ""] = node.inputs;
  const weight = matrix(weightName, find);
  if (find.producer(data)?.op !== "DynamicQuantizeLinear" || !weight || weightZero !== "") return undefined;
  const { columns, depth } = weight;
  return { node, data, zeroPoint, columns, depth, unit: new Float32Array(columns.length / depth).fill(1) };
}

/** A float operator between an activation and a weight that both come out of DequantizeLinear. */
function pairedProduct(node: Node, find: Finder): Product | undefined {
  const [left, right] = [find.producer(node.inputs[0]), find.producer(node.inputs[1])];
  if (left?.op !== "DequantizeLinear" || right?.op !== "DequantizeLinear") return undefined;
  const [data = "", scaleName, zeroPoint = ""] = left.inputs;
  const scale = find.weight(scaleName);
  const weightScale = find.weight(right.inputs[1]);
  if (dtypeOf(zeroPoint, find) !== "uint8" || !scale || !weightScale || intAttribute(node, "transA", 0))
    return undefined;
  const weight =
    node.op === "Conv" ? convolution(node, right.inputs[0], find) : plainMatrix(node, right.inputs[0], find);
  if (!weight) return undefined;
  const { columns, depth, kernel } = weight;
  const unit = unitsOf(float32Of(scale.tensor())[0]!, float32Of(weightScale.tensor()), columns.length / depth);
  return unit && { node, data, zeroPoint, columns, depth, unit, ...(kernel && { kernel }) };
}

function unitsOf(activation: number, weights: Float32Array, count: number): Float32Array | undefined {
  if (weights.length !== 1 && weights.length !== count) return undefined;
  return Float32Array.from({ length: count }, (_, c) => activation * weights[weights.length === 1 ? 0 : c]!);
}

function dtypeOf(name: string, find: Finder): DataType | undefined {
  return find.weight(name)?.dtype;
}

interface Columns {
  readonly columns: Int8Array;
  readonly depth: number;
  readonly kernel?: readonly number[];
}

/** [depth, count] as columns; a tied weight may stand behind a Transpose. */
function matrix(name: string | undefined, find: Finder, transposed = false): Columns | undefined {
  const behind = find.producer(name);
  if (behind?.op === "Transpose") return matrix(behind.inputs[0], find, !transposed);
  const weight = find.weight(name);
  if (weight?.dtype !== "int8" || weight.shape.length !== 2) return undefined;
  const values = weight.tensor().data as Int8Array;
  const [rows, count] = weight.shape as [number, number];
  if (transposed) return { columns: values, depth: count };
  const columns = new Int8Array(values.length);
  for (let k = 0; k < rows; k++) for (let n = 0; n < count; n++) columns[n * rows + k] = values[k * count + n]!;
  return { columns, depth: rows };
}

function plainMatrix(node: Node, name: string | undefined, find: Finder): Columns | undefined {
  return matrix(name, find, node.op === "Gemm" && intAttribute(node, "transB", 0) !== 0);
}

/** [out, in, …taps] in the order of channels-last kernels: taps outside, input channels inside. */
function convolution(node: Node, name: string | undefined, find: Finder): Columns | undefined {
  const weight = find.weight(name);
  if (weight?.dtype !== "int8" || intAttribute(node, "group", 1) !== 1) return undefined;
  const padding = node.attributes["auto_pad"];
  if (padding?.kind === "string" && padding.value !== "NOTSET" && padding.value !== "VALID") return undefined;
  const [count, channels, ...spatial] = weight.shape as [number, number, ...number[]];
  const taps = spatial.reduce((a, b) => a * b, 1);
  const values = weight.tensor().data as Int8Array;
  const columns = new Int8Array(values.length);
  for (let o = 0, from = 0; o < count; o++)
    for (let c = 0; c < channels; c++)
      for (let t = 0; t < taps; t++, from++) columns[(o * taps + t) * channels + c] = values[from]!;
  return { columns, depth: channels * taps, kernel: [channels, ...spatial] };
}
