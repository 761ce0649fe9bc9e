import {
  attribute,
  createObserver,
  float32,
  nodeOf,
  originOf,
  sourceOf,
  tensorOf,
  type Graph,
  type Node,
  type QuantizationPlan,
  type Summary,
  type Tensor,
} from "@tersor/core";
import { describe, expect, test } from "vitest";
import { histogramOf, rangeOfActivation } from "./histograms.ts";
import { pictureOf } from "./picture.ts";
import { storedPairs, tensorErrors, weightErrorOf } from "./sensitivity.ts";

function graphOf(nodes: readonly Node[], weights: Readonly<Record<string, Tensor>> = {}): Graph {
  const sources = Object.entries(weights).map(
    ([name, tensor]) => [name, { source: sourceOf(tensor), origin: originOf(name) }] as const,
  );
  return {
    name: "g",
    inputs: [{ name: "x", type: { kind: "tensor", dtype: "float32", shape: [1, 4] } }],
    outputs: [{ name: "y", type: { kind: "tensor", dtype: "float32" } }],
    nodes,
    weights: new Map(sources),
    types: new Map(),
    opsets: new Map([["", 21]]),
    functions: [],
    metadata: new Map(),
  };
}

const plan: QuantizationPlan = {
  version: 1,
  mode: "static",
  target: "portable",
  nodes: [
    {
      node: "conv",
      op: "Conv",
      decision: "quantized",
      form: "static",
      weight: { dtype: "int8", granularity: "per-channel", bits: 8 },
      note: "narrower weights",
    },
    { node: "softmax", op: "Softmax", decision: "float", why: "has no INT8 form" },
  ],
  activations: { r: { dtype: "uint8", scale: [0.1], zeroPoint: [0], at: "producer" } },
};

describe("pictures", () => {
  const nodes = [
    nodeOf("Conv", "conv", ["x", "w"], ["c"]),
    nodeOf("Relu", "relu", ["c"], ["r"]),
    nodeOf("Softmax", "softmax", ["r"], ["y"]),
  ];

  test("say what the plan says, count a fused Relu as integers, and know who reads whom", () => {
    expect(pictureOf(graphOf(nodes), { plan }).nodes).toEqual([
      { node: "conv", op: "Conv", kind: "integer", precision: "int8, static", reason: "narrower weights", inputs: [] },
      { node: "relu", op: "Relu", kind: "integer", precision: "its result is uint8", inputs: [0] },
      { node: "softmax", op: "Softmax", kind: "float", precision: "float32", reason: "has no INT8 form", inputs: [1] },
    ]);
  });

  test("without a plan show what is in the graph, bodies after their node", () => {
    const body = graphOf([nodeOf("Neg", "inner", ["c"], ["z"])]);
    const branching = nodeOf("If", "if", ["r"], ["y"], { then_branch: attribute.graph(body) });
    const found = pictureOf(graphOf([...nodes.slice(0, 2), branching])).nodes;
    expect(found.map(({ node, inputs }) => [node, inputs])).toEqual([
      ["conv", []],
      ["relu", [0]],
      ["if", [1]],
      ["inner", [0]],
    ]);
  });
});

describe("histograms", () => {
  const summaryOf = (values: readonly number[]) => {
    const observer = createObserver({ tensor: "t", observer: "histogram", bins: 2048 });
    observer.update(float32([values.length], values));
    return observer.summary() as Extract<Summary, { readonly kind: "histogram" }>;
  };

  test("keep every element, in at most 128 bins that span values and range", () => {
    const values = Array.from({ length: 1000 }, (_, i) => Math.sin(i) * 3);
    const chosen = { min: -2, max: 4, dtype: "uint8" } as const;
    const found = histogramOf("t", "activation", summaryOf(values), chosen);
    expect(found.counts.length).toBeLessThanOrEqual(128);
    expect(found.counts.reduce((a, b) => a + b)).toBe(1000);
    expect(found.from).toBeLessThanOrEqual(-3);
    expect(found.to).toBeGreaterThanOrEqual(4);
    expect(found.clipped).toBeCloseTo(values.filter((value) => value < -2).length / 1000, 2);
  });

  test("of nothing, and of zeros alone, are empty", () => {
    for (const values of [[], [0, 0]])
      expect(histogramOf("t", "weight", summaryOf(values))).toEqual({
        tensor: "t",
        kind: "weight",
        min: 0,
        max: 0,
        from: 0,
        to: 0,
        counts: [],
      });
  });

  test("ranges are those of the codes, half of them with 7 bits", () => {
    const activation = { dtype: "uint8", scale: [0.5], zeroPoint: [10], at: "producer" } as const;
    expect(rangeOfActivation(activation)).toEqual({ min: -5, max: 122.5, dtype: "uint8" });
    expect(rangeOfActivation({ ...activation, bits: 7 })).toEqual({ min: -5, max: 58.5, dtype: "uint8" });
  });
});

const float = { kind: "float", cosine: 1, maxAbsError: 1, elements: 4, nonFinite: 0, referenceNonFinite: 0 } as const;

test("errors are sorted, and only operators that can be at fault add some", () => {
  const graph = graphOf([
    nodeOf("MatMul", "a", ["x", "w"], ["c"]),
    nodeOf("Relu", "b", ["c"], ["r"]),
    nodeOf("MatMul", "d", ["r", "v"], ["y"]),
  ]);
  const errors = tensorErrors(graph, [
    { name: "c", ...float, sqnrDb: 20 },
    { name: "r", ...float, sqnrDb: 17 },
    { name: "y", ...float, sqnrDb: 10 },
    { name: "other", kind: "not-comparable", reason: "x", nonFinite: 0 },
  ]);
  expect(errors.map(({ node, inputSqnrDb }) => [node, inputSqnrDb])).toEqual([
    ["d", 17],
    ["b", 20],
    ["a", Infinity],
  ]);
  expect(errors.map(({ addedNoise }) => Number(addedNoise.toFixed(4)))).toEqual([0.08, 0, 0.01]);
});

describe("stored weights", () => {
  const [rows, columns] = [4, 8];
  const values = Float32Array.from({ length: rows * columns }, (_, i) => i - 16);
  const reference = graphOf([nodeOf("MatMul", "product", ["x", "w"], ["y"])], { w: float32([rows, columns], values) });
  const errorsOf = (candidate: Graph) => [...storedPairs(reference, candidate)].map(weightErrorOf);

  test("behind DequantizeLinear, a scale per column or per block of rows", () => {
    const codes = tensorOf("int8", [rows, columns], Int8Array.from(values));
    const read = (attributes: Node["attributes"], scale: Tensor) =>
      graphOf(
        [
          nodeOf("DequantizeLinear", "dq", ["q", "s"], ["wd"], attributes),
          nodeOf("MatMul", "product", ["x", "wd"], ["y"]),
        ],
        { q: codes, s: scale },
      );
    const perColumn = read({ axis: attribute.int(1) }, float32([columns], new Float32Array(columns).fill(1)));
    const blocks = { axis: attribute.int(0), block_size: attribute.int(2) };
    const perBlock = read(blocks, float32([2, columns], new Float32Array(2 * columns).fill(1)));
    for (const [graph, scales] of [
      [perColumn, 8],
      [perBlock, 16],
    ] as const)
      expect(errorsOf(graph)).toMatchObject([
        { weight: "w", node: "product", sqnrDb: Infinity, dtype: "int8", scales },
      ]);
  });

  test("packed for MatMulNBits: two codes a byte, the low one first, by columns", () => {
    // Column n has the code (k + n) % 16 at row k, zero point 8, scale 0.5.
    const code = (k: number, n: number) => (k + n) % 16;
    const packed = new Uint8Array(columns * 8);
    for (let n = 0; n < columns; n++)
      for (let k = 0; k < rows; k++) packed[n * 8 + (k >> 1)]! |= code(k, n) << (4 * (k % 2));
    const candidate = graphOf(
      [
        nodeOf(
          "MatMulNBits",
          "product",
          ["x", "b", "s"],
          ["y"],
          { K: attribute.int(rows), N: attribute.int(columns), bits: attribute.int(4), block_size: attribute.int(16) },
          "com.microsoft",
        ),
      ],
      { b: tensorOf("uint8", [columns, 1, 8], packed), s: float32([columns], new Float32Array(columns).fill(0.5)) },
    );
    const [pair] = [...storedPairs(reference, candidate)];
    const expected = Array.from(values, (_, i) => (code(Math.floor(i / columns), i % columns) - 8) * 0.5);
    expect(Array.from(pair!.stored.values)).toEqual(expected);
    expect(pair!.stored).toMatchObject({ dtype: "uint4", scales: 8 });
  });

  test("of a candidate that stores them as floats there are none", () => {
    expect(errorsOf(reference)).toEqual([]);
  });
});
