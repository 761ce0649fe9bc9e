// For tests: a graph in which every object is new, so that the writer can copy nothing and encodes all of it.

import type { Attribute, Graph, LocalFunction, Node, Subgraph, Value, Weight } from "@tersor/core";

export function fresh(graph: Graph): Graph {
  return { ...graph, ...freshSubgraph(graph), functions: graph.functions.map(freshFunction) };
}

function freshSubgraph(graph: Subgraph): Subgraph {
  return {
    ...graph,
    inputs: graph.inputs.map(freshValue),
    outputs: graph.outputs.map(freshValue),
    nodes: graph.nodes.map(freshNode),
    weights: new Map(Array.from(graph.weights, ([name, weight]) => [name, freshWeight(weight)])),
    types: new Map(Array.from(graph.types, ([name, type]) => [name, { ...type }])),
  };
}

function freshFunction(made: LocalFunction): LocalFunction {
  const types = new Map(Array.from(made.types, ([name, type]) => [name, { ...type }]));
  return { ...made, nodes: made.nodes.map(freshNode), defaults: freshAttributes(made.defaults), types };
}

function freshValue(value: Value): Value {
  return { ...value, type: { ...value.type } };
}

function freshWeight({ source, origin }: Weight): Weight {
  return { source: { ...source }, origin };
}

function freshNode(node: Node): Node {
  return { ...node, attributes: freshAttributes(node.attributes) };
}

function freshAttributes(attributes: Readonly<Record<string, Attribute>>): Readonly<Record<string, Attribute>> {
  return Object.fromEntries(Object.entries(attributes).map(([name, attribute]) => [name, freshAttribute(attribute)]));
}

function freshAttribute(attribute: Attribute): Attribute {
  switch (attribute.kind) {
    case "tensor":
      return { ...attribute, value: { ...attribute.value } };
    case "tensors":
      return { ...attribute, value: attribute.value.map((source) => ({ ...source })) };
    case "graph":
      return { ...attribute, value: freshSubgraph(attribute.value) };
    case "graphs":
      return { ...attribute, value: attribute.value.map(freshSubgraph) };
    default:
      return { ...attribute };
  }
}
