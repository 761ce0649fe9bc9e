// Recognisers on small graphs. That a recognised normalisation or GELU computes what its name says is held against
// onnxruntime's fused kernels in test/passes.
import { describe, expect, it } from "vitest";
import { attribute, nodeOf, type Graph, type Node } from "../../graph/graph.ts";
import { constant, graphOf, op, subgraph } from "../../test-support/graphs.ts";
import { gelus } from "./gelu.ts";
import { indexChains } from "./index-chains.ts";
import { layerNorms } from "./layer-norm.ts";
import { maskedSoftmaxes } from "./masked-softmax.ts";

const scalars = {
  two: constant([2], []),
  three: constant([3], []),
  one: constant([1], [1]),
  half: constant([0.5], []),
  eps: constant([1e-5], []),
  root2: constant([Math.SQRT2], []),
  root: constant([0.7978846], []),
  cubic: constant([0.044715], []),
  g: constant([1, 2, 3]),
  b: constant([3, 2, 1]),
};
const axes = { axes: attribute.ints([-1]) };
const graph = (nodes: readonly Node[], weights = {}, inputs = ["x"]): Graph =>
  graphOf({ inputs, outputs: ["y"], nodes, weights: { ...scalars, ...weights }, opset: 13 });
const lines = (text: string): readonly Node[] =>
  text
    .trim()
    .split("\n")
    .map((line) => /^\s*(\w+)\((.*)\) > (\w+)$/.exec(line)!)
    .map(([, type, inputs, output]) =>
      op(type!, inputs!.replaceAll(",", ""), output!, type === "ReduceMean" ? axes : {}),
    );
const namesOf = (nodes: Iterable<Node>) => [...nodes].map(({ name }) => name).sort();

describe("layerNorms", () => {
  const plain = `
    ReduceMean(x) > m
    Sub(x, m) > d
    Pow(d, two) > q
    ReduceMean(q) > v
    Add(v, eps) > ve
    Sqrt(ve) > s
    Div(d, s) > n
    Mul(n, g) > w
    Add(b, w) > z
    Relu(z) > y`;

  it("finds the plain form with all its parts", () => {
    const [found, ...others] = layerNorms(graph(lines(plain)));
    expect(others).toEqual([]);
    expect(found).toMatchObject({ kind: "layer", input: "x", output: "z", gamma: "g", beta: "b", axes: [-1] });
    expect(found!.epsilon).toBeCloseTo(1e-5);
    expect(namesOf(found!.nodes)).toEqual(["d", "m", "n", "q", "s", "v", "ve", "w", "z"]);
  });

  it.each<[string, string]>([
    ["Mul with itself", plain.replace("Pow(d, two)", "Mul(d, d)")],
    [
      "a second Sub",
      plain.replace("Div(d, s)", "Div(d2, s)").replace("Sub(x, m) > d", "Sub(x, m) > d\n    Sub(x, m) > d2"),
    ],
    ["Reciprocal", plain.replace("Div(d, s) > n", "Reciprocal(s) > r\n    Mul(d, r) > n")],
    ["one divided by the deviation", plain.replace("Div(d, s) > n", "Div(one, s) > r\n    Mul(d, r) > n")],
    ["a Cast before Pow", plain.replace("Pow(d, two)", "Cast(d) > c\n    Pow(c, two)")],
  ])("finds the form with %s", (_, text) => {
    expect(layerNorms(graph(lines(text)))).toMatchObject([
      { kind: "layer", input: "x", output: "z", gamma: "g", beta: "b" },
    ]);
  });

  it("finds RMS normalisation", () => {
    const text = `
    Pow(x, two) > q
    ReduceMean(q) > v
    Add(eps, v) > ve
    Sqrt(ve) > s
    Div(x, s) > n
    Mul(g, n) > y`;
    expect(layerNorms(graph(lines(text)))).toMatchObject([{ kind: "rms", input: "x", output: "y", gamma: "g" }]);
  });

  it("ends where others read a value in between", () => {
    const [found] = layerNorms(graph([...lines(plain), op("Neg", "n", "other")]));
    expect(found).toMatchObject({ output: "n" });
    expect(found).not.toHaveProperty("gamma");
  });

  it.each<[string, string]>([
    ["a cube", plain.replace("Pow(d, two)", "Pow(d, three)")],
    [
      "another value divided",
      plain.replace("Div(d, s)", "Div(x2, s)").replace("ReduceMean(x) > m", "Neg(x) > x2\n    ReduceMean(x) > m"),
    ],
    ["the deviation divided", plain.replace("Div(d, s)", "Div(s, d)")],
    ["no epsilon", plain.replace("Add(v, eps)", "Add(v, v)")],
  ])("does not find %s", (_, text) => {
    expect(layerNorms(graph(lines(text)))).toEqual([]);
  });
});

describe("gelus", () => {
  const erf = `
    Div(x, root2) > d
    Erf(d) > e
    Add(e, one) > p
    Mul(x, p) > m
    Mul(m, half) > y`;
  const tanh = `
    Pow(x, three) > c
    Mul(cubic, c) > k
    Add(x, k) > s
    Mul(s, root) > r
    Tanh(r) > t
    Add(one, t) > p
    Mul(x, half) > h
    Mul(h, p) > y`;

  it.each<[string, "erf" | "tanh", string]>([
    ["by erf", "erf", erf],
    [
      "by erf, half first",
      "erf",
      erf.replace("Mul(x, p) > m", "Mul(half, p) > m").replace("Mul(m, half)", "Mul(m, x)"),
    ],
    [
      "by erf, half of x first",
      "erf",
      erf.replace("Mul(x, p) > m", "Mul(x, half) > m").replace("Mul(m, half)", "Mul(m, p)"),
    ],
    ["by tanh", "tanh", tanh],
    ["by tanh, x^3 by Mul", "tanh", tanh.replace("Pow(x, three) > c", "Mul(x, x) > xx\n    Mul(xx, x) > c")],
    [
      "by tanh, x taken out of the sum",
      "tanh",
      tanh
        .replace("Pow(x, three) > c", "Mul(x, x) > c")
        .replace("Add(x, k) > s", "Add(one, k) > s")
        .replace("Mul(s, root) > r", "Mul(x, root) > xr\n    Mul(xr, s) > r"),
    ],
  ])("finds the one %s", (_, kind, text) => {
    const found = gelus(graph(lines(text)));
    expect(found).toMatchObject([{ kind, input: "x", output: "y" }]);
    expect(namesOf(found[0]!.nodes)).toEqual(namesOf(lines(text)));
  });

  it("takes x as it is, even when x is a product", () => {
    const text = `
    Mul(a, half) > x${erf}`;
    expect(gelus(graph(lines(text), {}, ["a"]))).toMatchObject([{ input: "x" }]);
  });

  it.each<[string, string]>([
    ["another scale", erf.replace("Div(x, root2)", "Div(x, three)")],
    ["a third of it", erf.replace("Mul(m, half)", "Mul(m, three)")],
    ["another factor", erf.replace("Mul(x, p)", "Mul(d, p)")],
    ["a plain Tanh", "Tanh(x) > y"],
    ["another cubic", tanh.replace("Pow(x, three)", "Pow(x, two)")],
  ])("does not find %s", (_, text) => {
    expect(gelus(graph(lines(text)))).toEqual([]);
  });
});

describe("maskedSoftmaxes", () => {
  const masks = {
    low: constant([-10000], []),
    min: constant([-3.4e38], []),
    inf: constant([-Infinity], []),
    big: constant([1e30], []),
  };
  const find = (text: string, inputs = ["x", "m", "c"]) => {
    const { nodes, tensors } = maskedSoftmaxes(graph(lines(text), masks, inputs));
    return { nodes: namesOf(nodes), tensors: [...tensors].sort() };
  };

  it("finds an added mask and everything that makes it huge", () => {
    const found = find(`
    MatMul(x, x) > a
    Div(a, two) > scores
    Cast(m) > f
    Sub(one, f) > i
    Mul(i, low) > mask
    Unsqueeze(mask) > wide
    Add(scores, wide) > s
    Reshape(s, m) > r
    Softmax(r) > y`);
    expect(found.nodes).toEqual(["mask", "r", "s", "wide"]);
    expect(found.tensors).toEqual(["low", "mask", "r", "s", "wide"]);
  });

  it("finds masks by Where, on either side", () => {
    expect(find("MatMul(x, x) > a\nWhere(c, inf, a) > s\nSoftmax(s) > y").nodes).toEqual(["s"]);
    expect(find("MatMul(x, x) > a\nWhere(c, a, inf) > s\nSoftmax(s) > y").tensors).toEqual(["inf", "s"]);
  });

  it("finds masks that are subtracted, stored whole or clamped by Max", () => {
    expect(find("MatMul(x, x) > a\nMul(m, big) > k\nSub(a, k) > s\nSoftmax(s) > y").nodes).toEqual(["k", "s"]);
    expect(find("MatMul(x, x) > a\nAdd(a, inf) > s\nMax(s, min) > t\nSoftmax(t) > y").nodes).toEqual(["s", "t"]);
  });

  it("takes a bias into a mask that it is joined with", () => {
    const found = find("Mul(m, low) > k\nAdd(k, x) > bias\nMatMul(x, x) > a\nAdd(a, bias) > s\nSoftmax(s) > y");
    expect(found.nodes).toEqual(["bias", "k", "s"]);
  });

  it("finds a mask made outside the body that holds the Softmax", () => {
    const body = subgraph(lines("MatMul(x, x) > a\nAdd(a, k) > s\nSoftmax(s) > o"), ["o"]);
    const node = nodeOf("If", "if", ["c"], ["y"], {
      then_branch: attribute.graph(body),
      else_branch: attribute.graph(body),
    });
    const { nodes } = maskedSoftmaxes(graph([op("Mul", "m low", "k"), node], masks, ["x", "m", "c"]));
    expect(namesOf(nodes)).toEqual(["k", "s"]);
  });

  it.each<[string, string]>([
    ["small constants", "MatMul(x, x) > a\nAdd(a, three) > s\nSoftmax(s) > y"],
    ["masks behind a MatMul", "Mul(x, low) > k\nMatMul(k, x) > a\nAdd(a, half) > s\nSoftmax(s) > y"],
    ["masks that reach no Softmax", "Mul(m, low) > k\nAdd(x, k) > y"],
    ["scaled scores", "MatMul(x, x) > a\nMul(a, half) > s\nSoftmax(s) > y"],
  ])("does not find %s", (_, text) => {
    expect(find(text)).toEqual({ nodes: [], tensors: [] });
  });

  it("is linear in a long chain with many Softmax operators", () => {
    const nodes = Array.from({ length: 20_000 }, (_, i) => [
      op("Add", `v${i} x`, `v${i + 1}`),
      op("Softmax", `v${i + 1}`, `p${i}`),
    ]).flat();
    const start = performance.now();
    maskedSoftmaxes(graphOf({ inputs: ["x", "v0"], outputs: ["p0"], nodes }));
    expect(performance.now() - start).toBeLessThan(15_000);
  });
});

describe("indexChains", () => {
  const chainOf = (nodes: readonly Node[], outputs = ["y"], inputs = ["x", "i", "c"]) =>
    namesOf(indexChains(graphOf({ inputs, outputs, nodes, weights: { ...scalars, k: constant([4], [1], "int64") } })));

  it("finds float arithmetic that ends in indices", () => {
    expect(chainOf(lines("Cast(i) > f\nDiv(f, two) > h\nFloor(h) > g\nCast(g) > n\nGather(x, n) > y"))).toEqual([
      "f",
      "g",
      "h",
      "n",
    ]);
  });

  it("finds shapes, ranges and conditions", () => {
    const text =
      "Shape(x) > s\nMul(s, k) > t\nReshape(x, t) > r\nGreater(i, k) > q\nWhere(q, r, x) > w\nRange(s, s, s) > a\nAdd(w, a) > y";
    expect(chainOf(lines(text))).toEqual(["q", "s", "t"]);
  });

  it("does not take what is computed on as well", () => {
    expect(chainOf(lines("Mul(i, two) > a\nGather(x, a) > g\nAdd(g, a) > y"))).toEqual([]);
    expect(chainOf(lines("Mul(i, two) > a\nGather(x, a) > y"), ["y", "a"])).toEqual([]);
  });

  it("takes the values of rankings for data, though only their order counts", () => {
    expect(chainOf(lines("Relu(x) > s\nArgMax(s) > a\nGather(x, a) > y"))).toEqual(["a"]);
  });

  it("follows If by output", () => {
    const body = subgraph(lines("Mul(x, two) > data\nAdd(i, k) > index"), ["data", "index"]);
    const node = nodeOf("If", "if", ["c"], ["d", "n"], {
      then_branch: attribute.graph(body),
      else_branch: attribute.graph(body),
    });
    expect(chainOf([node, op("Gather", "d n", "y")])).toEqual(["index"]);
  });

  it("follows Loop round by round", () => {
    const inner = lines(
      "Add(count, k) > next\nAdd(value, twice) > more\nMul(value, two) > twice2\nGather(twice2, count) > picked\nIdentity(cond) > go",
    );
    const body = subgraph([op("Mul", "count two", "twice"), ...inner], ["go", "next", "more", "picked"], {}, [
      "round",
      "cond",
      "count",
      "value",
    ]);
    const loop = nodeOf("Loop", "loop", ["i", "c", "start", "x0"], ["last", "sum", "scan"], {
      body: attribute.graph(body),
    });
    const nodes = [op("Neg", "i", "start"), op("Neg", "x", "x0"), loop];
    // The count only picks: it is an index, unless the sum, which it is added to, is wanted.
    expect(chainOf([...nodes, op("Neg", "scan", "y")])).toEqual(
      expect.not.arrayContaining(["x0", "twice2", "picked", "more", "twice", "next", "start"]),
    );
    const picks = subgraph(
      inner.filter(({ name }) => name !== "more"),
      ["go", "next", "value", "picked"],
      {},
      ["round", "cond", "count", "value"],
    );
    const loop2 = { ...loop, attributes: { body: attribute.graph(picks) } };
    expect(chainOf([nodes[0]!, nodes[1]!, loop2, op("Neg", "scan", "y")])).toEqual(["go", "next", "start"]);
  });

  it("follows what bodies capture and what Scan takes in", () => {
    const body = subgraph(lines("Gather(state, outer) > next\nMul(item, two) > out"), ["next", "out"], {}, [
      "state",
      "item",
    ]);
    const scan = nodeOf("Scan", "scan", ["x", "xs"], ["last", "all"], {
      body: attribute.graph(body),
      num_scan_inputs: attribute.int(1),
    });
    const nodes = [op("Neg", "i", "outer"), op("Neg", "x", "xs"), scan];
    expect(chainOf([...nodes, op("Neg", "all", "y")])).toEqual(["next", "outer"]);
    expect(chainOf([...nodes, op("Neg", "last", "y")])).toEqual(["out", "outer", "xs"]);
  });

  it("takes everything for data around operators with bodies that it does not know", () => {
    const body = subgraph(lines("Mul(x, two) > o"), ["o"]);
    const node = nodeOf("Custom", "custom", ["n"], ["y"], { body: attribute.graph(body) }, "mine");
    expect(chainOf([op("Neg", "i", "n"), node])).toEqual([]);
  });
});
