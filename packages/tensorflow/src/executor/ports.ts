// Public inputs and outputs of a graph with the element types that it states.

import { dimOfName, type DataType, type Executable } from "@tersor/core";
import { dataTypeOf } from "../dtype.ts";
import type { TensorFlowGraph, TensorFlowInput, TensorFlowNode } from "../graphdef/graph.ts";
import type { NamedTensor } from "./protocol.ts";

/** Inputs and outputs as the host takes them. */
export function portsOf(graph: TensorFlowGraph): { inputs: readonly NamedTensor[]; outputs: readonly NamedTensor[] } {
  const makers = new Map(graph.nodes.map((node) => [node.name, node]));
  return {
    inputs: graph.inputs.map(({ name, tensor, dtype }) => named(name, tensor, dataTypeOf(dtype ?? ""))),
    outputs: graph.outputs.map(({ name, tensor }) => {
      const maker = makers.get(tensor.slice(0, tensor.lastIndexOf(":")));
      const given = graph.inputs.find((input) => input.tensor === tensor)?.dtype;
      return named(name, tensor, dataTypeOf(given ?? (maker && resultType(maker, tensor)) ?? ""));
    }),
  };
}

function named(name: string, tensor: string, dtype: DataType | undefined): NamedTensor {
  return { name, tensor, ...(dtype === undefined ? {} : { dtype }) };
}

/** Where the type of results is not that of the inputs: the type, or the attribute that states it and its default. */
const results: Readonly<Record<string, string | readonly [attribute: string, otherwise: string]>> = {
  ArgMax: ["output_type", "INT64"],
  ArgMin: ["output_type", "INT64"],
  Bucketize: "INT32",
  Cast: ["DstT", "FLOAT"],
  CropAndResize: "FLOAT",
  NonMaxSuppressionV2: "INT32",
  NonMaxSuppressionV3: "INT32",
  Range: ["Tidx", "INT32"],
  Rank: "INT32",
  ResizeBilinear: "FLOAT",
  Shape: ["out_type", "INT32"],
  Size: ["out_type", "INT32"],
  Where: "INT64",
};

/** Indices and counts that operations give beside values. */
const beside: Readonly<Record<string, readonly number[]>> = {
  NonMaxSuppressionV4: [0, 1],
  NonMaxSuppressionV5: [0, 2],
  TopKV2: [1],
};

/** TensorFlow's type of a node's result; undefined where nothing states it. */
function resultType({ op, attributes }: TensorFlowNode, tensor: string): string | undefined {
  const type = (name: string) => {
    const attribute = attributes[name];
    return attribute?.kind === "type" ? attribute.value : undefined;
  };
  if (beside[op]?.includes(Number(tensor.slice(tensor.lastIndexOf(":") + 1)))) return "INT32";
  const result = results[op];
  if (result === undefined) return type("T") ?? type("dtype") ?? type("Tparams");
  return typeof result === "string" ? result : (type(result[0]) ?? result[1]);
}

type Ports = Pick<Executable, "inputs" | "outputs">;

/** Inputs and outputs as an executable states them. A size that is not known is "?" and its axis: equal to no other. */
export function signatureOf(graph: TensorFlowGraph): Ports {
  const { outputs } = portsOf(graph);
  return {
    inputs: graph.inputs.map((input) => ({ name: input.name, type: inputType(input) })),
    outputs: outputs.map(({ name, dtype }) => ({
      name,
      type: { kind: "tensor", ...(dtype === undefined ? {} : { dtype }) },
    })),
  };
}

function inputType({ dtype, shape }: TensorFlowInput): Ports["inputs"][number]["type"] {
  const element = dtype === undefined ? undefined : dataTypeOf(dtype);
  const dims = shape?.map((size, axis) => (size < 0 ? dimOfName(`?${axis}`) : size));
  return { kind: "tensor", ...(element && { dtype: element }), ...(dims && { shape: dims }) };
}
