// Floating types of 8 bits and blocks that share a scale, run by onnxruntime. Oracles: its own QuantizeLinear and Cast, which
// compute what the graph says, and the size of the error that the number of fraction bits leaves.
import { attribute, numbersOf } from "@tersor/core";
import { createExecutor } from "@tersor/onnx";
import { explainQuantization, quantizeGraph, roundToMx, roundToNvfp4 } from "@tersor/quantize";
import { afterAll, describe, expect, it } from "vitest";
import { measure, modelOf, noise, op, type ModelSpec } from "./models.ts";

const executor = createExecutor({ inProcess: true });
afterAll(() => executor.dispose());

const { int, ints } = attribute;

const network: ModelSpec = {
  feeds: { x: noise([2, 3, 8, 8]) },
  weights: {
    w1: noise([8, 3, 3, 3], 0.5),
    w2: noise([40, 8], 0.5),
    c: noise([40]),
    w3: noise([40, 12], 2),
    w4: noise([40, 12], 3),
  },
  nodes: [
    op("Conv", "x w1", "c1", { pads: ints([1, 1, 1, 1]) }),
    op("Relu", "c1", "r1"),
    op("GlobalAveragePool", "r1", "pooled"),
    op("Flatten", "pooled", "vector"),
    op("Gemm", "vector w2 c", "hidden", { transB: int(1) }),
    op("MatMul", "hidden w3", "left"),
    op("MatMul", "hidden w4", "right"),
    op("Add", "left right", "y"),
  ],
};

describe("fp8", () => {
  it.each([
    ["e4m3", 26, 40],
    ["e5m2", 20, 34],
  ] as const)("rounds weights and activations to %s, and runs", async (element, least, most) => {
    const { graph, sqnr, ops, plan } = await measure(executor, network, { mode: "fp8", element });
    expect(sqnr).toBeGreaterThan(least);
    expect(sqnr).toBeLessThan(most);
    expect(ops.match(/QuantizeLinear/g)).toHaveLength(3); // two products share an activation
    expect(graph.opsets.get("")).toBe(21);
    const types = [...graph.weights.values()].map(({ source }) => source.dtype);
    expect(types.filter((type) => type.startsWith("float8")).length).toBe(3); // w3 and w4 differ in their scales only
    expect(plan.nodes.map(({ decision }) => decision)).toEqual(Array(4).fill("quantized"));
  });

  // onnxruntime drops a Relu before a QuantizeLinear whose 8-bit zero point is 0, whatever its type.
  it("keeps a Relu whose result is rounded", async () => {
    const rectified: ModelSpec = {
      feeds: { x: noise([2, 16]) },
      weights: { w: noise([16, 16]) },
      nodes: [op("Relu", "x", "r"), op("MatMul", "r w", "y")],
    };
    expect((await measure(executor, rectified, { mode: "fp8" })).sqnr).toBeGreaterThan(25);
  });

  it("needs no data with scales of one, and asks for it otherwise", async () => {
    const graph = modelOf(network);
    await expect(quantizeGraph(graph, { mode: "fp8" })).rejects.toMatchObject({ code: "QUANTIZE_NO_CALIBRATION" });
    const { plan } = await quantizeGraph(graph, { mode: "fp8", scaling: "unit" });
    expect(explainQuantization(graph, { mode: "fp8", scaling: "unit" })).toEqual(plan);
  });

  it("leaves float what a rule says, and says when nothing is left", async () => {
    const rules = [{ op: "Conv", precision: "float" }] as const;
    const { plan } = await measure(executor, network, { mode: "fp8", rules });
    expect(plan.nodes.filter(({ decision }) => decision === "float").map(({ op: type }) => type)).toEqual(["Conv"]);
    const all = [{ op: "*", precision: "float" }] as const;
    expect(() => explainQuantization(modelOf(network), { mode: "fp8", rules: all })).toThrow(
      expect.objectContaining({ code: "QUANTIZE_NOTHING" }),
    );
  });
});

describe("mx and nvfp4", () => {
  it("rounds weights along the inputs of each output, however they lie", async () => {
    const { graph } = await quantizeGraph(modelOf(network), { mode: "mx", element: "e4m3" });
    const weightOf = (type: string, at = 0): readonly number[] => {
      const node = graph.nodes.filter(({ op: one }) => one === type)[at]!;
      return Array.from(numbersOf(graph.weights.get(node.inputs[1]!)!.source.tensor()));
    };
    const gemm = Float32Array.from(numbersOf(network.weights!["w2"]!));
    expect(weightOf("Gemm")).toEqual([...roundToMx(gemm, 8, "e4m3")]);
    const matmul = numbersOf(network.weights!["w3"]!);
    const turned = Float32Array.from({ length: 480 }, (_, i) => matmul[(i % 40) * 12 + Math.floor(i / 40)]!);
    const rounded = roundToMx(turned, 40, "e4m3");
    expect(weightOf("MatMul")).toEqual(
      Array.from({ length: 480 }, (_, i) => rounded[(i % 12) * 40 + Math.floor(i / 12)]),
    );
    const conv = Float32Array.from(numbersOf(network.weights!["w1"]!));
    expect(weightOf("Conv")).toEqual([...roundToMx(conv, 27, "e4m3")]);
  });

  it("shows what each format would cost", async () => {
    const cost = async (options: Parameters<typeof quantizeGraph>[1]): Promise<number> =>
      (await measure(executor, network, options)).sqnr;
    const [four, nv, six, eight, whole] = await Promise.all([
      cost({ mode: "mx" }),
      cost({ mode: "nvfp4" }),
      cost({ mode: "mx", element: "e2m3" }),
      cost({ mode: "mx", element: "e4m3" }),
      cost({ mode: "mx", element: "int8" }),
    ]);
    expect(four).toBeGreaterThan(12);
    expect(nv).toBeGreaterThan(12);
    expect(six).toBeGreaterThan(Math.max(four, nv));
    expect(eight).toBeGreaterThan(Math.max(four, nv));
    expect(whole).toBeGreaterThan(six);
  });

  it("says that the file is no smaller, and gives NVFP4 one scale for the whole tensor", async () => {
    const { graph, plan } = await quantizeGraph(modelOf(network), { mode: "nvfp4" });
    for (const node of plan.nodes) expect("note" in node && node.note).toMatch(/emulated for study/);
    const gemm = graph.nodes.find(({ op: type }) => type === "Gemm")!;
    const found = numbersOf(graph.weights.get(gemm.inputs[1]!)!.source.tensor());
    const expected = roundToNvfp4(Float32Array.from(numbersOf(network.weights!["w2"]!)), 8);
    expect(Array.from(found)).toEqual([...expected]);
  });
});
