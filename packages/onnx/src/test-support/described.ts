// For tests: the fixtures, and a graph in the words of their .json files, which the Python library onnx wrote.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  bytesOf,
  nameOfDim,
  type Attribute,
  type Dim,
  type Graph,
  type LocalFunction,
  type Node,
  type Subgraph,
  type TensorSource,
  type Value,
  type ValueType,
} from "@tersor/core";

export const fixtures = ["attributes", "bodies", "external", "function", "old", "types", "unknown", "values"] as const;
export type Fixture = (typeof fixtures)[number];

export function fixturePath(file: string): string {
  return fileURLToPath(new URL(`../../fixtures/${file}`, import.meta.url));
}

export function fixtureBytes(name: Fixture): Uint8Array {
  return new Uint8Array(readFileSync(fixturePath(`${name}.onnx`)));
}

/** What the Python library reads in a fixture. */
export function expectedOf(name: Fixture): unknown {
  return JSON.parse(readFileSync(fixturePath(`${name}.json`), "utf8"));
}

export function described(graph: Graph): unknown {
  return {
    graph: describedGraph(graph),
    opsets: Object.fromEntries(graph.opsets),
    functions: graph.functions.map(describedFunction),
    metadata: Object.fromEntries(graph.metadata),
  };
}

function describedGraph(graph: Subgraph): unknown {
  return {
    name: graph.name,
    inputs: graph.inputs.map(describedValue),
    outputs: graph.outputs.map(describedValue),
    nodes: graph.nodes.map(describedNode),
    weights: Object.fromEntries(Array.from(graph.weights, ([name, { source }]) => [name, describedTensor(source)])),
    types: Object.fromEntries(Array.from(graph.types, ([name, type]) => [name, describedType(type)])),
    doc: graph.doc ?? "",
  };
}

function describedFunction(made: LocalFunction): unknown {
  return {
    name: made.name,
    domain: made.domain,
    overload: made.overload ?? "",
    inputs: made.inputs,
    outputs: made.outputs,
    attributes: made.attributes,
    nodes: made.nodes.map(describedNode),
    defaults: mapped(made.defaults, describedAttribute),
    doc: made.doc ?? "",
    opsets: Object.fromEntries(made.opsets),
  };
}

function describedNode(node: Node): unknown {
  const { op, name, domain, inputs, outputs, doc = "", metadata = {}, overload = "" } = node;
  return {
    op,
    name,
    domain,
    inputs,
    outputs,
    attributes: mapped(node.attributes, describedAttribute),
    doc,
    metadata,
    overload,
  };
}

function describedAttribute(attribute: Attribute): unknown {
  switch (attribute.kind) {
    case "tensor":
      return { ...attribute, value: describedTensor(attribute.value) };
    case "tensors":
      return { ...attribute, value: attribute.value.map(describedTensor) };
    case "graph":
      return { ...attribute, value: describedGraph(attribute.value) };
    case "graphs":
      return { ...attribute, value: attribute.value.map(describedGraph) };
    case "opaque":
      return { kind: "opaque" };
    default:
      return attribute;
  }
}

function describedTensor(source: TensorSource): unknown {
  const { dtype, shape } = source;
  const tensor = source.tensor();
  return { dtype, shape, data: dtype === "string" ? tensor.data : Buffer.from(bytesOf(tensor)).toString("hex") };
}

function describedValue({ name, type }: Value): unknown {
  return [name, describedType(type)];
}

/** Dimensions without a name in the file are null, as Python says it. */
function describedType(type: ValueType): unknown {
  switch (type.kind) {
    case "tensor":
    case "sparse-tensor":
      return type.shape ? { ...type, shape: type.shape.map(describedDim) } : type;
    case "sequence":
    case "optional":
      return { ...type, element: describedType(type.element) };
    case "map":
      return { ...type, value: describedType(type.value) };
    case "unknown":
      return type;
  }
}

const unnamed = /^unk__(1|3|4|5)$/; // unk__0 and unk__2 are in the fixture "values"

function describedDim(dim: Dim): Dim | null {
  if (typeof dim === "number") return dim;
  return unnamed.test(dim) ? null : (nameOfDim(dim) ?? dim);
}

function mapped<T>(record: Readonly<Record<string, T>>, change: (value: T) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
