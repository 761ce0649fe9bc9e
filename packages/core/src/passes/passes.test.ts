// What each pass does to the structure of small graphs. That outputs stay the same is held against onnxruntime in test/passes.
import { describe, expect, it } from "vitest";
import { attribute, nodeOf, subgraphsOf, type Graph, type Node } from "../graph/graph.ts";
import { originOf } from "../graph/origin.ts";
import { problemsOf } from "../graph/verify.ts";
import { lazySource } from "../tensor/source.ts";
import { numbersOf } from "../tensor/tensor.ts";
import { constant, graphOf, op, subgraph } from "../test-support/graphs.ts";
import { constantsToWeights } from "./constants-to-weights.ts";
import { removeDeadCode } from "./dead-code.ts";
import { foldBatchNorm } from "./fold-batch-norm.ts";
import { foldConstants, foldConstantsWithCopies } from "./fold-constants.ts";
import { quantizationPasses, standardPasses } from "./lists.ts";
import { inlineConstantIf } from "./inline-if.ts";
import { mergeBias } from "./merge-bias.ts";
import { removeNoOps } from "./no-ops.ts";
import { runPasses, type Pass } from "./pass.ts";
import { shareInitializers } from "./share-initializers.ts";

/** The graph as text, a node a word: "Relu(x)>y". */
const draw = ({ nodes }: Pick<Graph, "nodes">): string =>
  nodes.map((node) => `${node.op}(${node.inputs.join()})>${node.outputs.join()}`).join(" ");

function run(pass: Pass, graph: Graph): Graph {
  const after = pass.run(graph);
  expect(problemsOf(after)).toEqual([]);
  expect(pass.run(after)).toBe(after);
  return after;
}

const ifNode = (output: string, body: ReturnType<typeof subgraph>) =>
  nodeOf("If", output, ["c"], [output], { then_branch: attribute.graph(body), else_branch: attribute.graph(body) });
const numbers = (graph: Pick<Graph, "weights">, name: string) =>
  Array.from(numbersOf(graph.weights.get(name)!.source.tensor()));

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
    expect(Object.keys(forms).map((name) => [after.weights.get(name)!.source.dtype, numbers(after, name)])).toEqual([
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
    expect(numbers(known, "target")).toEqual([8, -1]);
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
    expect(runPasses(graph, [...standardPasses, ...quantizationPasses])).toBe(graph);
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
    expect(performance.now() - start).toBeLessThan(3000);
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

describe("foldBatchNorm", () => {
  const norm = {
    gamma: constant([2, 3]),
    beta: constant([1, -1]),
    mean: constant([0.5, 0]),
    variance: constant([4, 1]),
  };
  const weights = { w: constant([1, 2, 3, 4], [2, 2, 1, 1]), b: constant([10, 20]), ...norm };
  const batchNorm = op("BatchNormalization", "a gamma beta mean variance", "y", { epsilon: attribute.float(0) });

  it("scales the weight, shifts the bias and keeps the way home", () => {
    const graph = graphOf({ inputs: ["x"], outputs: ["y"], nodes: [op("Conv", "x w b", "a"), batchNorm], weights });
    const after = run(foldBatchNorm, graph);
    expect(draw(after)).toBe("Conv(x,w,b_folded)>y");
    expect(numbers(after, "w")).toEqual([1, 2, 9, 12]);
    expect(numbers(after, "b_folded")).toEqual([10.5, 59]);
    expect(after.weights.get("w")!.origin).toMatchObject({ source: "w", steps: [{ kind: "scale", axis: 0 }] });
  });

  it("leaves the weight of another Conv alone", () => {
    const nodes = [op("Conv", "x w", "a"), op("Conv", "x w", "z"), batchNorm];
    const after = run(foldBatchNorm, graphOf({ inputs: ["x"], outputs: ["y", "z"], nodes, weights }));
    expect(draw(after)).toBe("Conv(x,w_folded,w_folded_1)>y Conv(x,w)>z");
    expect(numbers(after, "w")).toEqual([1, 2, 3, 4]);
  });

  it.each([
    ["somebody else reads in between", [op("Conv", "x w", "a"), batchNorm], ["y", "a"]],
    ["it stands alone", [op("Relu", "x", "a"), batchNorm], ["y"]],
    ["it trains", [op("Conv", "x w", "a"), { ...batchNorm, attributes: { training_mode: attribute.int(1) } }], ["y"]],
    ["groups share an axis", [op("ConvTranspose", "x w", "a", { group: attribute.int(2) }), batchNorm], ["y"]],
    ["the weight is no constant", [op("Neg", "w", "v"), op("Conv", "x v", "a"), batchNorm], ["y"]],
    ["the bias is no constant", [op("Neg", "b", "v"), op("Conv", "x w v", "a"), batchNorm], ["y"]],
  ])("stays when %s", (_, nodes, outputs) => {
    const graph = graphOf({ inputs: ["x"], outputs, nodes, weights });
    expect(run(foldBatchNorm, graph)).toBe(graph);
  });

  it("stays when its parameters give no finite numbers", () => {
    const graph = graphOf({
      inputs: ["x"],
      outputs: ["y"],
      nodes: [op("Conv", "x w", "a"), batchNorm],
      weights: { ...weights, variance: constant([-1, 1]) },
    });
    expect(run(foldBatchNorm, graph)).toBe(graph);
  });

  it("drops the origin where a channel is multiplied by zero", () => {
    const graph = graphOf({
      inputs: ["x"],
      outputs: ["y"],
      nodes: [op("Conv", "x w", "a"), batchNorm],
      weights: { ...weights, gamma: constant([0, 1]) },
    });
    expect(run(foldBatchNorm, graph).weights.get("w")!.origin.kind).toBe("dropped");
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
    expect(numbers(after, "w_1")).toEqual([7]);
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

describe("mergeBias", () => {
  const weights = {
    w: constant([1, 2, 3, 4], [2, 2]),
    k: constant([1, 2, 3, 4], [2, 2, 1, 1]),
    b: constant([1, 2]),
    row: constant([1, 2], [1, 2]),
    cube: constant([1, 2], [2, 1, 1]),
  };
  const graph = (x: readonly (number | string)[], ...nodes: ReturnType<typeof op>[]) =>
    graphOf({ inputs: { x }, outputs: ["y"], nodes, weights });

  it("makes a Gemm of MatMul and Add of rank 2", () => {
    const after = run(mergeBias, graph(["n", 2], op("MatMul", "x w", "a"), op("Add", "row a", "y")));
    expect(draw(after)).toBe("Gemm(x,w,row)>y");
    expect(after.weights.get("row")!.source.shape).toEqual([2]);
  });

  it("gives Conv and Gemm the bias they lack", () => {
    expect(draw(run(mergeBias, graph([1, 2, 4, 4], op("Conv", "x k", "a"), op("Add", "a cube", "y"))))).toBe(
      "Conv(x,k,cube)>y",
    );
    const gemm = op("Gemm", "x w", "a", { beta: attribute.float(7), alpha: attribute.float(2) });
    const after = run(mergeBias, graph(["n", 2], gemm, op("Add", "a b", "y")));
    expect(after.nodes[0]).toMatchObject({
      op: "Gemm",
      inputs: ["x", "w", "b"],
      attributes: { beta: { value: 1 }, alpha: { value: 2 } },
    });
  });

  it.each([
    ["a MatMul of rank 3", graph(["n", 5, 2], op("MatMul", "x w", "a"), op("Add", "a b", "y"))],
    ["a bias along another axis", graph([1, 2, 2, 2], op("Conv", "x k", "a"), op("Add", "a b", "y"))],
    ["an operator with a bias", graph(["n", 2], op("Gemm", "x w b", "a"), op("Add", "a b", "y"))],
    ["an Add of the value to itself", graph(["n", 2], op("MatMul", "x w", "a"), op("Add", "a a", "y"))],
    ["no constant", graph(["n", 2], op("MatMul", "x w", "a"), op("Neg", "b", "c"), op("Add", "a c", "y"))],
  ])("leaves %s", (_, before) => {
    expect(run(mergeBias, before)).toBe(before);
  });
});
