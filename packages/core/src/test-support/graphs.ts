// Small graphs for tests, said in a line each. Not part of the public surface.

import {
  nodeOf,
  type Graph,
  type Node,
  type Subgraph,
  type Value,
  type ValueType,
  type Weight,
} from "../graph/graph.ts";
import type { Dim } from "../graph/dim.ts";
import { originOf } from "../graph/origin.ts";
import type { DataType } from "../tensor/dtype.ts";
import { sourceOf } from "../tensor/source.ts";
import { tensorFromNumbers, type Tensor } from "../tensor/tensor.ts";

/** Shapes of float32 values, or whole types. */
type Typed = Readonly<Record<string, readonly Dim[] | ValueType>>;

export interface GraphSpec {
  readonly inputs: readonly string[] | Typed;
  readonly outputs: readonly string[];
  readonly nodes: readonly Node[];
  readonly weights?: Readonly<Record<string, Tensor>>;
  readonly opset?: number;
}

/** A value of unknown type. */
export function value(name: string): Value {
  return { name, type: { kind: "unknown" } };
}

/** A whole graph; weights are their own origin. */
export function graphOf({ inputs, outputs, nodes, weights = {}, opset = 17 }: GraphSpec): Graph {
  const typed = Array.isArray(inputs)
    ? inputs.map(value)
    : Object.entries(inputs as Typed).map(([name, type]) => typedValue(name, type));
  return {
    ...subgraph(nodes, outputs, weights),
    inputs: typed,
    opsets: new Map([["", opset]]),
    functions: [],
    metadata: new Map(),
  };
}

function typedValue(name: string, type: readonly Dim[] | ValueType): Value {
  return { name, type: "kind" in type ? type : { kind: "tensor", dtype: "float32", shape: type } };
}

/** A body. */
export function subgraph(
  nodes: readonly Node[],
  outputs: readonly string[],
  weights: Readonly<Record<string, Tensor>> = {},
  inputs: readonly string[] = [],
): Subgraph {
  return {
    name: "graph",
    inputs: inputs.map(value),
    outputs: outputs.map(value),
    nodes,
    weights: weightsOf(weights),
    types: new Map(),
  };
}

function weightsOf(tensors: Readonly<Record<string, Tensor>>): ReadonlyMap<string, Weight> {
  return new Map(
    Object.entries(tensors).map(([name, tensor]) => [name, { source: sourceOf(tensor), origin: originOf(name) }]),
  );
}

/** A constant of one row, or of the given shape. */
export function constant(
  numbers: readonly number[],
  shape: readonly number[] = [numbers.length],
  dtype: DataType = "float32",
): Tensor {
  return tensorFromNumbers(dtype, shape, numbers);
}

/** A node whose name is that of its one output: `op("Add", "a b", "y")`. */
export function op(type: string, inputs: string, output: string, attributes: Node["attributes"] = {}): Node {
  return nodeOf(type, output, inputs === "" ? [] : inputs.split(" "), output.split(" "), attributes);
}
