// A graph written and read again. That TensorFlow itself loads what is written is tried beside the lowering.
import { lazySource, sourceOf, tensorFromNumbers, type DataType } from "@tersor/core";
import { expect, it } from "vitest";
import type { TensorFlowAttribute, TensorFlowGraph, TensorFlowNode } from "../graphdef/graph.ts";
import { readFrozenGraph } from "../read/frozen.ts";
import { tensorflow } from "../wire/messages.generated.js";
import { frozenBytes } from "./graph-def.ts";
import { savedModelBytes } from "./saved-model.ts";

const node = (name: string, op: string, inputs: readonly string[], attributes: TensorFlowNode["attributes"] = {}) => ({
  name,
  op,
  inputs,
  control: [],
  attributes,
});

function graphOf(nodes: readonly TensorFlowNode[], more: Partial<TensorFlowGraph> = {}): TensorFlowGraph {
  const inputs = [{ name: "x", tensor: "x:0", dtype: "FLOAT", shape: [-1, 2] }];
  const outputs = [{ name: "y", tensor: "y:0" }];
  return { name: "g", inputs, outputs, nodes, functions: new Map(), variables: new Map(), ...more };
}

const attributes: Readonly<Record<string, TensorFlowAttribute>> = {
  int: { kind: "int", value: -5 },
  float: { kind: "float", value: 0.5 },
  bool: { kind: "bool", value: false },
  string: { kind: "string", value: "SAMÉ" },
  type: { kind: "type", value: "QINT8" },
  shape: { kind: "shape", value: [-1, 3] },
  scalar: { kind: "shape", value: [] },
  anything: { kind: "shape", value: undefined },
  ints: { kind: "ints", value: [1, -2] },
  empty: { kind: "ints", value: [] },
  floats: { kind: "floats", value: [1.5] },
  bools: { kind: "bools", value: [true, false] },
  strings: { kind: "strings", value: ["a", ""] },
  types: { kind: "types", value: ["FLOAT", "RESOURCE"] },
  shapes: { kind: "shapes", value: [[1], undefined] },
};

it("attributes of every kind come back", () => {
  const graph = graphOf([node("y", "Odd", ["x:0"], attributes)]);
  expect({ ...readFrozenGraph(frozenBytes(graph)).nodes[0]!.attributes }).toEqual(attributes);
});

it.each<DataType>(["float32", "float64", "float16", "bfloat16", "int8", "uint16", "int64", "uint64", "bool"])(
  "constants of %s come back",
  (dtype) => {
    const tensor = tensorFromNumbers(dtype, [2, 1], [1, 0]);
    const value: TensorFlowAttribute = { kind: "tensor", value: sourceOf(tensor) };
    const graph = graphOf([node("w", "Const", [], { value }), node("y", "Odd", ["x:0", "w:0"])]);
    const read = readFrozenGraph(frozenBytes(graph)).nodes.find(({ name }) => name === "w")!.attributes;
    expect(read["value"]?.kind === "tensor" && read["value"].value.tensor()).toEqual(tensor);
    expect(read["dtype"]?.kind).toBe("type");
  },
);

it("inputs that were outputs of larger nodes become Placeholders", () => {
  const inputs = [{ name: "indices", tensor: "top:1", dtype: "INT32", shape: [4] }];
  const bytes = frozenBytes(graphOf([node("y", "Neg", ["top:1"])], { inputs }));
  const { node: nodes } = tensorflow.GraphDef.decode(bytes);
  expect(nodes!.map(({ name, op, input }) => [name, op, input])).toEqual([
    ["top_1", "Placeholder", []],
    ["y", "Neg", ["top_1"]],
  ]);
});

it("a SavedModel names inputs and outputs as the graph does", () => {
  const outputs = [{ name: "probabilities", tensor: "y:0" }];
  const T: TensorFlowAttribute = { kind: "type", value: "FLOAT" };
  const model = tensorflow.SavedModel.decode(
    savedModelBytes(graphOf([node("y", "Relu", ["x:0"], { T })], { outputs })),
  );
  const signature = model.metaGraphs![0]!.signatureDef!["serving_default"]!;
  expect(signature.inputs!["x"]).toMatchObject({ name: "x:0", dtype: 1 });
  expect(signature.outputs!["probabilities"]).toMatchObject({ name: "y:0", dtype: 1 });
});

it.each<readonly [string, TensorFlowGraph]>([
  ["TYPE_UNWRITABLE", graphOf([node("w", "Const", [], constantOf("int4")), node("y", "Odd", ["x:0", "w:0"])])],
  ["TYPE_UNWRITABLE", graphOf([node("y", "Odd", ["x:0"], { T: { kind: "type", value: "NONSENSE" } })])],
  ["FUNCTION_UNWRITABLE", graphOf([], { functions: new Map([["f", graphOf([])]]) })],
  ["OUTPUT_TOO_LARGE", graphOf([node("w", "Const", [], constantOf("float32", [2 ** 29, 2]))])],
])("%s", (code, graph) => {
  expect(() => frozenBytes(graph)).toThrow(expect.objectContaining({ code: `TENSORFLOW_${code}` }));
});

function constantOf(dtype: DataType, shape: readonly number[] = [2]): TensorFlowNode["attributes"] {
  return { value: { kind: "tensor", value: lazySource(dtype, shape, (_, length) => new Uint8Array(length)) } };
}
