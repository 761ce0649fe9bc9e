import { describe, expect, it } from "vitest";
import { isTersorError } from "../errors.ts";
import { lazySource, sourceOf } from "../tensor/source.ts";
import { float32 } from "../tensor/tensor.ts";
import { constant, graphOf, subgraph, value } from "../test-support/graphs.ts";
import { attribute, nodeOf, type Graph, type Subgraph } from "./graph.ts";
import { originOf } from "./origin.ts";
import { problemsOf, verify } from "./verify.ts";

const kindsOf = (graph: Graph): readonly string[] => problemsOf(graph).map(({ kind }) => kind);
const relu = (from: string, to: string) => nodeOf("Relu", to, [from], [to]);

describe("verify", () => {
  it("accepts a sound graph with captures", () => {
    const branch = (name: string) => subgraph([relu("w", name)], [name]);
    const choice = nodeOf("If", "if", ["x"], ["y"], {
      then_branch: attribute.graph(branch("a")),
      else_branch: attribute.graph(branch("b")),
    });
    expect(
      problemsOf(graphOf({ inputs: ["x"], outputs: ["y"], weights: { w: constant([1]) }, nodes: [choice] })),
    ).toEqual([]);
  });

  it.each<[string, string, Graph]>([
    [
      "an input that nothing makes",
      "missing-producer",
      graphOf({ inputs: ["x"], outputs: ["y"], nodes: [relu("z", "y")] }),
    ],
    ["an output that nothing makes", "missing-output", graphOf({ inputs: ["x"], outputs: ["y"], nodes: [] })],
    [
      "a value made twice",
      "duplicate-name",
      graphOf({ inputs: ["x"], outputs: ["y"], nodes: [relu("x", "y"), relu("x", "y")] }),
    ],
    [
      "a node that makes an input",
      "duplicate-name",
      graphOf({ inputs: ["x"], outputs: ["x"], nodes: [relu("x", "x")] }),
    ],
    [
      "nodes out of order",
      "order",
      graphOf({ inputs: ["x"], outputs: ["y"], nodes: [relu("a", "y"), relu("x", "a")] }),
    ],
    ["a cycle", "cycle", graphOf({ inputs: ["x"], outputs: ["a"], nodes: [relu("b", "a"), relu("a", "b")] })],
    ["a node that reads itself", "cycle", graphOf({ inputs: [], outputs: ["a"], nodes: [relu("a", "a")] })],
    [
      "no operator type",
      "empty-operator",
      graphOf({ inputs: ["x"], outputs: ["y"], nodes: [nodeOf("", "n", ["x"], ["y"])] }),
    ],
    ["an old operator set", "opset", graphOf({ inputs: ["x"], outputs: ["y"], nodes: [relu("x", "y")], opset: 6 })],
    ["a future operator set", "opset", graphOf({ inputs: ["x"], outputs: ["y"], nodes: [relu("x", "y")], opset: 24 })],
    [
      "an attribute of the wrong kind",
      "attribute-kind",
      graphOf({
        inputs: ["x"],
        outputs: ["y"],
        nodes: [nodeOf("Transpose", "t", ["x"], ["y"], { perm: attribute.int(1) })],
      }),
    ],
    [
      "a reference outside a function",
      "attribute-kind",
      graphOf({
        inputs: ["x"],
        outputs: ["y"],
        nodes: [nodeOf("Elu", "e", ["x"], ["y"], { alpha: { kind: "reference", name: "alpha", of: "float" } })],
      }),
    ],
  ])("finds %s", (_, kind, graph) => {
    expect(kindsOf(graph)).toEqual([kind]);
  });

  it("finds a cycle through a body, and only its nodes", () => {
    const body = subgraph([relu("later", "inner")], ["inner"]);
    const choice = nodeOf("If", "if", ["x"], ["first"], {
      then_branch: attribute.graph(body),
      else_branch: attribute.graph(body),
    });
    const graph = graphOf({
      inputs: ["x"],
      outputs: ["end"],
      nodes: [relu("x", "a"), choice, relu("first", "later"), relu("later", "end")],
    });
    const [problem] = problemsOf(graph);
    expect(problem).toMatchObject({ kind: "cycle", node: "if" });
    expect(problem?.message).toMatch(/^2 nodes/);
  });

  it("finds a body that defines a name of the graph around it, but lets siblings share names", () => {
    const branch = (name: string) => attribute.graph(subgraph([relu("x", name), relu(name, `${name}2`)], [`${name}2`]));
    const choice = (a: string, b: string) =>
      nodeOf("If", "if", ["x"], ["y"], { then_branch: branch(a), else_branch: branch(b) });
    expect(kindsOf(graphOf({ inputs: ["x"], outputs: ["y"], nodes: [choice("s", "s")] }))).toEqual([]);
    expect(kindsOf(graphOf({ inputs: ["x"], outputs: ["y"], nodes: [relu("x", "s"), choice("s", "t")] }))).toEqual([
      "shadowed-name",
    ]);
  });

  it.each([
    ["negative", [-1]],
    ["not whole", [1.5]],
    ["larger than any memory", [2 ** 40, 2 ** 40]],
    ["of another size than its bytes", [3]],
  ])("finds a weight whose shape is %s", (_, shape) => {
    const source = { ...sourceOf(float32([2], [1, 2])), shape };
    const graph = graphOf({ inputs: [], outputs: ["y"], nodes: [relu("w", "y")] });
    const weights = new Map([["w", { source, origin: originOf("w") }]]);
    expect(kindsOf({ ...graph, weights })).toEqual(["weight-shape"]);
  });

  it("finds functions that call themselves", () => {
    const common = { domain: "f", attributes: [], defaults: {}, opsets: new Map([["", 17]]), types: new Map() };
    const calls = (name: string, called: string) => ({
      ...common,
      name,
      inputs: ["i"],
      outputs: ["o"],
      nodes: [nodeOf(called, "", ["i"], ["o"], {}, "f")],
    });
    const graph = graphOf({ inputs: ["x"], outputs: ["x"], nodes: [] });
    expect(kindsOf({ ...graph, functions: [calls("A", "B"), calls("B", "A"), calls("C", "A")] })).toEqual([
      "cycle",
      "cycle",
    ]);
  });

  it("names the pass and keeps all problems in the error", () => {
    const graph = graphOf({ inputs: ["x"], outputs: ["y", "z"], nodes: [relu("q", "y")] });
    const thrown = catchError(() => verify(graph, { pass: "myPass" }));
    expect(isTersorError(thrown, "CORE_GRAPH_INVALID") && thrown.message).toContain('The pass "myPass"');
    expect(isTersorError(thrown) && thrown.data).toMatchObject({
      pass: "myPass",
      problems: [{ node: "y", value: "q" }, { value: "z" }],
    });
  });

  it("has an error of its own for operator sets", () => {
    const thrown = catchError(() => verify(graphOf({ inputs: ["x"], outputs: ["x"], nodes: [], opset: 99 })));
    expect(isTersorError(thrown, "CORE_OPSET_UNSUPPORTED") && thrown.data).toEqual({ version: 99, from: 7, to: 23 });
  });
});

describe("verify on hostile graphs", () => {
  it("stops at deep nesting", () => {
    let body: Subgraph = subgraph([relu("x", "deep")], ["deep"]);
    for (let depth = 0; depth < 20_000; depth++) {
      body = subgraph([nodeOf("Scan", "", [], [`o${depth}`], { body: attribute.graph(body) })], [`o${depth}`]);
    }
    const graph = graphOf({
      inputs: ["x"],
      outputs: ["y"],
      nodes: [nodeOf("Scan", "top", [], ["y"], { body: attribute.graph(body) })],
    });
    expect(kindsOf(graph)).toContain("nesting");
  });

  it("takes no square of the time for 200,000 nodes in reverse order, and reports 100 problems at most", () => {
    const count = 200_000;
    const nodes = Array.from({ length: count }, (_, i) => relu(`v${i}`, `v${i + 1}`)).reverse();
    const graph = graphOf({ inputs: ["v0"], outputs: [`v${count}`], nodes });
    const start = performance.now();
    expect(problemsOf(graph)).toHaveLength(100);
    expect(performance.now() - start).toBeLessThan(15_000);
  });

  it("does not read weights", () => {
    const source = lazySource("float32", [1 << 20], () => expect.fail("read"));
    const graph = graphOf({ inputs: [], outputs: ["y"], nodes: [relu("w", "y")] });
    expect(problemsOf({ ...graph, weights: new Map([["w", { source, origin: originOf("w") }]]) })).toEqual([]);
  });

  it("survives an input with the name of an object's property", () => {
    const graph = graphOf({
      inputs: ["__proto__"],
      outputs: ["constructor"],
      nodes: [relu("__proto__", "constructor")],
    });
    expect(problemsOf({ ...graph, inputs: [value("__proto__")] })).toEqual([]);
  });
});

function catchError(run: () => void): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}
