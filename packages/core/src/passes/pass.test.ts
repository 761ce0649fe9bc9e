import { describe, expect, it } from "vitest";
import { edit } from "../graph/edit.ts";
import { graphOf, op } from "../test-support/graphs.ts";
import { runPasses, type Pass } from "./pass.ts";

const chain = graphOf({
  inputs: ["x"],
  outputs: ["c"],
  nodes: [op("Relu", "x", "a"), op("Relu", "a", "b"), op("Relu", "b", "c")],
});

/** Replaces one operator by another, one node at a time. */
const rewrite = (from: string, to: string): Pass => ({
  name: `${from} to ${to}`,
  run: (graph) =>
    edit(graph, (draft) => {
      const node = draft.nodes().find(({ op: type }) => type === from);
      if (node) draft.update(node, { op: to });
    }),
});

describe("runPasses", () => {
  it("runs the list until nothing changes", () => {
    const seen: string[] = [];
    const after = runPasses(chain, [rewrite("Relu", "Abs"), rewrite("Abs", "Neg")], {
      onPass: ({ pass }) => seen.push(pass),
    });
    expect(after.nodes.map(({ op: type }) => type)).toEqual(["Neg", "Neg", "Neg"]);
    expect(seen).toHaveLength(6);
  });

  it("gives the same graph back when there is nothing to do", () => {
    expect(runPasses(chain, [rewrite("Conv", "Gemm")], { verify: true })).toBe(chain);
    expect(runPasses(chain, [])).toBe(chain);
  });

  it("does not run a pass again on a graph it has left alone", () => {
    let runs = 0;
    const idle: Pass = { name: "idle", run: (graph) => (runs++, graph) };
    runPasses(chain, [idle]);
    expect(runs).toBe(1);
  });

  it("names the pass that breaks the graph", () => {
    const breaks: Pass = { name: "breaks", run: (graph) => ({ ...graph, nodes: graph.nodes.slice(1) }) };
    expect(() => runPasses(chain, [breaks], { verify: true })).toThrow(
      expect.objectContaining({ code: "CORE_GRAPH_INVALID", data: expect.objectContaining({ pass: "breaks" }) }),
    );
  });

  it("verifies what it is given", () => {
    const broken = { ...chain, nodes: chain.nodes.slice(1) };
    expect(() => runPasses(broken, [], { verify: true })).toThrow(
      expect.objectContaining({ code: "CORE_GRAPH_INVALID" }),
    );
  });

  it("stops a list that never comes to rest", () => {
    const flip: Pass = { name: "flip", run: (graph) => ({ ...graph }) };
    expect(() => runPasses(chain, [flip])).toThrow(
      expect.objectContaining({ code: "CORE_PASSES_RESTLESS", data: { passes: ["flip"] } }),
    );
  });
});
