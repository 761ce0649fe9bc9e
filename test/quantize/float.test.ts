// 16-bit floating formats, run by onnxruntime: near the float32 model, with the types and values they promise.
import { attribute, float32, numbersOf, int64, type Feeds, type Graph, type Node } from "@tersor/core";
import { createExecutor } from "@tersor/onnx";
import { explainQuantization, quantizeGraph } from "@tersor/quantize";
import { afterAll, describe, expect, it } from "vitest";
import { bodyOf, measure, modelOf, noise, op, opsOf, run, type ModelSpec } from "./models.ts";

const executor = createExecutor({ inProcess: true });
afterAll(() => executor.dispose());

const { int, ints, graph: body } = attribute;

const network: ModelSpec = {
  feeds: { x: noise([2, 3, 8, 8]) },
  weights: { w1: noise([8, 3, 3, 3], 0.5), b: noise([8]), w2: noise([8, 20], 0.5), c: noise([20]) },
  nodes: [
    op("Conv", "x w1 b", "c1", { pads: ints([1, 1, 1, 1]) }),
    op("Relu", "c1", "r1"),
    op("GlobalAveragePool", "r1", "pooled"),
    op("Flatten", "pooled", "vector"),
    op("Gemm", "vector w2 c", "logits"),
    op("Softmax", "logits", "y", { axis: int(1) }),
  ],
};

const dtypeOf = (graph: Graph, weight: string): string | undefined => graph.weights.get(weight)?.source.dtype;
const floatNodes = (plan: { nodes: readonly { node: string; decision: string }[] }): readonly string[] =>
  plan.nodes.filter(({ decision }) => decision === "float").map(({ node }) => node);

describe("float16", () => {
  it("computes in float16 between float32 inputs and outputs", async () => {
    const { graph, sqnr, ops } = await measure(executor, network, { mode: "fp16" });
    expect(ops).toBe("Cast Conv Relu GlobalAveragePool Flatten Gemm Softmax Cast");
    expect(["w1", "b", "w2", "c"].map((name) => dtypeOf(graph, name))).toEqual(Array(4).fill("float16"));
    expect(sqnr).toBeGreaterThan(50);
    expect(sqnr).toBeLessThan(90);
  });

  it("takes and gives float16 when inputs and outputs are not kept", async () => {
    const { graph } = await quantizeGraph(modelOf(network), { mode: "fp16", keepIo: false });
    expect(opsOf(graph).join(" ")).toBe("Conv Relu GlobalAveragePool Flatten Gemm Softmax");
    expect([...graph.inputs, ...graph.outputs].map(({ type }) => "dtype" in type && type.dtype)).toEqual([
      "float16",
      "float16",
    ]);
  });

  it("computes in float32 where a rule says so", async () => {
    const rules = [{ op: "Softmax", precision: "float" }] as const;
    const { ops, plan } = await measure(executor, network, { mode: "fp16", rules });
    expect(ops).toBe("Cast Conv Relu GlobalAveragePool Flatten Gemm Cast Softmax");
    expect(floatNodes(plan)).toEqual(["y"]);
  });

  it("clamps constants beyond its range and keeps small divisors from becoming zero", async () => {
    const masked: ModelSpec = {
      feeds: { x: float32([4], [0, 1, 2, 3]) },
      weights: { low: float32([], [-3.4e38]), epsilon: float32([], [1e-12]), away: float32([4], [0, 0, 0, 1]) },
      nodes: [
        op("Mul", "away low", "mask"),
        op("Add", "x mask", "scores"),
        op("Softmax", "scores", "p"),
        op("Mul", "p p", "square"),
        op("Add", "square epsilon", "z"),
        op("Div", "p z", "y"),
      ],
    };
    const { graph } = await quantizeGraph(modelOf(masked), { mode: "fp16" });
    const { y } = await run(executor, graph, masked.feeds);
    expect(Array.from(numbersOf(y!)).every(Number.isFinite)).toBe(true);
    expect(Array.from(numbersOf(graph.weights.get("mask")!.source.tensor())).at(-1)).toBe(-65504);
    expect(Array.from(numbersOf(graph.weights.get("epsilon")!.source.tensor()))).toEqual([2 ** -24]);
  });

  it("leaves float32 what overflows on the calibration data, and its readers", async () => {
    const large: ModelSpec = {
      feeds: { x: float32([1, 4], [100, 200, 300, 400]) },
      weights: { w: noise([4, 4]), k: float32([], [1 / 4096]) },
      nodes: [op("Mul", "x x", "square"), op("Mul", "square k", "back"), op("MatMul", "back w", "y")],
    };
    expect(floatNodes(explainQuantization(modelOf(large), { mode: "fp16" }))).toEqual([]);
    const { plan, sqnr } = await measure(executor, large, { mode: "fp16" });
    expect(floatNodes(plan)).toEqual(["square", "back"]);
    expect(sqnr).toBeGreaterThan(50);
  });

  it("puts one LayerNormalization in the place of one that is written out", async () => {
    const norm: ModelSpec = {
      feeds: { x: noise([2, 16], 600) },
      weights: { two: float32([], [2]), e: float32([], [1e-5]), g: noise([16]), s: noise([16]) },
      nodes: [
        op("ReduceMean", "x", "mean", { axes: ints([-1]) }),
        op("Sub", "x mean", "d"),
        op("Pow", "d two", "square"),
        op("ReduceMean", "square", "variance", { axes: ints([-1]) }),
        op("Add", "variance e", "v"),
        op("Sqrt", "v", "deviation"),
        op("Div", "d deviation", "n"),
        op("Mul", "n g", "scaled"),
        op("Add", "scaled s", "y"),
      ],
      opset: 14,
    };
    const { graph } = await quantizeGraph(modelOf(norm), { mode: "fp16" });
    expect(opsOf(graph).join(" ")).toBe("Cast LayerNormalization Cast");
    const [expected, actual] = [await run(executor, modelOf(norm), norm.feeds), await run(executor, graph, norm.feeds)];
    expectNear(actual, expected, 0.005);
  });

  it("casts in bodies what comes from around them", async () => {
    const branch = (nodes: readonly Node[], out: string) => body(bodyOf(nodes, out, { two: float32([], [2]) }));
    const choice: ModelSpec = {
      feeds: { x: noise([2, 4]), yes: { dtype: "bool", shape: [], data: new Uint8Array([1]) } },
      weights: { w: noise([4, 4]) },
      nodes: [
        op("MatMul", "x w", "h"),
        op("If", "yes", "c", {
          then_branch: branch([op("Mul", "h two", "a")], "a"),
          else_branch: branch([op("CumSum", "h axis", "n")], "n"),
        }),
        op("Relu", "c", "y"),
      ],
    };
    const spec = { ...choice, weights: { ...choice.weights, axis: int64([], [0]) } };
    const { graph } = await quantizeGraph(modelOf(spec), { mode: "fp16" });
    for (const yes of [0, 1]) {
      const feeds: Feeds = { ...spec.feeds, yes: { dtype: "bool", shape: [], data: new Uint8Array([yes]) } };
      expectNear(await run(executor, graph, feeds), await run(executor, modelOf(spec), feeds), 0.01);
    }
  });

  it("is explained without running anything", () => {
    const plan = explainQuantization(modelOf(network), { mode: "fp16" });
    expect(plan.mode).toBe("fp16");
    expect(plan.nodes.map(({ decision }) => decision)).toEqual(Array(6).fill("quantized"));
  });
});

describe("weights stored in 16 bits", () => {
  const wide: ModelSpec = {
    feeds: { x: noise([2, 64]) },
    weights: { w: noise([64, 64]), b: noise([64]) },
    nodes: [op("MatMul", "x w", "h"), op("Add", "h b", "y")],
  };

  it.each(["fp16", "bf16"] as const)("as %s are cast to float32 when the model is loaded", async (mode) => {
    const { graph, sqnr, ops } = await measure(executor, wide, { mode, format: "storage" });
    expect(ops).toMatch(/^Cast (MatMul Add|Gemm)/);
    expect([...graph.weights.values()].map(({ source }) => source.dtype).sort()).toEqual([
      mode === "fp16" ? "float16" : "bfloat16",
      "float32",
    ]);
    expect(sqnr).toBeGreaterThan(mode === "fp16" ? 65 : 45);
  });

  it("are the nearest numbers of the type, ties to even", async () => {
    // 1 + 2^-8 lies between two bfloat16 numbers, 1 and 1 + 2^-7; 1 + 3 * 2^-8 between 1 + 2^-7 and 1 + 2^-6.
    const values = Float32Array.from({ length: 1024 }, (_, i) => [1 + 2 ** -8, 1 + 3 * 2 ** -8, -3, 0.1][i % 4]!);
    const spec: ModelSpec = {
      feeds: { x: float32([32, 32], new Float32Array(1024)) },
      weights: { w: float32([32, 32], values) },
      nodes: [op("Add", "x w", "y")],
    };
    const { graph } = await quantizeGraph(modelOf(spec), { mode: "bf16" });
    const { y } = await run(executor, graph, spec.feeds);
    expect(Array.from(numbersOf(y!)).slice(0, 4)).toEqual([1, 1 + 2 ** -6, -3, 0.10009765625]);
  });

  it("leaves float32 what a rule excludes", async () => {
    const rules = [{ name: "*", precision: "float" }] as const;
    const { graph } = await quantizeGraph(modelOf(wide), { mode: "bf16", rules });
    expect([...graph.weights.values()].every(({ source }) => source.dtype === "float32")).toBe(true);
  });
});

function expectNear(actual: Feeds, expected: Feeds, tolerance: number): void {
  for (const [name, tensor] of Object.entries(expected)) {
    const received = numbersOf(actual[name]!);
    Array.from(numbersOf(tensor), (value, i) => expect(Math.abs(received[i]! - value)).toBeLessThan(tolerance * 2));
  }
}
