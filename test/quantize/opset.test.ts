// Models of old operator sets: raised just as far as a format needs, still near the float model, and written with the
// IR version that belongs to the operator set (onnx/docs/Versioning.md).
import { attribute, float32, type Graph } from "@tersor/core";
import { createExecutor, modelBytes } from "@tersor/onnx";
import type { QuantizationOptions } from "@tersor/quantize";
import { afterAll, describe, expect, it } from "vitest";
import { measure, modelOf, noise, op, quantize, type ModelSpec } from "./models.ts";

const executor = createExecutor({ inProcess: true });
afterAll(() => executor.dispose());

const { int, ints, float, floats, string } = attribute;
const dynamic: QuantizationOptions = { mode: "dynamic" };
const qdq: QuantizationOptions = { mode: "static", calibrator: "min-max" };
const qoperator: QuantizationOptions = { ...qdq, format: "qoperator" };
const perTensor = { granularity: "per-tensor" } as const;

/** Operators that versions 9 to 18 changed, around convolutions. */
const network = (opset: number): ModelSpec => ({
  opset,
  feeds: { x: noise([2, 3, 8, 8]) },
  weights: { w1: noise([4, 3, 3, 3], 0.5), w2: noise([4, 4, 3, 3], 0.5, 2), b: noise([4]), d: noise([4, 5]) },
  nodes: [
    op("Pad", "x", "padded", { pads: ints([0, 0, 1, 1, 0, 0, 1, 1]), value: float(0) }),
    op("Conv", "padded w1 b", "c1"),
    op("Clip", "c1", "r1", { min: float(0), max: float(6) }),
    op("Conv", "r1 w2 b", "c2", { pads: ints([1, 1, 1, 1]) }),
    op("Add", "c2 r1", "sum"),
    op("Upsample", "sum", "up", { mode: string("nearest"), scales: floats([1, 1, 2, 2]) }),
    op("ReduceMean", "up", "pooled", { axes: ints([2, 3]), keepdims: int(1) }),
    op("Squeeze", "pooled", "vector", { axes: ints([2, 3]) }),
    op("Dropout", "vector", "kept"),
    op("MatMul", "kept d", "logits"),
    op("Softmax", "logits", "p", { axis: int(1) }),
    op("Slice", "p", "y", { axes: ints([1]), starts: ints([0]), ends: ints([4]) }),
  ],
});

describe("the operator set is raised as far as the format needs, and no further", () => {
  it.each<[what: string, from: number, options: QuantizationOptions, to: number, ir: number]>([
    ["integer operators with ranges at run time", 7, dynamic, 11, 6],
    ["Q/DQ pairs, scales per channel", 7, qdq, 13, 7],
    ["Q/DQ pairs, one scale per tensor", 7, { ...qdq, ...perTensor }, 10, 5],
    ["integer operators, scales per channel", 8, qoperator, 10, 5],
    ["integer operators, one scale per tensor", 7, { ...qoperator, ...perTensor }, 10, 5],
    ["16-bit activations", 8, { ...qdq, activationType: "uint16" }, 21, 10],
    ["what the caller asks for beyond that", 7, { ...qdq, opset: 18 }, 18, 8],
    ["not to a version below the needed one", 8, { ...dynamic, opset: 9 }, 11, 6],
  ])("%s: %i", async (_, from, options, to, ir) => {
    const { graph, sqnr } = await measure(executor, network(from), options);
    expect(graph.opsets.get("")).toBe(to);
    expect(sqnr).toBeGreaterThan(25);
    expect([...(await modelBytes(graph)).subarray(0, 2)]).toEqual([0x08, ir]);
  });

  it("weights that are only stored need scales per channel, or no more than one", async () => {
    const spec: ModelSpec = {
      opset: 8,
      feeds: { x: noise([1, 8, 5, 5]) },
      weights: { w: noise([8, 6, 4, 4]) },
      nodes: [op("ConvTranspose", "x w", "y")],
    };
    expect((await quantize(executor, spec, dynamic)).graph.opsets.get("")).toBe(13);
    expect((await quantize(executor, spec, { ...dynamic, ...perTensor })).graph.opsets.get("")).toBe(10);
  });

  it("tables need none", async () => {
    const spec: ModelSpec = {
      opset: 9,
      feeds: { x: float32([2], [0, 1]) },
      weights: { t: noise([300, 64]) },
      nodes: [op("Cast", "x", "i", { to: int(7) }), op("Gather", "t i", "y")],
    };
    expect((await quantize(executor, spec, dynamic)).graph.opsets.get("")).toBe(9);
  });
});

describe("a model that can't be raised", () => {
  const stuck: ModelSpec = {
    ...network(7),
    nodes: [op("Conv", "x w1 b", "c1"), op("Dropout", "c1", "y mask")],
    outputs: "y mask",
  };
  it("is an error that names the node", async () => {
    await expect(quantize(executor, stuck, qdq)).rejects.toMatchObject({
      code: "CORE_OPSET_RAISE",
      data: { node: "y", op: "Dropout", version: 10 },
    });
  });

  it("is left alone where no operator set has to be raised", async () => {
    const graph: Graph = modelOf({ ...stuck, opset: 13, nodes: [op("Conv", "x w1 b", "y")], outputs: "y" });
    expect(graph.opsets.get("")).toBe(13);
    expect(
      (await quantize(executor, { ...stuck, opset: 13, nodes: graph.nodes, outputs: "y" }, qdq)).graph.opsets.get(""),
    ).toBe(13);
  });
});
