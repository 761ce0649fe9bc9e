// What the passes that take nodes out of the way do to the structure of small graphs.
import { describe, expect, it } from "vitest";
import { attribute, nodeOf, subgraphsOf, type Node } from "../graph/graph.ts";
import { constant, graphOf, op, subgraph } from "../test-support/graphs.ts";
import { draw, ifNode, numbersIn, run } from "../test-support/passes.ts";
import { inlineConstantIf } from "./inline-if.ts";
import { standardPasses } from "./lists.ts";
import { removeNoOps } from "./no-ops.ts";
import { runPasses } from "./pass.ts";

describe("removeNoOps", () => {
  const typed = { x: ["n", 3], s: [] } as const;
  const one = {
    one: constant([1], []),
    ones: constant([1, 1, 1]),
    wide: constant([1], [1, 1, 1]),
    zero: constant([0], []),
    pads: constant([0, 0, 0, 0], [4], "int64"),
  };
  const shape = { same: constant([0, 3], [2], "int64"), other: constant([3, -1], [2], "int64") };
  const around = (...nodes: ReturnType<typeof op>[]) =>
    graphOf({
      inputs: typed,
      outputs: ["y"],
      nodes: [op("Relu", "x", "a"), ...nodes, op("Neg", "b", "y")],
      weights: { ...one, ...shape },
    });

  it.each([
    op("Identity", "a", "b"),
    op("Dropout", "a", "b"),
    op("Cast", "a", "b", { to: attribute.int(1) }),
    op("Transpose", "a", "b", { perm: attribute.ints([0, 1]) }),
    op("Reshape", "a same", "b"),
    op("Flatten", "a", "b"),
    op("Mul", "one a", "b"),
    op("Div", "a ones", "b"),
    op("Add", "zero a", "b"),
    op("Sub", "a zero", "b"),
    op("Pow", "a one", "b"),
    op("Pad", "a pads", "b"),
    op("Concat", "a", "b", { axis: attribute.int(0) }),
    op("Sum", "a", "b"),
  ])("removes $op($inputs)", (node) => {
    expect(draw(run(removeNoOps, around(node)))).toBe("Relu(x)>a Neg(a)>y");
  });

  it.each([
    op("Cast", "a", "b", { to: attribute.int(10) }),
    op("Transpose", "a", "b"),
    op("Reshape", "a other", "b"),
    op("Mul", "a wide", "b"),
    op("Div", "one a", "b"),
    op("Sub", "zero a", "b"),
    op("Add", "a s", "b"),
    op("Add", "a one", "b"),
    op("Max", "a zero", "b"),
    nodeOf("Identity", "b", ["a"], ["b"], {}, "other.domain"),
  ])("leaves $op($inputs)", (node) => {
    const graph = around(node);
    expect(run(removeNoOps, graph)).toBe(graph);
  });

  it("leaves a Dropout that trains or whose mask is read", () => {
    const training = { yes: constant([1], [], "bool"), r: constant([0.5], []) };
    const graph = graphOf({
      inputs: ["x"],
      outputs: ["y"],
      nodes: [op("Dropout", "x r yes", "a"), op("Neg", "a", "y")],
      weights: training,
    });
    expect(run(removeNoOps, graph)).toBe(graph);
    const masked = graphOf({
      inputs: ["x"],
      outputs: ["y", "m"],
      nodes: [op("Dropout", "x", "a m"), op("Neg", "a", "y")],
    });
    expect(run(removeNoOps, masked)).toBe(masked);
  });

  it("leaves Slice that turns a tensor round", () => {
    const indices = {
      s: constant([-1], [1], "int64"),
      e: constant([-100], [1], "int64"),
      ax: constant([1], [1], "int64"),
      st: constant([-1], [1], "int64"),
    };
    const graph = graphOf({
      inputs: { x: ["n", 3] },
      outputs: ["y"],
      nodes: [op("Slice", "x s e ax st", "a"), op("Neg", "a", "y")],
      weights: indices,
    });
    expect(run(removeNoOps, graph)).toBe(graph);
  });

  it("keeps the names of outputs: the node before takes it over", () => {
    const nodes = [op("Relu", "x", "a"), op("Neg", "a", "side"), op("Identity", "a", "y"), op("Identity", "a", "z")];
    const after = run(removeNoOps, graphOf({ inputs: ["x"], outputs: ["y", "side", "z"], nodes }));
    expect(draw(after)).toBe("Relu(x)>y Neg(y)>side Identity(y)>z");
  });

  it("keeps an Identity between an input or a weight and an output", () => {
    const graph = graphOf({
      inputs: ["x"],
      outputs: ["y", "z"],
      nodes: [op("Identity", "x", "y"), op("Identity", "w", "z")],
      weights: { w: constant([1]) },
    });
    expect(run(removeNoOps, graph)).toBe(graph);
  });

  it("works in bodies and for what bodies capture", () => {
    const body = subgraph([op("Identity", "a", "i"), op("Neg", "i", "j"), op("Identity", "j", "o")], ["o"]);
    const graph = graphOf({ inputs: ["x", "c"], outputs: ["y"], nodes: [op("Identity", "x", "a"), ifNode("y", body)] });
    const after = run(removeNoOps, graph);
    expect(after.nodes.map(({ op: type }) => type)).toEqual(["If"]);
    expect(draw(subgraphsOf(after.nodes[0]!)[0]!.graph)).toBe("Neg(x)>o");
  });

  it("removes a chain of 10,000 in one round", () => {
    const nodes = Array.from({ length: 10_000 }, (_, i) => op("Identity", `v${i}`, `v${i + 1}`));
    const graph = graphOf({ inputs: ["v0"], outputs: ["y"], nodes: [...nodes, op("Neg", "v10000", "y")] });
    expect(draw(removeNoOps.run(graph))).toBe("Neg(v0)>y");
  });
});

describe("inlineConstantIf", () => {
  const branch = subgraph([op("Neg", "x", "a"), op("Add", "a w", "b"), op("Abs", "s", "q")], ["b", "w", "x", "b"], {
    w: constant([7]),
  });
  const choice = (condition: string): Node =>
    nodeOf("If", "if", [condition], ["y", "z", "u", "v"], {
      then_branch: attribute.graph(branch),
      else_branch: attribute.graph(other),
    });
  const other = subgraph([op("Relu", "x", "b"), op("Identity", "x", "c")], ["b", "b", "c", "c"]);
  const graph = (...nodes: readonly Node[]) =>
    graphOf({
      inputs: ["x", "s"],
      outputs: ["y", "z", "u", "v"],
      nodes,
      weights: { yes: constant([1], [], "bool"), no: constant([0], [1], "bool") },
    });

  it("takes the branch of the condition, with new names for what it defines", () => {
    const after = run(inlineConstantIf, graph(choice("yes")));
    expect(draw(after)).toBe("Neg(x)>a_1 Add(a_1,w_1)>y Abs(s)>q_1 Identity(w_1)>z Identity(x)>u Identity(y)>v");
    expect(numbersIn(after, "w_1")).toEqual([7]);
    expect(draw(run(inlineConstantIf, graph(choice("no"))))).toBe(
      "Relu(x)>y Identity(x)>u Identity(y)>z Identity(u)>v",
    );
  });

  it("leaves conditions that are not known", () => {
    const before = graph(op("Not", "yes", "no2"), choice("no2"));
    expect(inlineConstantIf.run(before)).toBe(before);
    expect(runPasses(before, standardPasses).nodes.some(({ op: type }) => type === "If")).toBe(false);
  });

  it("inlines inside of bodies, and bodies inside", () => {
    const inner = subgraph(
      [
        nodeOf("If", "in", ["yes"], ["o"], {
          then_branch: attribute.graph(subgraph([op("Neg", "t", "n")], ["n"])),
          else_branch: attribute.graph(subgraph([op("Abs", "t", "n")], ["n"])),
        }),
      ],
      ["o"],
    );
    const outer = subgraph([op("Relu", "x", "t"), ...inner.nodes], ["o"]);
    const nodes = [
      nodeOf("If", "out", ["s"], ["y"], { then_branch: attribute.graph(outer), else_branch: attribute.graph(outer) }),
    ];
    const after = run(
      inlineConstantIf,
      graphOf({ inputs: ["x", "s"], outputs: ["y"], nodes, weights: { yes: constant([1], [], "bool") } }),
    );
    expect(subgraphsOf(after.nodes[0]!).map(({ graph: body }) => draw(body))).toEqual([
      "Relu(x)>t Neg(t)>o",
      "Relu(x)>t Neg(t)>o",
    ]);
  });
});
