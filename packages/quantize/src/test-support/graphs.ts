// Small float graphs for tests. Not part of the public surface.

import {
  float32,
  nodeOf,
  originOf,
  sourceOf,
  type Dim,
  type Graph,
  type Node,
  type Subgraph,
  type Tensor,
  type Value,
} from "@tersor/core";

type Weights = Readonly<Record<string, Tensor>>;

/** Numbers without a pattern, in [-1, 1), times `size`. */
export function noise(shape: readonly number[], size = 1, seed = 0): Tensor {
  const count = shape.reduce((a, b) => a * b, 1);
  const values = Array.from(
    { length: count },
    (_, i) => ((Math.sin(i * 12.9898 + count + seed) * 43758.5453) % 1) * size,
  );
  return float32(shape, values);
}

/** A node whose name is that of its first output: `op("Add", "a b", "y")`. */
export function op(type: string, inputs: string, outputs: string, attributes: Node["attributes"] = {}): Node {
  const names = outputs.split(" ");
  return nodeOf(type, names[0]!, inputs === "" ? [] : inputs.split(" "), names, attributes);
}

/** A body; its outputs are float32 of unknown shape. */
export function bodyOf(nodes: readonly Node[], outputs: string, weights: Weights = {}): Subgraph {
  return {
    name: "body",
    inputs: [],
    outputs: outputs.split(" ").map((name) => valueOf(name)),
    nodes,
    weights: new Map(
      Object.entries(weights).map(([name, tensor]) => [name, { source: sourceOf(tensor), origin: originOf(name) }]),
    ),
    types: new Map(),
  };
}

export interface ModelSpec {
  /** Shapes of float32 inputs. */
  readonly inputs: Readonly<Record<string, readonly Dim[]>>;
  readonly outputs: string;
  readonly nodes: readonly Node[];
  readonly weights?: Weights;
  readonly opset?: number;
}

export function modelOf({ inputs, outputs, nodes, weights = {}, opset = 17 }: ModelSpec): Graph {
  return {
    ...bodyOf(nodes, outputs, weights),
    inputs: Object.entries(inputs).map(([name, shape]) => valueOf(name, shape)),
    opsets: new Map([["", opset]]),
    functions: [],
    metadata: new Map(),
  };
}

function valueOf(name: string, shape?: readonly Dim[]): Value {
  return { name, type: { kind: "tensor", dtype: "float32", ...(shape && { shape }) } };
}
