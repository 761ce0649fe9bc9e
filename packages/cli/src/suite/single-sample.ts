// Skeletons made to fit a row. Those that were exported for a fixed number of samples at once become models for one:
// each sample is given to all places, and the first result is taken. And inputs get the names of the row's exporter.

import { attribute, int64, nodeOf, originOf, sourceOf, type Graph, type Node, type Value } from "@tersor/core";

/** The graph for one sample; itself where its inputs have no fixed number of samples. */
export function singleSample(graph: Graph): Graph {
  const counts = graph.inputs.map((input) => firstSize(input));
  const count = counts[0];
  if (typeof count !== "number" || count < 2 || counts.some((other) => other !== count)) return graph;
  const before = graph.inputs.map(({ name }) =>
    nodeOf("Concat", `${name}_repeated`, Array<string>(count).fill(name), [`${name}_repeated`], {
      axis: attribute.int(0),
    }),
  );
  const names = new Map(graph.inputs.map(({ name }) => [name, `${name}_repeated`]));
  const after = graph.outputs.map(({ name }) =>
    nodeOf("Slice", `${name}_first`, [`${name}_all`, "first.start", "first.end", "first.axis"], [name]),
  );
  const outputs = new Map(graph.outputs.map(({ name }) => [name, `${name}_all`]));
  return {
    ...graph,
    inputs: graph.inputs.map(ofOne),
    outputs: graph.outputs.map(ofOne),
    nodes: [...before, ...graph.nodes.map((node) => renamed(node, names, outputs)), ...after],
    weights: new Map([
      ...graph.weights,
      ...Object.entries(ends).map(([name, at]) => [name, constant(name, at)] as const),
    ]),
  };
}

const ends = { "first.start": 0, "first.end": 1, "first.axis": 0 };

function constant(name: string, value: number) {
  return { source: sourceOf(int64([1], [value])), origin: originOf(name) };
}

function firstSize({ type }: Value) {
  return type.kind === "tensor" ? type.shape?.[0] : undefined;
}

function ofOne(value: Value): Value {
  const { type } = value;
  if (type.kind !== "tensor" || type.shape === undefined) return value;
  return { ...value, type: { ...type, shape: type.shape.with(0, 1) } };
}

function renamed(node: Node, inputs: ReadonlyMap<string, string>, outputs: ReadonlyMap<string, string>): Node {
  return {
    ...node,
    inputs: node.inputs.map((name) => inputs.get(name) ?? outputs.get(name) ?? name),
    outputs: node.outputs.map((name) => outputs.get(name) ?? name),
  };
}

/** The graph with other names for its inputs. */
export function renamedInputs(graph: Graph, rename: Readonly<Record<string, string>>): Graph {
  const names = new Map(Object.entries(rename));
  if (names.size === 0) return graph;
  return {
    ...graph,
    inputs: graph.inputs.map((input) => ({ ...input, name: names.get(input.name) ?? input.name })),
    nodes: graph.nodes.map((node) => renamed(node, names, new Map())),
  };
}
