// The graph: ONNX semantics, immutable to the outside. A pass is (graph) => graph.
// Nodes are in topological order. A name that a node uses but no node, input or weight of its own graph makes
// is captured from the graph around it (bodies of If, Loop and Scan).

import type { DataType } from "../tensor/dtype.ts";
import type { TensorSource } from "../tensor/source.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Dim } from "./dim.ts";
import type { Origin } from "./origin.ts";

/** The type of a value. `dtype` or `shape` is absent when it is not known. */
export type ValueType =
  | { readonly kind: "tensor"; readonly dtype?: DataType; readonly shape?: readonly Dim[] }
  | { readonly kind: "sparse-tensor"; readonly dtype?: DataType; readonly shape?: readonly Dim[] }
  | { readonly kind: "sequence"; readonly element: ValueType }
  | { readonly kind: "optional"; readonly element: ValueType }
  | { readonly kind: "map"; readonly key: DataType; readonly value: ValueType }
  | { readonly kind: "unknown" };

/** A named input or output of a graph. */
export interface Value {
  readonly name: string;
  readonly type: ValueType;
  readonly doc?: string;
}

/** An attribute of a node, in ONNX's kinds. Integers beyond 2^53 are the nearest double and saturate when written. */
export type Attribute =
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "int"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "tensor"; readonly value: TensorSource }
  | { readonly kind: "graph"; readonly value: Subgraph }
  | { readonly kind: "floats"; readonly value: readonly number[] }
  | { readonly kind: "ints"; readonly value: readonly number[] }
  | { readonly kind: "strings"; readonly value: readonly string[] }
  | { readonly kind: "tensors"; readonly value: readonly TensorSource[] }
  | { readonly kind: "graphs"; readonly value: readonly Subgraph[] }
  /** Refers to an attribute of the local function around it. */
  | { readonly kind: "reference"; readonly name: string; readonly of: string }
  /** A kind this version does not read (sparse tensors, types): carried through by the door that read it. */
  | { readonly kind: "opaque"; readonly value: unknown };

/** One operation. An empty string among inputs or outputs is an optional one that is not there. */
export interface Node {
  readonly name: string;
  /** ONNX operator type, such as "Conv". */
  readonly op: string;
  /** "" is ONNX's own domain ("ai.onnx" is read as ""). */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly doc?: string;
  /** Metadata of the node, and the overload of the local function it calls. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly overload?: string;
}

/** A constant of the graph (an initializer) and the way it came from the source model. */
export interface Weight {
  readonly source: TensorSource;
  readonly origin: Origin;
}

/** A graph inside a node (If, Loop, Scan), and the part that every graph has. */
export interface Subgraph {
  readonly name: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly nodes: readonly Node[];
  readonly weights: ReadonlyMap<string, Weight>;
  /** Types of values in between as the file states them (value_info): hints that may be stale. */
  readonly types: ReadonlyMap<string, ValueType>;
  readonly doc?: string;
  /** What the door that read the graph wants back when it writes; nobody else looks inside. */
  readonly carrier?: unknown;
}

/** A model-local function: nodes in terms of its input, output and attribute names. */
export interface LocalFunction {
  readonly name: string;
  readonly domain: string;
  readonly overload?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: readonly string[];
  readonly defaults: Readonly<Record<string, Attribute>>;
  readonly nodes: readonly Node[];
  readonly opsets: ReadonlyMap<string, number>;
  readonly types: ReadonlyMap<string, ValueType>;
  readonly doc?: string;
  readonly carrier?: unknown;
}

/** A whole model. */
export interface Graph extends Subgraph {
  /** Version of each operator set by domain; "" is ONNX's own. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly functions: readonly LocalFunction[];
  readonly metadata: ReadonlyMap<string, string>;
  /** Where it was read from, if from a file. */
  readonly path?: string;
}

/** Makes a node; attributes default to none, the domain to ONNX's own. */
export function nodeOf(
  op: string,
  name: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, Attribute>> = {},
  domain = "",
): Node {
  return { name, op, domain, inputs, outputs, attributes };
}

/** Makes attributes: `attribute.ints([1, 1])`. */
export const attribute = {
  int: (value: number): Attribute => ({ kind: "int", value }),
  ints: (value: readonly number[]): Attribute => ({ kind: "ints", value }),
  float: (value: number): Attribute => ({ kind: "float", value }),
  floats: (value: readonly number[]): Attribute => ({ kind: "floats", value }),
  string: (value: string): Attribute => ({ kind: "string", value }),
  strings: (value: readonly string[]): Attribute => ({ kind: "strings", value }),
  tensor: (value: TensorSource): Attribute => ({ kind: "tensor", value }),
  graph: (value: Subgraph): Attribute => ({ kind: "graph", value }),
} as const;

/** The subgraphs of a node, with the names of their attributes. */
export function subgraphsOf(node: Node): readonly { readonly attribute: string; readonly graph: Subgraph }[] {
  const found: { attribute: string; graph: Subgraph }[] = [];
  for (const [name, value] of Object.entries(node.attributes)) {
    if (value.kind === "graph") found.push({ attribute: name, graph: value.value });
    if (value.kind === "graphs") for (const graph of value.value) found.push({ attribute: name, graph });
  }
  return found;
}

/** The constant tensor of a Constant node, or undefined when it holds something else. */
export function constantSource(node: Node): TensorSource | undefined {
  const value = node.op === "Constant" && node.domain === "" ? node.attributes["value"] : undefined;
  return value?.kind === "tensor" ? value.value : undefined;
}

/** Feeds or results of a run, by name. */
export type Feeds = Readonly<Record<string, Tensor>>;
