import { describe, expect, it } from "vitest";
import { constant, op, subgraph } from "../test-support/graphs.ts";
import { attribute, nodeOf, subgraphsOf } from "./graph.ts";
import { allNames, capturesOf, mapBodies, renameUses, usesOf } from "./names.ts";

const inner = subgraph([op("Add", "far own", "i")], ["i"], { own: constant([1]) });
const body = subgraph(
  [
    op("Neg", "near", "a"),
    op("Add", "a arg", "b"),
    nodeOf("If", "deep", ["b"], ["o"], { then_branch: attribute.graph(inner) }),
  ],
  ["o"],
  {},
  ["arg"],
);
const node = nodeOf("Loop", "loop", ["", "cond", "x"], ["y"], { body: attribute.graph(body) });

describe("names", () => {
  it("are captured through all levels, and only where no level of the body defines them", () => {
    expect([...capturesOf(body)].sort()).toEqual(["far", "near"]);
  });

  it("that a later node of the same body makes are no captures", () => {
    expect([...capturesOf(subgraph([op("Neg", "b", "a"), op("Neg", "x", "b")], ["a"]))]).toEqual(["x"]);
  });

  it("that are outputs of a body without a producer are captures", () => {
    expect([...capturesOf(subgraph([], ["outside"]))]).toEqual(["outside"]);
  });

  it("used by a node are its inputs and what its bodies capture", () => {
    expect([...usesOf(node)].sort()).toEqual(["cond", "far", "near", "x"]);
  });

  it("are renamed where they are used, not where they are made", () => {
    const renamed = renameUses(
      node,
      new Map([
        ["far", "FAR"],
        ["x", "X"],
        ["a", "WRONG"],
        ["arg", "WRONG"],
        ["own", "WRONG"],
      ]),
    );
    expect([...usesOf(renamed)].sort()).toEqual(["FAR", "X", "cond", "near"]);
    expect([...allNames(subgraph([renamed], []))]).not.toContain("WRONG");
  });

  it("are collected from everywhere", () => {
    const names = [...allNames(subgraph([node], ["y"]))];
    expect(names).toEqual(expect.arrayContaining(["y", "x", "cond", "near", "arg", "a", "b", "o", "far", "own", "i"]));
  });
});

describe("mapBodies", () => {
  it("gives the same node back when no body changed", () => {
    expect(mapBodies(node, (level) => level)).toBe(node);
    const plain = op("Neg", "x", "y");
    expect(mapBodies(plain, () => inner)).toBe(plain);
  });

  it("replaces graphs in lists too", () => {
    const listed = nodeOf("Custom", "c", [], ["y"], { graphs: { kind: "graphs", value: [inner, body] } }, "mine");
    expect(subgraphsOf(mapBodies(listed, () => inner)).map(({ graph }) => graph)).toEqual([inner, inner]);
  });
});
