// Errors of operators on models whose values are given, so that the noise over signal can be worked out by hand.

import { describe, expect, it } from "vitest";
import { float32, type Executor, type Feeds, type Graph, type Node } from "@tersor/core";
import { networkErrors, outputErrors } from "./sensitivity.ts";

const node = (name: string, inputs: string[], outputs: string[]): Node => ({
  name,
  op: "Gemm",
  domain: "",
  inputs,
  outputs,
  attributes: {},
});

/** A graph of two nodes, x to a to y, with a name by which the runtime knows its values. */
function graph(name: string): Graph {
  const value = (tensor: string) => ({ name: tensor, type: { kind: "unknown" as const } });
  return {
    name,
    inputs: [value("x")],
    outputs: [value("y")],
    nodes: [node("first", ["x"], ["a"]), node("second", ["a"], ["y"])],
    weights: new Map(),
    valueInfo: new Map(),
    functions: [],
    opsets: { "": 17 },
  } as unknown as Graph;
}

const values: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>> = {
  reference: { a: [1, 1], y: [2, 2] },
  quantized: { a: [1, 1.1], y: [2, 2.5] },
  broken: { a: [1, NaN], y: [2, 2] },
  "only first": { y: [2, 2.2] },
  "only second": { y: [2.1, 2] },
};

const open: string[] = [];
const executor: Executor = {
  name: "given",
  compile: async (model, { tap = [] } = {}) => {
    const { name } = model as Graph;
    open.push(name);
    const given = (names: readonly string[]): Feeds =>
      Object.fromEntries(names.map((tensor) => [tensor, float32([2], values[name]![tensor]!)]));
    return {
      inputs: [],
      outputs: [],
      run: async () => given(["y", ...tap]),
      time: async () => [],
      dispose: async () => void open.splice(open.indexOf(name), 1),
    };
  },
  observe: async () => [],
  dispose: async () => {},
};
const batches = {
  async *[Symbol.asyncIterator]() {
    yield {};
    yield {};
  },
};
const tools = { executor, batches };

describe("the error at a node's own output", () => {
  it("is noise over signal, less what came in", async () => {
    const errors = await outputErrors(graph("reference"), graph("quantized"), ["first", "second"], tools);
    expect(errors.get("first")).toBeCloseTo(0.01 / 2, 6);
    expect(errors.get("second")).toBeCloseTo(0.25 / 8 - 0.01 / 2, 6);
    expect(open).toEqual([]);
  });

  it("never falls below zero, and counts what became NaN as lost", async () => {
    const errors = await outputErrors(graph("reference"), graph("broken"), ["first", "second"], tools);
    expect(errors.get("first")).toBeCloseTo(1 / 2, 12);
    expect(errors.get("second")).toBe(0);
  });

  it("is missing for nodes that were not asked for", async () => {
    const errors = await outputErrors(graph("reference"), graph("quantized"), ["second"], tools);
    expect([...errors.keys()]).toEqual(["second"]);
  });
});

describe("the error at the network's outputs", () => {
  it("is that of the model in which one node alone is quantized", async () => {
    const only = async (name: string) => (name === "none" ? undefined : graph(`only ${name}`));
    const errors = await networkErrors(graph("reference"), ["first", "second", "none"], only, tools);
    expect(errors.get("first")).toBeCloseTo(0.04 / 8, 6);
    expect(errors.get("second")).toBeCloseTo(0.01 / 8, 6);
    expect(errors.has("none")).toBe(false);
    expect(open).toEqual([]);
  });
});
