import { float32, type Graph } from "@tersor/core";
import { expect, it } from "vitest";
import { modelOf, op } from "../test-support/graphs.ts";
import { uniqueNames } from "../unique-names.ts";
import { finish } from "./finish.ts";

const graph: Graph = modelOf({
  inputs: { x: [2] },
  outputs: "y",
  nodes: [
    { ...op("Add", "x a", "s"), metadata: { "pkg.torch.onnx.stack_trace": "…", namespace: "model", mine: "kept" } },
    { ...op("Add", "s b", "y"), metadata: { "pkg.onnxscript.rewriter": "…" } },
  ],
  weights: { a: float32([2], [1, 2]), b: float32([2], [1, 2]) },
});

it("leaves out exporters' traces, keeps other metadata, and stores equal constants once", () => {
  const { nodes, weights } = finish(graph);
  expect(nodes.map(({ metadata }) => metadata)).toEqual([{ mine: "kept" }, undefined]);
  expect(weights.size).toBe(1);
});

it("gives every node a name of its own, and keeps those that have one", () => {
  const twice = {
    ...graph,
    nodes: [op("Add", "x a", "s"), { ...op("Add", "s b", "y"), name: "s" }, { ...op("Relu", "y", "z"), name: "" }],
  };
  expect(uniqueNames(twice).nodes.map(({ name }) => name)).toEqual(["s", "s_1", "Relu"]);
  expect(uniqueNames(graph)).toBe(graph);
});
