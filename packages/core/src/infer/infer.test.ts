// The engine of inference: chains of shape arithmetic, bodies, local functions, stale types, hostile graphs. Expected
// shapes are worked out by hand; the bank test in test/inference holds whole models against onnxruntime.

import { describe, expect, it } from "vitest";
import type { Dim } from "../graph/dim.ts";
import {
  attribute,
  nodeOf,
  type Attribute,
  type Graph,
  type LocalFunction,
  type Node,
  type Subgraph,
  type Value,
  type ValueType,
} from "../graph/graph.ts";
import { originOf } from "../graph/origin.ts";
import type { Fact } from "../ops/define.ts";
import { sourceOf } from "../tensor/source.ts";
import { float32, int64, tensorFromNumbers, type Tensor } from "../tensor/tensor.ts";
import { inferTypes, type Inference } from "./infer.ts";

type Parts = Partial<Pick<Graph, "types" | "functions" | "outputs" | "opsets">> & {
  readonly weights?: Readonly<Record<string, Tensor>>;
};

function value(name: string, shape?: readonly Dim[], dtype: "float32" | "int64" | "bool" = "float32"): Value {
  return { name, type: { kind: "tensor", dtype, ...(shape && { shape }) } };
}

function subgraph(
  inputs: readonly Value[],
  nodes: readonly Node[],
  outputs: readonly string[],
  weights: Parts["weights"] = {},
): Subgraph {
  return {
    name: "body",
    inputs,
    outputs: outputs.map((name) => ({ name, type: { kind: "unknown" } })),
    nodes,
    weights: new Map(
      Object.entries(weights).map(([name, tensor]) => [name, { source: sourceOf(tensor), origin: originOf(name) }]),
    ),
    types: new Map(),
  };
}

function graph(inputs: readonly Value[], nodes: readonly Node[], parts: Parts = {}): Graph {
  const { weights, ...rest } = parts;
  return {
    ...subgraph(inputs, nodes, [], weights),
    opsets: new Map([["", 18]]),
    functions: [],
    metadata: new Map(),
    ...rest,
  };
}

function shapeOf(inference: Inference, name: string): readonly Dim[] | undefined {
  const fact = inference.types.get(name);
  return fact?.kind === "tensor" ? fact.shape : undefined;
}

function elementsOf(fact: Fact | undefined): readonly (Dim | null)[] | undefined {
  return fact?.kind === "tensor" && fact.value ? Array.from(fact.value.data) : undefined;
}

const n = (
  op: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, Attribute>> = {},
) => nodeOf(op, output, inputs, [output], attributes);

describe("shape arithmetic", () => {
  it("splits and joins heads: Shape, Gather, Unsqueeze, Concat, Reshape", () => {
    const nodes = [
      n("Shape", ["x"], "shape"),
      n("Gather", ["shape", "zero"], "batch"),
      n("Gather", ["shape", "one"], "seq"),
      n("Unsqueeze", ["batch", "axis"], "batch1"),
      n("Unsqueeze", ["seq", "axis"], "seq1"),
      n("Concat", ["batch1", "seq1", "heads", "rest"], "target", { axis: attribute.int(0) }),
      n("Reshape", ["x", "target"], "split"),
      n("Transpose", ["split"], "turned", { perm: attribute.ints([0, 2, 1, 3]) }),
      n("Reshape", ["turned", "flat"], "joined"),
    ];
    const weights = {
      zero: int64([], [0]),
      one: int64([], [1]),
      axis: int64([1], [0]),
      heads: int64([1], [12]),
      rest: int64([1], [-1]),
      flat: int64([2], [0, -1]),
    };
    const inference = inferTypes(graph([value("x", ["b", "s", 768])], nodes, { weights }));
    expect(shapeOf(inference, "split")).toEqual(["b", "s", 12, 64]);
    expect(shapeOf(inference, "turned")).toEqual(["b", 12, "s", 64]);
    expect(shapeOf(inference, "joined")).toEqual(["b", "768*s"]);
  });

  it("halves an image through floats: Cast, Mul, Floor, Cast, Concat, Expand", () => {
    const nodes = [
      n("Shape", ["x"], "size", { start: attribute.int(2) }),
      n("Cast", ["size"], "real", { to: attribute.int(1) }),
      n("Mul", ["real", "half"], "halved"),
      n("Floor", ["halved"], "floored"),
      n("Cast", ["floored"], "whole", { to: attribute.int(7) }),
      n("ConstantOfShape", ["whole"], "ones"),
    ];
    const inference = inferTypes(
      graph([value("x", [1, 3, "h", "w"])], nodes, { weights: { half: float32([], [0.5]) } }),
    );
    expect(shapeOf(inference, "ones")).toEqual(["floor(h/2)", "floor(w/2)"]);
  });

  it("keeps given lengths where -1 asks for them: Equal, Where, Expand", () => {
    const nodes = [
      n("Shape", ["mask"], "shape"),
      n("ConstantOfShape", ["two"], "ones", { value: attribute.tensor(sourceOf(int64([1], [1]))) }),
      n("Concat", ["shape", "minus"], "wanted", { axis: attribute.int(0) }),
      n("Slice", ["wanted", "from", "to"], "pair"),
      n("Equal", ["pair", "minus"], "open"),
      n("Where", ["open", "ones", "pair"], "target"),
      n("Expand", ["x", "target"], "y"),
    ];
    const weights = { two: int64([1], [2]), minus: int64([1], [-1]), from: int64([1], [1]), to: int64([1], [3]) };
    const inference = inferTypes(graph([value("mask", ["b", "s"]), value("x", ["s", 5])], nodes, { weights }));
    expect(elementsOf(inference.types.get("target"))).toEqual(["s", 1]);
    expect(shapeOf(inference, "y")).toEqual(["s", 5]);
  });

  it("folds a range of known length into elements", () => {
    const nodes = [
      n("Shape", ["x"], "shape"),
      n("Gather", ["shape", "one"], "length"),
      n("Range", ["zero", "length", "one"], "positions"),
    ];
    const weights = { zero: int64([], [0]), one: int64([], [1]) };
    const inference = inferTypes(graph([value("x", ["b", 4])], nodes, { weights }));
    expect(elementsOf(inference.types.get("positions"))).toEqual([0, 1, 2, 3]);
  });

  it("follows elements only through small tensors", () => {
    const nodes = [n("Add", ["big", "big"], "sum")];
    const weights = { big: float32([40], new Float32Array(40)) };
    expect(elementsOf(inferTypes(graph([], nodes, { weights })).types.get("sum"))?.length).toBe(40);
    expect(elementsOf(inferTypes(graph([], nodes, { weights }), { maxElements: 39 }).types.get("sum"))).toBeUndefined();
  });
});

describe("inputs", () => {
  const double = [n("Concat", ["x", "x"], "y", { axis: attribute.int(0) })];

  it("take the shapes and values that are given", () => {
    const g = graph([value("x", ["n"], "int64")], double);
    expect(shapeOf(inferTypes(g), "y")).toEqual(["2*n"]);
    expect(shapeOf(inferTypes(g, { inputs: { x: [3] } }), "y")).toEqual([6]);
    expect(elementsOf(inferTypes(g, { values: { x: int64([1], [7]) } }).types.get("y"))).toEqual([7, 7]);
  });

  it("mean a sum where a dim_param is one of other inputs' names", () => {
    const past = value("past", ["batch", "past"]);
    const g = graph(
      [past, value("x", ["batch", "seq"]), value("mask", ["batch", "past + seq"])],
      [n("Concat", ["past", "x"], "y", { axis: attribute.int(1) }), n("Add", ["y", "mask"], "z")],
    );
    expect(shapeOf(inferTypes(g), "z")).toEqual(["batch", "past+seq"]);
  });

  it("are just names where it is not", () => {
    const g = graph([value("x", ["batch size", "a-b"])], [n("Concat", ["x", "x"], "y", { axis: attribute.int(0) })]);
    expect(shapeOf(inferTypes(g), "y")).toEqual(['2*"batch size"', '"a-b"']);
  });
});

describe("stated types", () => {
  const stale: ReadonlyMap<string, ValueType> = new Map([["y", { kind: "tensor", dtype: "int64", shape: [99] }]]);

  it("are not believed where the operator is known", () => {
    const g = graph([value("x", [2, 3])], [n("Relu", ["x"], "y")], { types: stale });
    expect(inferTypes(g).types.get("y")).toEqual({ kind: "tensor", dtype: "float32", shape: [2, 3] });
  });

  it("are used where it is not", () => {
    const g = graph([value("x", [2, 3])], [nodeOf("Mystery", "", ["x"], ["y"], {}, "org.example")], { types: stale });
    expect(shapeOf(inferTypes(g), "y")).toEqual([99]);
  });
});

describe("bodies", () => {
  const branch = (name: string, nodes: readonly Node[]) => attribute.graph(subgraph([], nodes, [name]));

  it("see the names around them, and If joins what both branches give", () => {
    const then_branch = branch("t", [n("Relu", ["x"], "t")]);
    const else_branch = branch("e", [n("Concat", ["x", "x"], "e", { axis: attribute.int(1) })]);
    const g = graph(
      [value("x", ["n", 2]), value("c", [], "bool")],
      [n("If", ["c"], "y", { then_branch, else_branch })],
    );
    const inference = inferTypes(g);
    const [rows, columns] = shapeOf(inference, "y")!;
    expect([rows, typeof columns]).toEqual(["n", "string"]);
    expect(shapeOf(inference.of((else_branch as Extract<Attribute, { kind: "graph" }>).value)!, "e")).toEqual(["n", 4]);
    expect(inference.of(subgraph([], [], []))).toBeUndefined();
  });

  it("of a Loop run until nothing changes", () => {
    const body = subgraph(
      [value("i", [], "int64"), value("go", [], "bool"), value("state", [])],
      [
        n("Identity", ["go"], "again"),
        n("Concat", ["state", "row"], "grown", { axis: attribute.int(0) }),
        n("Identity", ["row"], "scan"),
      ],
      ["again", "grown", "scan"],
    );
    const node = nodeOf("Loop", "loop", ["trips", "", "start"], ["last", "rows"], { body: attribute.graph(body) });
    const inputs = [value("start", ["n", 3]), value("row", [1, 3])];
    const inference = inferTypes(graph(inputs, [node], { weights: { trips: int64([], [5]) } }));
    const [length, width] = shapeOf(inference, "last")!;
    expect([typeof length, width]).toEqual(["string", 3]);
    expect(shapeOf(inference, "rows")).toEqual([5, 1, 3]);
  });

  it("of a Loop that counts to a bound give its trips, which may be a symbol", () => {
    const body = subgraph(
      [value("i", [], "int64"), value("go", [], "bool"), value("count", [], "int64"), value("bound", [], "int64")],
      [
        n("Add", ["count", "one"], "next"),
        n("Less", ["next", "bound"], "again"),
        n("Identity", ["bound"], "same"),
        n("Relu", ["row"], "scan"),
      ],
      ["again", "next", "same", "scan"],
    );
    const loop = (bound: string) => [
      n("Shape", ["x"], "shape"),
      n("Gather", ["shape", "zero"], "length"),
      n("Less", ["zero", bound], "first"),
      nodeOf("Loop", "loop", ["", "first", "zero", bound], ["/end count", "end", "rows"], {
        body: attribute.graph(body),
      }),
    ];
    const weights = { zero: int64([], [0]), one: int64([], [1]), four: int64([], [4]), none: int64([], [0]) };
    const rows = (bound: string) =>
      shapeOf(inferTypes(graph([value("x", ["n"]), value("row", [3])], loop(bound), { weights })), "rows");
    expect(rows("length")).toEqual(["n", 3]);
    expect(rows("four")).toEqual([4, 3]);
    expect(rows("none")?.[0]).toBeTypeOf("string");
  });
});

describe("local functions", () => {
  const called = (nodes: readonly Node[], extra: Partial<LocalFunction> = {}): LocalFunction => ({
    name: "F",
    domain: "local",
    inputs: ["a"],
    outputs: ["r"],
    attributes: ["axis"],
    defaults: {},
    nodes,
    opsets: new Map([
      ["", 18],
      ["local", 1],
    ]),
    types: new Map(),
    ...extra,
  });
  const call = (attributes: Readonly<Record<string, Attribute>> = {}) =>
    nodeOf("F", "call", ["x"], ["y"], attributes, "local");
  const along: Attribute = { kind: "reference", name: "axis", of: "axis" };

  it("are expanded, with the attributes of the call or their defaults", () => {
    const functions = [
      called([n("Concat", ["a", "a"], "r", { axis: along })], { defaults: { axis: attribute.int(0) } }),
    ];
    const shape = (node: Node) => shapeOf(inferTypes(graph([value("x", ["n", 3])], [node], { functions })), "y");
    expect(shape(call({ axis: attribute.int(1) }))).toEqual(["n", 6]);
    expect(shape(call())).toEqual(["2*n", 3]);
  });

  it("do not see names outside", () => {
    const functions = [called([n("Relu", ["x"], "r")])];
    expect(inferTypes(graph([value("x", ["n"])], [call()], { functions })).types.get("y")).toBeUndefined();
  });

  it("that call themselves end", () => {
    const functions = [
      called([nodeOf("F", "again", ["a"], ["q"], {}, "local"), nodeOf("F", "twice", ["q"], ["r"], {}, "local")]),
    ];
    const started = performance.now();
    expect(inferTypes(graph([value("x", ["n"])], [call()], { functions })).types.get("y")).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe("malformed graphs", () => {
  it("leave the outputs of a node without its inputs unknown, and say so", () => {
    const inference = inferTypes(graph([], [n("Add", [], "y"), n("Relu", ["nowhere"], "z")]));
    expect(inference.types.size).toBe(0);
    expect(inference.problems.map(({ node }) => node.op)).toEqual(["Add"]);
  });

  it("do not make tensors of their own size", () => {
    const weights = {
      huge: int64([2], [2 ** 40, 2 ** 40]),
      far: int64([], [2 ** 50]),
      zero: int64([], [0]),
      one: int64([], [1]),
    };
    const nodes = [
      n("ConstantOfShape", ["huge"], "block"),
      n("Range", ["zero", "far", "one"], "range"),
      n("Tile", ["row", "huge"], "tiled"),
    ];
    const inference = inferTypes(graph([value("row", [1, 1])], nodes, { weights }));
    expect(shapeOf(inference, "range")).toEqual([2 ** 50]);
    expect(elementsOf(inference.types.get("block"))).toBeUndefined();
  });

  it("give unknown dimensions where a number can be none", () => {
    const weights = { target: tensorFromNumbers("int64", [2], [-5, 3]) };
    const inference = inferTypes(graph([value("x", ["n"])], [n("ConstantOfShape", ["target"], "y")], { weights }));
    expect(shapeOf(inference, "y")).toEqual(["?y.0", 3]);
  });
});
