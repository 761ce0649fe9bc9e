import { attribute, nodeOf, type Graph, type Node, type Value } from "@tersor/core";
import { expect, it } from "vitest";
import { listOutputs } from "./list-outputs.ts";

const value = (name: string): Value => ({ name, type: { kind: "unknown" } });

function graphOf(nodes: readonly Node[], outputs: readonly string[]): Graph {
  return {
    name: "g",
    inputs: [value("scores"), value("boxes")],
    outputs: outputs.map(value),
    nodes,
    weights: new Map(),
    types: new Map(),
    opsets: new Map([["", 17]]),
    functions: [],
    metadata: new Map(),
  };
}

const suppression = nodeOf("NonMaxSuppression", "nms", ["boxes", "scores"], ["indices"]);
const chosen = nodeOf("Gather", "g", ["boxes", "indices"], ["chosen"]);
const plain = nodeOf("Sigmoid", "s", ["scores"], ["probabilities"]);

it("are those behind a suppression, and no others", () => {
  const graph = graphOf([plain, suppression, chosen], ["probabilities", "chosen"]);
  expect([...listOutputs(graph)]).toEqual(["chosen"]);
});

it("are found in bodies: the suppression, and what they read of it", () => {
  const branch = attribute.graph(graphOf([suppression, chosen], ["chosen"]));
  const inside = nodeOf("If", "if", ["c"], ["y"], { then_branch: branch, else_branch: branch });
  expect([...listOutputs(graphOf([plain, inside], ["probabilities", "y"]))]).toEqual(["y"]);
  const reader = attribute.graph(graphOf([nodeOf("Identity", "i", ["indices"], ["z"])], ["z"]));
  const outside = nodeOf("If", "if", ["c"], ["y"], { then_branch: reader, else_branch: reader });
  expect([...listOutputs(graphOf([suppression, outside], ["y"]))]).toEqual(["y"]);
});
