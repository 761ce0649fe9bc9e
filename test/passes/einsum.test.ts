// Einsum with a weight before and after it became a MatMul, run by onnxruntime.
import { attribute, einsumToMatMul, float32, nodeOf, originOf, sourceOf, type Graph } from "@tersor/core";
import { createExecutor } from "@tersor/onnx";
import { afterAll, expect, it } from "vitest";
import { relativeError } from "./models.ts";

const executor = createExecutor();
afterAll(() => executor.dispose());

const noise = (...shape: readonly number[]) => {
  const count = shape.reduce((a, b) => a * b, 1);
  return float32(
    shape,
    Array.from({ length: count }, (_, i) => (Math.sin(i * 12.9898 + count) * 43758.5453) % 1),
  );
};

it.each([
  ["ibh,hnd->ibnd", [5, 2, 8], [8, 3, 4], ["i", "b", 8]],
  ["ibnd,hnd->ibh", [5, 2, 3, 4], [8, 3, 4], ["i", "b", 3, 4]],
  ["ibnd,dnh->ibh", [5, 2, 3, 4], [4, 3, 8], ["i", "b", 3, 4]],
  ["h,hnd->nd", [8], [8, 3, 4], [8]],
  ["bh,dh->bd", [2, 8], [4, 8], ["b", 8]],
] as const)("%s", async (equation, shape, weightShape, dims) => {
  const graph: Graph = {
    name: "einsum",
    inputs: [{ name: "x", type: { kind: "tensor", dtype: "float32", shape: dims } }],
    outputs: [{ name: "y", type: { kind: "tensor", dtype: "float32" } }],
    nodes: [nodeOf("Einsum", "e", ["x", "w"], ["y"], { equation: attribute.string(equation) })],
    weights: new Map([["w", { source: sourceOf(noise(...weightShape)), origin: originOf("w") }]]),
    types: new Map(),
    opsets: new Map([["", 17]]),
    functions: [],
    metadata: new Map(),
  };
  const after = einsumToMatMul.run(graph);
  expect(after.nodes.some(({ op }) => op === "Einsum")).toBe(false);
  const results = [];
  for (const model of [graph, after]) {
    const executable = await executor.compile(model);
    results.push((await executable.run({ x: noise(...shape) }))["y"]!);
    await executable.dispose();
  }
  expect(results[1]!.shape).toEqual(results[0]!.shape);
  expect(relativeError(results[1]!, results[0]!)).toBeLessThan(1e-6);
});
