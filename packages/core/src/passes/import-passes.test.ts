// What the passes of the doors do to the structure of small graphs; their arithmetic is held against onnxruntime in
// test/passes.
import { describe, expect, it } from "vitest";
import { attribute, type Node } from "../graph/graph.ts";
import { restoreSource } from "../graph/origin.ts";
import { constant, graphOf, op } from "../test-support/graphs.ts";
import { draw, numbersIn, run } from "../test-support/passes.ts";
import { numbersOf } from "../tensor/tensor.ts";
import { foldScale } from "./fold-scale.ts";
import { fuseLayerNorm } from "./fuse-layer-norm.ts";
import { guardPaddedPooling } from "./guard-padded-pooling.ts";
import { meanToPool } from "./mean-to-pool.ts";
import { mergePad } from "./merge-pad.ts";
import { mergeReshapes } from "./merge-reshapes.ts";
import { shareNodes } from "./share-nodes.ts";
import { tiedProduct } from "./tied-product.ts";
import { transposedGemm } from "./transposed-gemm.ts";

const ints = (...numbers: readonly number[]) => constant(numbers, [numbers.length], "int64");
const image = ["n", 2, 4, 4];

describe("shareNodes", () => {
  const shape = (output: string, attributes: Node["attributes"] = {}): Node => op("Shape", "x", output, attributes);
  const graph = (...nodes: readonly Node[]) => graphOf({ inputs: { x: ["n", "n", 2] }, outputs: ["y"], nodes });

  it("merges equal nodes in order", () => {
    const nodes = [shape("a"), shape("b"), op("Cast", "a", "c"), op("Cast", "b", "d"), op("Add", "c d", "y")];
    expect(draw(run(shareNodes, graph(...nodes)))).toBe("Shape(x)>a Cast(a)>c Add(c,c)>y");
  });

  it("merges small tensors whose elements are equal", () => {
    const size = (start: number) => ({ start: attribute.int(start), end: attribute.int(start + 1) });
    const after = run(shareNodes, graph(shape("a", size(0)), shape("b", size(1)), op("Add", "a b", "y")));
    expect(draw(after)).toContain("Add(a,a)>y");
  });

  it.each<[string, readonly Node[]]>([
    ["attributes differ", [shape("a", { start: attribute.int(1) }), shape("b"), op("Concat", "a b", "y")]],
    [
      "a zero has another sign",
      [
        op("LeakyRelu", "x", "a", { alpha: attribute.float(0) }),
        op("LeakyRelu", "x", "b", { alpha: attribute.float(-0) }),
        op("Add", "a b", "y"),
      ],
    ],
    ["results are random", [op("RandomNormalLike", "x", "a"), op("RandomNormalLike", "x", "b"), op("Add", "a b", "y")]],
    ["the second is an output", [op("Relu", "x", "a"), op("Neg", "a", "b"), op("Relu", "x", "y")]],
  ])("leaves nodes where %s", (_, nodes) => {
    const before = graph(...nodes);
    expect(run(shareNodes, before)).toBe(before);
  });
});

describe("mergePad", () => {
  const pad = (x: string, attributes: Node["attributes"] = {}): Node => op("Pad", `${x} pads`, "p", attributes);
  const pool = { kernel_shape: attribute.ints([2, 2]) };
  const weights = {
    w: constant([1, 2], [1, 2, 1, 1]),
    pads: ints(0, 0, 1, 0, 0, 0, 1, 1),
    all: ints(0, 1, 0, 0, 0, 0, 0, 0),
  };
  const graph = (...nodes: readonly Node[]) => graphOf({ inputs: { x: image }, outputs: ["y"], nodes, weights });

  it("adds to the pads of a Conv", () => {
    const after = run(mergePad, graph(pad("x"), op("Conv", "p w", "y", { pads: attribute.ints([1, 2, 3, 4]) })));
    expect(draw(after)).toBe("Conv(x,w)>y");
    expect(after.nodes[0]!.attributes["pads"]).toEqual(attribute.ints([2, 2, 4, 5]));
  });

  it("joins a MaxPool where nothing is below zero", () => {
    const after = run(mergePad, graph(op("Relu", "x", "a"), pad("a"), op("MaxPool", "p", "y", pool)));
    expect(draw(after)).toBe("Relu(x)>a MaxPool(a)>y");
  });

  it.each<[string, readonly Node[]]>([
    ["before a MaxPool of any numbers", [pad("x"), op("MaxPool", "p", "y", pool)]],
    [
      "wider than the window of a MaxPool",
      [op("Relu", "x", "a"), pad("a"), op("MaxPool", "p", "y", { kernel_shape: attribute.ints([1, 2]) })],
    ],
    ["before an AveragePool, which would count otherwise", [pad("x"), op("AveragePool", "p", "y", pool)]],
    ["that repeats the edge", [pad("x", { mode: attribute.string("edge") }), op("Conv", "p w", "y")]],
    ["of channels", [op("Pad", "x all", "p"), op("Conv", "p w", "y")]],
    [
      "before a Conv that pads by itself",
      [pad("x"), op("Conv", "p w", "y", { auto_pad: attribute.string("SAME_UPPER") })],
    ],
  ])("leaves a Pad %s", (_, nodes) => {
    const before = graph(...nodes);
    expect(run(mergePad, before)).toBe(before);
  });
});

describe("guardPaddedPooling", () => {
  const weights = { pads: ints(0, 0, 1, 0, 0, 0, 1, 1), zero: constant([0], []), one: constant([1], []) };
  const pool = op("MaxPool", "p", "y", { kernel_shape: attribute.ints([2, 2]) });
  const graph = (...nodes: readonly Node[]) => graphOf({ inputs: { x: image }, outputs: ["y"], nodes, weights });

  it.each(["x pads", "x pads zero"])("adds almost zero where Pad(%s) is before a MaxPool", (inputs) => {
    const after = run(guardPaddedPooling, graph(op("Pad", inputs, "p"), pool));
    expect(numbersIn(after, after.nodes[0]!.inputs[2]!)).toEqual([2 ** -126]);
  });

  it.each<[string, readonly Node[]]>([
    ["of another value", [op("Pad", "x pads one", "p"), pool]],
    ["that repeats the edge", [op("Pad", "x pads", "p", { mode: attribute.string("edge") }), pool]],
    ["before another operator", [op("Pad", "x pads", "p"), op("Relu", "p", "y")]],
  ])("leaves a Pad %s", (_, nodes) => {
    const before = graph(...nodes);
    expect(run(guardPaddedPooling, before)).toBe(before);
  });
});

describe("meanToPool", () => {
  const mean = (axes: readonly number[], keepdims: number, x: readonly (number | string)[] = image) =>
    graphOf({
      inputs: { x },
      outputs: ["y"],
      nodes: [op("ReduceMean", "x", "y", { axes: attribute.ints(axes), keepdims: attribute.int(keepdims) })],
    });

  it("pools, and takes the axes out if need be", () => {
    expect(draw(run(meanToPool, mean([2, 3], 1)))).toBe("GlobalAveragePool(x)>y");
    expect(draw(run(meanToPool, mean([-1, -2], 0)))).toBe("GlobalAveragePool(x)>y_pooled Squeeze(y_pooled,y_axes)>y");
  });

  it.each([
    ["other axes", mean([1, 2], 1)],
    ["one axis", mean([3], 1)],
    ["another rank", mean([1, 2], 1, ["n", 4, 4])],
  ])("leaves means over %s", (_, before) => {
    expect(run(meanToPool, before)).toBe(before);
  });
});

describe("foldScale", () => {
  const weights = {
    w: constant([1, 2, 3, 4], [2, 2, 1, 1]),
    b: constant([10, 20]),
    k: constant([2, 4], [2, 1, 1]),
    one: constant([8], []),
    row: constant([1, 2, 3, 4], [4]),
  };
  const graph = (...nodes: readonly Node[]) => graphOf({ inputs: { x: image }, outputs: ["y"], nodes, weights });

  it.each([
    ["Mul", "a k", [2, 4, 12, 16], [20, 80]],
    ["Mul", "k a", [2, 4, 12, 16], [20, 80]],
    ["Div", "a k", [0.5, 1, 0.75, 1], [5, 5]],
    ["Add", "a k", [1, 2, 3, 4], [12, 24]],
    ["Sub", "a k", [1, 2, 3, 4], [8, 16]],
    ["Sub", "k a", [-1, -2, -3, -4], [-8, -16]],
    ["Mul", "a one", [8, 16, 24, 32], [80, 160]],
  ])("%s of %s", (type, inputs, weight, bias) => {
    const after = run(foldScale, graph(op("Conv", "x w b", "a"), op(type, inputs, "y")));
    expect(draw(after)).toBe("Conv(x,w,b_folded)>y");
    expect(numbersIn(after, "w")).toEqual(weight);
    expect(numbersIn(after, "b_folded")).toEqual(bias);
    expect(Array.from(numbersOf(restoreSource(after.weights.get("w")!)))).toEqual([1, 2, 3, 4]);
  });

  it.each<[string, readonly Node[]]>([
    ["a quotient the other way round", [op("Conv", "x w b", "a"), op("Div", "k a", "y")]],
    ["a scale along another axis", [op("Conv", "x w b", "a"), op("Mul", "a row", "y")]],
    ["a result that others read", [op("Conv", "x w b", "a"), op("Mul", "a k", "c"), op("Add", "a c", "y")]],
  ])("leaves %s", (_, nodes) => {
    const before = graph(...nodes);
    expect(run(foldScale, before)).toBe(before);
  });
});

describe("transposedGemm", () => {
  const turn = (x: string, y: string): Node => op("Transpose", x, y, { perm: attribute.ints([1, 0]) });
  const weights = { w: constant([1, 2, 3, 4], [2, 2]) };
  const graph = (rows: readonly (number | string)[], ...nodes: readonly Node[]) =>
    graphOf({ inputs: { x: rows, z: ["n", "m"] }, outputs: ["y"], nodes, weights });

  it("multiplies by the shared weight as it is", () => {
    const nodes = [op("Neg", "w", "v"), turn("w", "t"), op("MatMul", "x t", "a"), op("MatMul", "a v", "y")];
    const after = run(transposedGemm, graph(["n", 2], ...nodes));
    expect(draw(after)).toBe("Neg(w)>v Gemm(x,w)>a MatMul(a,v)>y");
    expect(after.nodes[1]!.attributes).toEqual({ transB: attribute.int(1) });
  });

  it("turns a transposed operand of a Gemm back", () => {
    const gemm = op("Gemm", "t w", "y", { transA: attribute.int(1) });
    const after = run(transposedGemm, graph(["n", 2], turn("x", "t"), gemm));
    expect(draw(after)).toBe("Gemm(x,w)>y");
    expect(after.nodes[0]!.attributes).toEqual({ transA: attribute.int(0) });
  });

  it("leaves products of higher rank", () => {
    const before = graph(["n", 3, 2], turn("w", "t"), op("MatMul", "x t", "y"));
    expect(run(transposedGemm, before)).toBe(before);
  });
});

describe("tiedProduct", () => {
  const weights = { table: constant([1, 2, 3, 4, 5, 6], [3, 2]), axis: ints(0) };
  const turn = (x: string, perm: readonly number[]): Node => op("Transpose", x, "t", { perm: attribute.ints(perm) });
  const graph = (x: readonly (number | string)[], ...nodes: readonly Node[]) =>
    graphOf({ inputs: { x }, outputs: ["y"], nodes: [...nodes, op("MatMul", "x t", "y")], weights });
  const untied =
    "Reshape(x,y_rows)>y_flat Gemm(y_flat,table)>y_product Shape(x)>y_sizes Concat(y_sizes,y_columns)>y_shape " +
    "Reshape(y_product,y_shape)>y";

  it("multiplies by the table as it is", () => {
    const after = run(tiedProduct, graph(["n", "s", 2], turn("table", [1, 0])));
    expect(draw(after)).toBe(`Transpose(table)>t ${untied}`);
  });

  it("sees through axes of one element", () => {
    const after = run(tiedProduct, graph(["n", "s", 2], op("Unsqueeze", "table axis", "u"), turn("u", [0, 2, 1])));
    expect(draw(after)).toBe(`Unsqueeze(table,axis)>u Transpose(u)>t ${untied}`);
  });

  it.each([
    ["a matrix, which transposedGemm takes", graph(["n", 2], turn("table", [1, 0]))],
    ["a transposed activation", graph(["n", 3, 2], turn("x", [0, 2, 1]))],
  ])("leaves a product with %s", (_, before) => {
    expect(run(tiedProduct, before)).toBe(before);
  });
});

describe("fuseLayerNorm", () => {
  const axes = { axes: attribute.ints([-1]) };
  const nodes = (square: Node = op("Mul", "d d", "s"), mean: Node["attributes"] = axes): readonly Node[] => [
    op("ReduceMean", "x", "m", mean),
    op("Sub", "x m", "d"),
    square,
    op("ReduceMean", "s", "v", axes),
    op("Add", "v eps", "e"),
    op("Sqrt", "e", "r"),
    op("Reciprocal", "r", "i"),
    op("Mul", "i gamma", "k"),
    op("Mul", "x k", "a"),
    op("Mul", "m k", "b"),
    op("Sub", "beta b", "c"),
    op("Add", "a c", "y"),
  ];
  const weights = { eps: constant([0.5], []), gamma: constant([1, 2]), beta: constant([3, 4]), two: constant([2], []) };
  const graph = (list: readonly Node[], opset = 17) =>
    graphOf({ inputs: { x: ["n", 5, 2] }, outputs: ["y"], nodes: list, weights, opset });

  it.each([
    ["a product", op("Mul", "d d", "s")],
    ["a power", op("Pow", "d two", "s")],
  ])("is one operator, with the square as %s", (_, square) => {
    const after = run(fuseLayerNorm, graph(nodes(square)));
    const fused = after.nodes.at(-1)!;
    expect(fused).toMatchObject({ op: "LayerNormalization", inputs: ["x", "gamma", "beta"], outputs: ["y"] });
    expect(fused.attributes).toEqual({ axis: attribute.int(-1), epsilon: attribute.float(0.5) });
  });

  it.each([
    ["another power", graph(nodes(op("Pow", "d eps", "s")))],
    ["a mean over other axes", graph(nodes(undefined, { axes: attribute.ints([1]) }))],
    ["an operator set without it", graph(nodes(), 16)],
    ["the variance of another value", graph(nodes().with(1, op("Sub", "x x", "d")))],
  ])("stays written out with %s", (_, before) => {
    expect(run(fuseLayerNorm, before)).toBe(before);
  });
});

describe("mergeReshapes", () => {
  const weights = { flat: ints(-1, 6), axis: ints(1), back: ints(-1, 3, 2) };
  const graph = (x: readonly (number | string)[], ...nodes: readonly Node[]) =>
    graphOf({ inputs: { x }, outputs: ["y"], nodes, weights });
  const target = (after: Parameters<typeof numbersIn>[0]) => numbersIn(after, "y_shape");

  it("leaves the last change of shape of a chain", () => {
    const after = run(
      mergeReshapes,
      graph(["n", 2, 3], op("Reshape", "x flat", "a"), op("Unsqueeze", "a axis", "b"), op("Reshape", "b back", "y")),
    );
    expect(draw(after)).toBe("Reshape(x,y_shape)>y");
    expect(target(after)).toEqual([0, 3, 2]);
  });

  it("needs no computed shape where one size is open", () => {
    const nodes = [
      op("Shape", "x", "s", { start: attribute.int(0), end: attribute.int(1) }),
      op("Concat", "six s", "t", { axis: attribute.int(0) }),
      op("Reshape", "x t", "y"),
    ];
    const after = run(
      mergeReshapes,
      graphOf({ inputs: { x: ["n", 2, 3] }, outputs: ["y"], nodes, weights: { six: ints(6) } }),
    );
    expect(draw(after)).toContain("Reshape(x,y_shape)>y");
    expect(target(after)).toEqual([6, -1]);
  });

  it("takes a Transpose for a Reshape where only axes of one element move", () => {
    const turn = op("Transpose", "x", "y", { perm: attribute.ints([0, 3, 1, 2]) });
    expect(draw(run(mergeReshapes, graph(["n", 4, 5, 1], turn)))).toBe("Reshape(x,y_shape)>y");
    const image4 = graph(["n", 4, 5, 2], turn);
    expect(run(mergeReshapes, image4)).toBe(image4);
  });

  it("leaves shapes with two open sizes, and those of values that others read", () => {
    const before = graph(["n", "m", 3], op("Flatten", "x", "a"), op("Neg", "a", "b"), op("Add", "a b", "y"));
    expect(run(mergeReshapes, before)).toBe(before);
  });
});
