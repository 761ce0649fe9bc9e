// Looking at what passes do: graphs as text. Not part of the public surface.

import { expect } from "vitest";
import { attribute, nodeOf, type Graph, type Node, type Subgraph } from "../graph/graph.ts";
import { problemsOf } from "../graph/verify.ts";
import { numbersOf } from "../tensor/tensor.ts";
import type { Pass } from "../passes/pass.ts";

/** The graph as text, a node a word: "Relu(x)>y". */
export function draw({ nodes }: Pick<Graph, "nodes">): string {
  return nodes.map((node) => `${node.op}(${node.inputs.join()})>${node.outputs.join()}`).join(" ");
}

/** Runs a pass, which must leave a sound graph and have nothing to do afterwards. */
export function run(pass: Pass, graph: Graph): Graph {
  const after = pass.run(graph);
  expect(problemsOf(after)).toEqual([]);
  expect(pass.run(after)).toBe(after);
  return after;
}

/** An If on "c" with the same body in both branches. */
export function ifNode(output: string, body: Subgraph): Node {
  const branch = attribute.graph(body);
  return nodeOf("If", output, ["c"], [output], { then_branch: branch, else_branch: branch });
}

/** The elements of a weight. */
export function numbersIn(graph: Pick<Graph, "weights">, name: string): readonly number[] {
  return Array.from(numbersOf(graph.weights.get(name)!.source.tensor()));
}
