// What a target asks for is what its model is made of; and models for the web run in onnxruntime-web.
import { numbersOf, type Graph } from "@tersor/core";
import { createExecutor } from "@tersor/onnx";
import { quantizeGraph, targets } from "@tersor/quantize";
import { afterAll, expect, it } from "vitest";
import { measure, modelOf, noise, op, run, sqnrOf, type ModelSpec } from "./models.ts";

const executor = createExecutor({ inProcess: true });
const web = createExecutor({ inProcess: true, runtime: "web" });
afterAll(() => Promise.all([executor.dispose(), web.dispose()]));

const network: ModelSpec = {
  feeds: { ids: { dtype: "int64", shape: [2], data: new BigInt64Array([1n, 3n]) }, x: noise([2, 8, 6, 6]) },
  weights: {
    t: noise([64, 64]),
    w: noise([16, 8, 3, 3], 0.5),
    b: noise([16]),
    m: noise([16, 64], 0.5),
    g: noise([64]),
  },
  nodes: [
    op("Conv", "x w b", "c"),
    op("Relu", "c", "r"),
    op("GlobalAveragePool", "r", "p"),
    op("Flatten", "p", "f"),
    op("Gemm", "f m g", "h"),
    op("Gather", "t ids", "e"),
    op("Add", "h e", "y"),
  ],
};

it.each(targets)("static, for %s: near the float model", async (target) => {
  const { sqnr } = await measure(executor, network, { mode: "static", target });
  expect(sqnr).toBeGreaterThan(30);
});

it("tensorrt: int8 around zero, float biases, float tables", async () => {
  const { graph, plan } = await measure(executor, network, { mode: "static", target: "tensorrt" });
  const pairs = graph.nodes.filter(({ op: type }) => type.endsWith("quantizeLinear") || type === "QuantizeLinear");
  expect(pairs.length).toBeGreaterThan(4);
  for (const { inputs } of pairs) {
    const zero = graph.weights.get(inputs[2]!)!.source.tensor();
    expect(zero.dtype).toBe("int8");
    expect(Array.from(numbersOf(zero)).every((value) => value === 0)).toBe(true);
  }
  expect(biasesOf(graph)).toEqual(["float32", "float32"]);
  expect(plan.nodes.find(({ op: type }) => type === "Gather")).toMatchObject({
    decision: "float",
    why: 'the target "tensorrt" has no integer kernel for it',
  });
});

it("tensorrt takes no other format", async () => {
  const options = { mode: "dynamic", target: "tensorrt" } as const;
  await expect(quantizeGraph(modelOf(network), options)).rejects.toThrow("It takes: qdq, in the static mode.");
});

it.each(["static", "dynamic"] as const)("web, %s: onnxruntime-web computes the same", async (mode) => {
  const { graph } = await measure(executor, network, { mode, target: "web" });
  const [here, there] = [await run(executor, graph, network.feeds), await run(web, graph, network.feeds)];
  expect(sqnrOf(here, there)).toBeGreaterThan(30);
});

function biasesOf(graph: Graph): readonly (string | undefined)[] {
  const weighted = graph.nodes.filter(({ op: type }) => type === "Conv" || type === "Gemm");
  return weighted.map(({ inputs }) => graph.weights.get(inputs[2]!)?.source.dtype);
}
