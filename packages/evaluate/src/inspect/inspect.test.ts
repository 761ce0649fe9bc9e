import {
  attribute,
  float32,
  inferTypes,
  nodeOf,
  originOf,
  sourceOf,
  tensorFromNumbers,
  type Graph,
  type Node,
  type Tensor,
  type ValueType,
} from "@tersor/core";
import { expect, test } from "vitest";
import { renderDifference, renderInspection } from "../report/inspection.ts";
import { compareInspections } from "./compare.ts";
import { inspect } from "./inspect.ts";
import { typeText } from "./type-text.ts";

const float = (...shape: (number | string)[]): ValueType => ({ kind: "tensor", dtype: "float32", shape });
const zeros = (count: number) => new Float32Array(count);
const int8 = (...shape: number[]) => tensorFromNumbers("int8", shape, zeros(shape.reduce((a, b) => a * b, 1)));
const scale = float32([], [1]);
const zeroPoint = tensorFromNumbers("uint8", [], [0]);

function graphOf(nodes: readonly Node[], weights: Readonly<Record<string, Tensor>>, more: Partial<Graph> = {}): Graph {
  return {
    name: "net",
    inputs: [{ name: "x", type: float("batch", 4) }],
    outputs: [{ name: "y", type: float("batch", 8) }],
    nodes,
    weights: new Map(
      Object.entries(weights).map(([name, tensor]) => [name, { source: sourceOf(tensor), origin: originOf(name) }]),
    ),
    types: new Map(),
    opsets: new Map([["", 17]]),
    functions: [],
    metadata: new Map(),
    ...more,
  };
}

/** What is known when two samples are fed. */
const batchOf2 = (graph: Graph) => inferTypes(graph, { inputs: { x: [2, 4] } });

const original = graphOf([nodeOf("Gemm", "fc", ["x", "w", "b"], ["h"]), nodeOf("Relu", "", ["h"], ["y"])], {
  w: float32([4, 8], zeros(32)),
  b: float32([8], zeros(8)),
});

const quantized = graphOf(
  [
    nodeOf("QuantizeLinear", "q", ["x", "s", "z"], ["xq"]),
    nodeOf("DequantizeLinear", "dq", ["xq", "s", "z"], ["xd"]),
    nodeOf("DequantizeLinear", "wdq", ["wq", "s"], ["wd"]),
    nodeOf("Gemm", "fc", ["xd", "wd"], ["h"]),
    nodeOf("Relu", "relu", ["h"], ["y"]),
  ],
  { wq: int8(4, 8), s: scale, z: zeroPoint },
  {
    opsets: new Map([
      ["", 19],
      ["com.microsoft", 1],
    ]),
  },
);

const precisionOfFirst = (node: Node, weights: Readonly<Record<string, Tensor>>, before: readonly Node[] = []) =>
  inspect(graphOf([...before, node], weights)).nodes.at(-1)!.precision;

test("a float model", () => {
  const found = inspect(original, { inference: batchOf2(original) });
  expect(found).toMatchObject({ opsets: { "ai.onnx": 17 }, weightBytes: 160, macs: 64, unknownMacs: 0 });
  expect(found.nodes).toEqual([
    { node: "fc", op: "Gemm", precision: { kind: "float", dtype: "float32" }, macs: 64 },
    { node: "y", op: "Relu", precision: { kind: "float", dtype: "float32" }, macs: 0 },
  ]);
  expect(found.weights.map(({ name, sizeBytes }) => [name, sizeBytes])).toEqual([
    ["w", 128],
    ["b", 32],
  ]);
});

test("symbolic shapes leave the cost open, and without inference nothing is said of it", () => {
  expect(inspect(original, { inference: inferTypes(original) })).toMatchObject({
    macs: 0,
    unknownMacs: 1,
  });
  expect(inspect(original)).not.toHaveProperty("macs");
});

test("operators between Q and DQ compute on integers", () => {
  expect(inspect(quantized).nodes.map(({ op, precision }) => [op, precision])).toEqual([
    ["QuantizeLinear", { kind: "conversion" }],
    ["DequantizeLinear", { kind: "conversion" }],
    ["DequantizeLinear", { kind: "conversion" }],
    ["Gemm", { kind: "integer", dtype: "int8", form: "qdq" }],
    ["Relu", { kind: "float", dtype: "float32" }],
  ]);
});

test("integer operators, packed and dequantized weights, float16, and what is not arithmetic", () => {
  expect(
    precisionOfFirst(nodeOf("QLinearConv", "", ["x", "s", "z", "w"], ["y"]), { w: int8(2, 2), s: scale, z: zeroPoint }),
  ).toEqual({ kind: "integer", dtype: "int8", form: "operator" });
  const bits = { bits: attribute.int(4) };
  expect(precisionOfFirst(nodeOf("MatMulNBits", "", ["x"], ["y"], bits, "com.microsoft"), {})).toEqual({
    kind: "weight-only",
    dtype: "uint4",
  });
  const dequantize = nodeOf("DequantizeLinear", "", ["w", "s"], ["wd"]);
  expect(precisionOfFirst(nodeOf("MatMul", "", ["x", "wd"], ["y"]), { w: int8(2, 2), s: scale }, [dequantize])).toEqual(
    {
      kind: "weight-only",
      dtype: "int8",
    },
  );
  expect(precisionOfFirst(nodeOf("Add", "", ["h", "w"], ["z"]), { w: tensorFromNumbers("float16", [1], [1]) })).toEqual(
    {
      kind: "float",
      dtype: "float16",
    },
  );
  expect(precisionOfFirst(nodeOf("Shape", "", ["h"], ["z"]), {})).toEqual({ kind: "other" });
});

test("bodies and constants in nodes are counted", () => {
  const body = graphOf([nodeOf("Add", "add", ["x", "w"], ["z"])], { w: float32([2], [1, 2]) });
  const constant = nodeOf("Constant", "", [], ["c"], { value: attribute.tensor(sourceOf(float32([4], zeros(4)))) });
  const found = inspect(
    graphOf([constant, nodeOf("If", "if", ["c"], ["y"], { then_branch: attribute.graph(body) })], {}),
  );
  expect(found.ops.map(({ op, count }) => [op, count])).toEqual([
    ["Add", 1],
    ["Constant", 1],
    ["If", 1],
  ]);
  expect(found.weights.map(({ name, sizeBytes }) => [name, sizeBytes])).toEqual([
    ["c", 16],
    ["w", 8],
  ]);
});

test("a run takes the dearer branch of an If", () => {
  const branch = (weight: string) => graphOf([nodeOf("MatMul", "product", ["x", weight], ["y"])], {}, { inputs: [] });
  const branches = { then_branch: attribute.graph(branch("w")), else_branch: attribute.graph(branch("wide")) };
  const condition = { c: tensorFromNumbers("bool", [], [1]) };
  const graph = graphOf([nodeOf("If", "if", ["c"], ["y"], branches)], {
    ...condition,
    w: float32([4, 8], zeros(32)),
    wide: float32([4, 16], zeros(64)),
  });
  const found = inspect(graph, { inference: batchOf2(graph) });
  expect(found.nodes.map(({ op, macs }) => [op, macs])).toEqual([
    ["If", 0],
    ["MatMul", 64],
    ["MatMul", 128],
  ]);
  expect(found.macs).toBe(128);
});

test("two models are compared", () => {
  const difference = compareInspections(
    inspect(original),
    inspect({ ...quantized, outputs: [{ name: "y", type: float(1, 8) }] }),
  );
  expect(difference.ops).toEqual([
    { op: "DequantizeLinear", before: 0, after: 2 },
    { op: "QuantizeLinear", before: 0, after: 1 },
  ]);
  expect(difference.weights).toEqual([
    { dtype: "float32", before: 160, after: 4 },
    { dtype: "int8", before: 0, after: 32 },
    { dtype: "uint8", before: 0, after: 1 },
  ]);
  expect(renderDifference(difference)).toMatchSnapshot();
  expect(renderDifference(compareInspections(inspect(original), inspect(original)))).toMatchSnapshot();
});

test("an inspection as text", () => {
  expect(renderInspection(inspect(quantized, { inference: inferTypes(quantized) }))).toMatchSnapshot();
});

test("types as text", () => {
  expect(typeText({ kind: "sequence", element: float("n") })).toBe("sequence of float32 [n]");
  expect(typeText({ kind: "map", key: "int64", value: { kind: "tensor" } })).toBe("map of int64 to ? [?]");
});
