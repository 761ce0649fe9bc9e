// The diagnosis of quantized models run by onnxruntime: stored weights are what DequantizeLinear gives, errors of tensors
// those of the check, in each form that weights are stored in.

import { float32, float32Of, numbersOf, type Graph } from "@tersor/core";
import { compareTensors, diagnose } from "@tersor/evaluate";
import { createExecutor } from "@tersor/onnx";
import type { QuantizationOptions, QuantizedGraph } from "@tersor/quantize";
import { afterAll, describe, expect, it } from "vitest";
import { noise, once, op, quantize, run, type ModelSpec } from "./models.ts";

const executor = createExecutor();
afterAll(() => executor.dispose());

const x = noise([2, 8, 6, 6]);
const spec: ModelSpec = {
  feeds: { x },
  weights: { w: noise([16, 8, 3, 3], 0.5, 1), b: noise([16], 0.1, 2), m: noise([16, 10], 0.4, 4) },
  nodes: [
    op("Conv", "x w b", "c"),
    op("Relu", "c", "r"),
    op("GlobalMaxPool", "r", "p"),
    op("Flatten", "p", "f"),
    op("MatMul", "f m", "y"),
  ],
};
const feeds = { length: 1, [Symbol.asyncIterator]: () => once({ x }) };

const look = (quantized: QuantizedGraph) =>
  diagnose({
    executor,
    reference: quantized.prepared,
    candidate: quantized.graph,
    plan: quantized.plan,
    batches: feeds,
  });

/** The values of a weight as the runtime dequantizes them. */
async function dequantized(graph: Graph, name: string): Promise<Float32Array> {
  const tapped = { ...graph, outputs: [...graph.outputs, { name, type: { kind: "unknown" } as const }] };
  return float32Of((await run(executor, tapped, { x }, false))[name]!);
}

const forms: readonly (readonly [string, QuantizationOptions])[] = [
  ["qdq", { mode: "static", format: "qdq" }],
  ["qoperator", { mode: "static", format: "qoperator" }],
  ["integerops", { mode: "dynamic" }],
];

describe.each(forms)("%s", (_, options) => {
  it("finds both weights, as near to their source as 8 bits are", async () => {
    const quantized = await quantize(executor, spec, options);
    const { sensitivity, graph } = await look(quantized);
    expect(sensitivity!.weights.map(({ node, scales }) => [node, scales]).sort()).toEqual([
      ["c", 16],
      ["y", 10],
    ]);
    for (const { sqnrDb } of sensitivity!.weights) expect(sqnrDb).toBeGreaterThan(38);
    expect(graph!.nodes.find(({ node }) => node === "c")!.kind).toBe("integer");
  });
});

it("a stored weight is what DequantizeLinear makes of it", async () => {
  const quantized = await quantize(executor, spec, { mode: "static", format: "qdq" });
  const { sensitivity } = await look(quantized);
  for (const [weight, name] of [
    ["w", "w_dequantized"],
    ["m", "m_dequantized"],
  ] as const) {
    const source = quantized.prepared.weights.get(weight)!.source;
    const values = float32(source.shape, await dequantized(quantized.graph, name));
    const expected = compareTensors(source.tensor(), values);
    const found = sensitivity!.weights.find((error) => error.weight === weight)!;
    if (expected.kind === "float") expect(found.sqnrDb).toBeCloseTo(expected.sqnrDb, 5);
  }
});

it("errors of tensors are those of both models run beside each other; histograms hold every value", async () => {
  const quantized = await quantize(executor, spec, { mode: "static", format: "qdq" });
  const { sensitivity, histograms } = await look(quantized);
  const expected = compareTensors(
    (await run(executor, quantized.prepared, { x }))["y"]!,
    (await run(executor, quantized.graph, { x }))["y"]!,
  );
  const found = sensitivity!.tensors.find(({ tensor }) => tensor === "y")!;
  if (expected.kind === "float") expect(found.sqnrDb).toBeCloseTo(expected.sqnrDb, 1);
  const input = histograms!.find(({ tensor }) => tensor === "x")!;
  expect(input.counts.reduce((a, b) => a + b)).toBe(numbersOf(x).length);
  expect(input.chosen!.dtype).toBe("uint8");
  expect(
    histograms!
      .filter(({ kind }) => kind === "weight")
      .map(({ tensor }) => tensor)
      .sort(),
  ).toEqual(["m", "w"]);
});

it("operators are timed by the runtime's profiler, in both models", async () => {
  const quantized = await quantize(executor, spec, { mode: "static", format: "qdq" });
  const { profile } = await diagnose({
    executor,
    reference: quantized.prepared,
    candidate: quantized.graph,
    batches: feeds,
    profile: { reference: quantized.prepared, candidate: quantized.graph },
  });
  expect(profile!.fp32.byOp.map(({ op }) => op)).toContain("Conv");
  expect(profile!.int8!.byOp.map(({ op }) => op)).toContain("QLinearConv");
  expect(profile!.fp32.iterations).toBe(20);
  const sum = profile!.fp32.nodes.reduce((total, { meanMs }) => total + meanMs, 0);
  expect(profile!.fp32.totalMs).toBeCloseTo(sum, 9);
});
