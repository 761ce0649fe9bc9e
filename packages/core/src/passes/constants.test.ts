// What the passes over constants do to the structure of small graphs. That outputs stay the same is held against onnxruntime in test/passes.
import { describe, expect, it } from "vitest";
import { attribute, subgraphsOf } from "../graph/graph.ts";
import { constant, graphOf, op, subgraph } from "../test-support/graphs.ts";
import { draw, ifNode, numbersIn, run } from "../test-support/passes.ts";
import { dropped, originOf } from "../graph/origin.ts";
import { lazySource, sourceOf } from "../tensor/source.ts";
import { constantsToWeights } from "./constants-to-weights.ts";
import { removeDeadCode } from "./dead-code.ts";
import { foldConstants, foldConstantsWithCopies } from "./fold-constants.ts";
import { freezeWeights } from "./freeze-weights.ts";
import { quantizationPasses, standardPasses } from "./lists.ts";
import { runPasses } from "./pass.ts";
import { shareConstants, shareInitializers } from "./share-initializers.ts";

describe("removeDeadCode", () => {
  it("removes what no output needs, and keeps inputs and their defaults", () => {
    const nodes = [op("Relu", "x", "y"), op("Add", "x w", "a"), op("Neg", "a", "b")];
    const graph = graphOf({
      inputs: ["x", "unused", "d"],
      outputs: ["y"],
      nodes,
      weights: { w: constant([1]), d: constant([2]) },
    });
    const after = run(removeDeadCode, graph);
    expect(draw(after)).toBe("Relu(x)>y");
    expect([...after.weights.keys()]).toEqual(["d"]);
    expect(after.inputs).toHaveLength(3);
  });

  it("keeps what only a body reads, until the body does not", () => {
    const used = subgraph([op("Add", "x w", "i")], ["i"]);
    const unused = subgraph([op("Add", "x w", "d"), op("Neg", "x", "i")], ["i"]);
    const graph = (body: typeof used) =>
      graphOf({ inputs: ["x", "c"], outputs: ["y"], nodes: [ifNode("y", body)], weights: { w: constant([1]) } });
    const kept = graph(used);
    expect(run(removeDeadCode, kept)).toBe(kept);
    expect(run(removeDeadCode, graph(unused)).weights.size).toBe(0);
  });
});

describe("constantsToWeights", () => {
  it("converts every dense form", () => {
    const forms = {
      value_float: attribute.float(2),
      value_floats: attribute.floats([1, 2]),
      value_int: attribute.int(3),
      value_ints: attribute.ints([4, 5]),
    };
    const nodes = Object.entries(forms).map(([name, value]) => op("Constant", "", name, { [name]: value }));
    const graph = graphOf({
      inputs: [],
      outputs: ["y"],
      nodes: [...nodes, op("Custom", Object.keys(forms).join(" "), "y")],
    });
    const after = run(constantsToWeights, graph);
    expect(after.nodes).toHaveLength(1);
    expect(Object.keys(forms).map((name) => [after.weights.get(name)!.source.dtype, numbersIn(after, name)])).toEqual([
      ["float32", [2]],
      ["float32", [1, 2]],
      ["int64", [3]],
      ["int64", [4, 5]],
    ]);
    expect(after.weights.get("value_int")!.origin).toEqual(originOf("value_int"));
  });

  it("leaves outputs and sparse constants", () => {
    const sparse = op("Constant", "", "s", { sparse_value: { kind: "opaque", value: 0 } });
    const graph = graphOf({
      inputs: [],
      outputs: ["k", "y"],
      nodes: [op("Constant", "", "k", { value_int: attribute.int(1) }), sparse, op("Neg", "s", "y")],
    });
    expect(run(constantsToWeights, graph)).toBe(graph);
  });
});

describe("foldConstants", () => {
  const table = {
    w: constant(
      Array.from({ length: 600 }, (_, i) => i),
      [20, 30],
    ),
  };
  const transpose = op("Transpose", "w", "t", { perm: attribute.ints([1, 0]) });

  it("turns a rearranged weight into a weight with a way home", () => {
    const graph = graphOf({
      inputs: { x: [2, 30] },
      outputs: ["y"],
      nodes: [transpose, op("MatMul", "x t", "y")],
      weights: table,
    });
    const after = run(foldConstants, graph);
    expect(draw(after)).toBe("MatMul(x,t)>y");
    expect(after.weights.get("t")!.source.shape).toEqual([30, 20]);
    expect(after.weights.get("t")!.origin).toMatchObject({
      source: "w",
      steps: [{ kind: "transpose", permutation: [1, 0] }],
    });
  });

  it("copies a shared weight only when asked to", () => {
    const nodes = [op("Gather", "w i", "rows"), transpose, op("MatMul", "rows t", "y")];
    const graph = graphOf({
      inputs: { i: { kind: "tensor", dtype: "int64", shape: [2] } },
      outputs: ["y"],
      nodes,
      weights: table,
    });
    expect(run(foldConstants, graph)).toBe(graph);
    expect(draw(run(foldConstantsWithCopies, graph))).toBe("Gather(w,i)>rows MatMul(rows,t)>y");
  });

  it("does not make the model larger", () => {
    const sizes = { n: constant([100, 100], [2], "int64") };
    const graph = graphOf({
      inputs: { x: [100, 100] },
      outputs: ["y"],
      nodes: [op("ConstantOfShape", "n", "z"), op("Add", "x z", "y")],
      weights: sizes,
    });
    expect(run(foldConstants, graph)).toBe(graph);
    expect(run(foldConstantsWithCopies, graph)).toBe(graph);
  });

  it("folds shape arithmetic where all of it is known", () => {
    const nodes = [
      op("Shape", "x", "s"),
      op("Gather", "s k", "n"),
      op("Unsqueeze", "n k0", "u"),
      op("Concat", "u m", "target", { axis: attribute.int(0) }),
      op("Reshape", "x target", "y"),
    ];
    const weights = { k: constant([1], [], "int64"), k0: constant([0], [1], "int64"), m: constant([-1], [1], "int64") };
    const known = run(foldConstants, graphOf({ inputs: { x: ["batch", 8] }, outputs: ["y"], nodes, weights }));
    expect(draw(removeDeadCode.run(known))).toBe("Reshape(x,target)>y");
    expect(numbersIn(known, "target")).toEqual([8, -1]);
    const unknown = graphOf({ inputs: { x: [8, "n"] }, outputs: ["y"], nodes, weights });
    expect(run(foldConstants, unknown)).toBe(unknown);
  });

  it("does not take the default of an input for a constant", () => {
    const graph = graphOf({
      inputs: { x: [2, 30], w: [20, 30] },
      outputs: ["y"],
      nodes: [transpose, op("MatMul", "x t", "y")],
      weights: table,
    });
    expect(runPasses(graph, standardPasses)).toBe(graph);
    expect(draw(runPasses(graph, quantizationPasses))).toBe("MatMul(x,t)>y");
    expect(freezeWeights.run(graph).inputs.map(({ name }) => name)).toEqual(["x"]);
    expect(run(freezeWeights, freezeWeights.run(graph)).weights).toBe(graph.weights);
  });

  it("does not read large weights", () => {
    const source = lazySource("float32", [1000, 1000], () => expect.fail("read"));
    const graph = graphOf({ inputs: { x: [2, 1000] }, outputs: ["y"], nodes: [transpose, op("MatMul", "x t", "y")] });
    const after = run(foldConstants, { ...graph, weights: new Map([["w", { source, origin: originOf("w") }]]) });
    expect(draw(after)).toBe("MatMul(x,t)>y");
  });

  it("folds in bodies what the graph around them holds", () => {
    const body = subgraph([transpose, op("MatMul", "x t", "o")], ["o"]);
    const graph = graphOf({
      inputs: { x: [2, 30], c: { kind: "tensor", dtype: "bool", shape: [] } },
      outputs: ["y"],
      nodes: [ifNode("y", body)],
      weights: table,
    });
    const after = run(foldConstantsWithCopies, graph);
    expect(subgraphsOf(after.nodes[0]!).map(({ graph: inner }) => draw(inner))).toEqual([
      "MatMul(x,t)>o",
      "MatMul(x,t)>o",
    ]);
  });
});

describe("shareInitializers", () => {
  it("merges equal weights, and only those", () => {
    const weights = {
      a: constant([1, 2]),
      b: constant([1, 2]),
      c: constant([1, 2], [2, 1]),
      d: constant([1, 3]),
      e: constant([1, 2], [2], "int32"),
    };
    const nodes = [op("Custom", "a b c d e", "y")];
    const after = run(shareInitializers, graphOf({ inputs: [], outputs: ["y"], nodes, weights }));
    expect(draw(after)).toBe("Custom(a,a,c,d,e)>y");
    expect([...after.weights.keys()]).toEqual(["a", "c", "d", "e"]);
  });

  it("as shareConstants keeps parameters of different tensors of the source apart", () => {
    const source = sourceOf(constant([1, 1]));
    const weights = new Map([
      ["a", { source, origin: originOf("gamma") }],
      ["b", { source, origin: originOf("gamma") }],
      ["c", { source, origin: originOf("other/gamma") }],
      ["d", { source, origin: dropped("it is a constant") }],
      ["e", { source, origin: dropped("it is another") }],
    ]);
    const graph = graphOf({ inputs: [], outputs: ["y"], nodes: [op("Custom", "a b c d e", "y")] });
    const after = run(shareConstants, { ...graph, weights });
    expect(draw(after)).toBe("Custom(a,a,c,d,d)>y");
  });

  it("keeps outputs and weights that an input may override", () => {
    const weights = { a: constant([1]), b: constant([1]), i: constant([1]) };
    const graph = graphOf({ inputs: ["i"], outputs: ["b", "y"], nodes: [op("Custom", "a b i", "y")], weights });
    expect(run(shareInitializers, graph)).toBe(graph);
  });

  it("reads a few bytes of weights that differ", () => {
    let read = 0;
    const weight = (fill: number) => {
      const source = lazySource(
        "uint8",
        [1 << 20],
        (_, length) => ((read += length), new Uint8Array(length).fill(fill)),
      );
      return { source, origin: originOf("w") };
    };
    const graph = graphOf({ inputs: [], outputs: ["y"], nodes: [op("Custom", "a b", "y")] });
    const both = {
      ...graph,
      weights: new Map([
        ["a", weight(1)],
        ["b", weight(2)],
      ]),
    };
    expect(run(shareInitializers, both)).toBe(both);
    expect(read).toBeLessThan(1000);
  });

  it("does not compare thousands of look-alikes with each other", () => {
    const lookalike = (k: number) => constant(Array.from({ length: 200 }, (_, i) => (i === 30 ? k % 2000 : 0)));
    const names = Array.from({ length: 4000 }, (_, k) => `w${k}`);
    const weights = Object.fromEntries(names.map((name, k) => [name, lookalike(k)]));
    const start = performance.now();
    const after = shareInitializers.run(
      graphOf({ inputs: [], outputs: ["y"], nodes: names.map((name) => op("Neg", name, `n${name}`)), weights }),
    );
    expect(after.weights.size).toBe(2000);
    expect(performance.now() - start).toBeLessThan(15_000);
  });

  it("sees a difference that samples miss", () => {
    const one = constant(Array.from({ length: 1000 }, () => 1));
    const other = constant(Array.from({ length: 1000 }, (_, i) => (i === 300 ? 2 : 1)));
    const graph = graphOf({
      inputs: [],
      outputs: ["y"],
      nodes: [op("Custom", "a b", "y")],
      weights: { a: one, b: other },
    });
    expect(run(shareInitializers, graph)).toBe(graph);
  });
});
