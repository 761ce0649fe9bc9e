import { attribute, float32, int64, tensorFromNumbers, type Graph, type Node, type Tensor } from "@tersor/core";
import { describe, expect, it } from "vitest";
import { placementOf, type IntegerOptions } from "../integer.ts";
import { prepare } from "../prepare.ts";
import { explainQuantization } from "../quantize.ts";
import { bodyOf, modelOf, noise, op, type ModelSpec } from "../test-support/graphs.ts";
import type { Placement } from "./place.ts";

const { int, ints, float, graph: body } = attribute;
const placed = (graph: Graph, options: Partial<IntegerOptions> = {}): Placement =>
  placementOf(prepare(graph), { mode: "static", ...options });
/** What was decided, as "node: form" or "node: float". */
const decisions = ({ nodes }: Placement): string[] =>
  nodes.map((node) => `${node.node}: ${node.decision === "quantized" ? node.form : "float"}`);
const whyOf = ({ nodes }: Placement, name: string): string => {
  const node = nodes.find((one) => one.node === name);
  return node?.decision === "float" ? node.why : "";
};
const wished = ({ wishes }: Placement): Record<string, string> =>
  Object.fromEntries(wishes.map(({ tensor, at, sharesWith }) => [tensor, sharesWith ? `${at} of ${sharesWith}` : at]));
const model = (nodes: readonly Node[], weights: Record<string, Tensor>, more: Partial<ModelSpec> = {}): Graph =>
  modelOf({ inputs: { x: ["n", 4, 8, 8] }, outputs: "y", nodes, weights, ...more });
const kernel = noise([4, 4, 3, 3]);
const pads = { pads: ints([1, 1, 1, 1]) };

describe("what becomes integers, static", () => {
  it("Conv, Relu, Conv: the second reads what the first writes, after the Relu", () => {
    const found = placed(
      model([op("Conv", "x a", "c", pads), op("Relu", "c", "r"), op("Conv", "r b", "y", pads)], {
        a: kernel,
        b: noise([4, 4, 3, 3], 2),
      }),
    );
    expect(decisions(found)).toEqual(["c: static", "y: static"]);
    expect(wished(found)).toEqual({ r: "producer", y: "producer", x: "consumer" });
  });

  it("a residual Add between convolutions carries integers, and pooling shares the scale of what it moves", () => {
    const found = placed(
      model(
        [
          op("Conv", "x a", "c1", pads),
          op("Conv", "x b", "c2", pads),
          op("Add", "c1 c2", "sum"),
          op("Relu", "sum", "r"),
          op("MaxPool", "r", "p", { kernel_shape: ints([2, 2]) }),
          op("Conv", "p a", "y", pads),
        ],
        { a: kernel, b: noise([4, 4, 3, 3], 2) },
      ),
    );
    expect(decisions(found)).toEqual(["c1: static", "c2: static", "sum: carried", "p: carried", "y: static"]);
    expect(wished(found)).toEqual({
      c1: "producer",
      c2: "producer",
      r: "producer",
      p: "producer of r",
      y: "producer",
      x: "consumer",
    });
  });

  it("Concat of convolutions is carried; an Add that only an output reads is not", () => {
    const nodes = [op("Conv", "x a", "c1", pads), op("Conv", "x b", "c2", pads)];
    const weights = { a: kernel, b: noise([4, 4, 3, 3], 2), w: noise([4, 8, 1, 1]) };
    const concat = [...nodes, op("Concat", "c1 c2", "cc", { axis: int(1) }), op("Conv", "cc w", "y")];
    expect(decisions(placed(model(concat, weights)))).toContain("cc: carried");
    const add = [...nodes, op("Add", "c1 c2", "y")];
    expect(decisions(placed(model(add, { a: kernel, b: weights.b })))).toEqual(["c1: static", "c2: static"]);
  });

  it("a node that a rule leaves float carries nothing, and the chain ends there", () => {
    const graph = model(
      [
        op("Conv", "x a", "c1", pads),
        op("MaxPool", "c1", "p", { kernel_shape: ints([2, 2]) }),
        op("Conv", "p a", "c2", pads),
        op("Conv", "c2 a", "y", pads),
      ],
      { a: kernel },
    );
    const found = placed(graph, {
      rules: [
        { op: "MaxPool", precision: "float" },
        { name: "c2", precision: "float" },
      ],
    });
    expect(decisions(found)).toEqual(["c1: static", "c2: float", "y: static"]);
    expect(whyOf(found, "c2")).toBe("excluded by a rule");
    expect(wished(found)).toEqual({ c1: "producer", y: "producer", c2: "consumer", x: "consumer" });
    expect(decisions(placed(graph, { rules: [{ op: "MaxPool", precision: "float" }] }))).not.toContain("p: carried");
  });

  it("MatMul and Gemm read integers and write floats", () => {
    const nodes = [op("MatMul", "x a", "m"), op("Gemm", "m b c", "y", { transB: int(1) })];
    const found = placed(
      modelOf({
        inputs: { x: ["n", 8] },
        outputs: "y",
        nodes,
        weights: { a: noise([8, 6]), b: noise([5, 6]), c: noise([5]) },
      }),
    );
    expect(decisions(found)).toEqual(["m: static", "y: static"]);
    expect(wished(found)).toEqual({ x: "consumer", m: "consumer" });
  });

  it("masks before Softmax have no range: they are no activation of an operator with weights", () => {
    const mask = float32(
      [1, 1, 8, 8],
      Array.from({ length: 64 }, (_, i) => (i % 8 > 4 ? -3.4e38 : 0)),
    );
    const found = placed(
      model(
        [
          op("MatMul", "x w", "q"),
          op("MatMul", "q q", "scores"),
          op("Add", "scores mask", "masked"),
          op("Softmax", "masked", "p", { axis: int(-1) }),
          op("MatMul", "p v", "y"),
        ],
        { w: noise([8, 8]), v: noise([8, 8], 2), mask },
      ),
    );
    expect(wished(found)).toEqual({ x: "consumer", p: "consumer" });
    expect(decisions(found)).toEqual(["q: static", "y: static"]);
  });

  it("chains of indices stay as they are", () => {
    const nodes = [
      op("Shape", "x", "s"),
      op("Gather", "s zero", "n"),
      op("Cast", "n", "f", { to: int(1) }),
      op("Mul", "f half", "h"),
      op("Cast", "h", "i", { to: int(7) }),
      op("Gather", "table i", "row"),
      op("MatMul", "row w", "y"),
    ];
    const weights = { zero: int64([], [0]), half: float32([], [0.5]), table: noise([300, 8]), w: noise([8, 8]) };
    const found = placed(model(nodes, weights));
    expect(decisions(found)).toEqual(["row: table", "y: static"]);
    expect(wished(found)).toEqual({ row: "consumer" });
  });

  it("bodies take their ranges at run time", () => {
    const branch = bodyOf([op("MatMul", "x w", "t")], "t");
    const other = bodyOf([op("MatMul", "x u", "e")], "e", { u: noise([8, 8], 3) });
    const found = placed(
      modelOf({
        inputs: { x: ["n", 8], c: [] },
        outputs: "y",
        nodes: [op("If", "c", "y", { then_branch: body(branch), else_branch: body(other) })],
        weights: { w: noise([8, 8]) },
      }),
    );
    expect(decisions(found)).toEqual(["t: dynamic", "e: dynamic"]);
    expect(found.wishes).toEqual([]);
  });
});

describe("what is stored as integers, and what stays float", () => {
  it("ConvTranspose, GRU and RNN keep float arithmetic", () => {
    const found = placed(
      model(
        [
          op("ConvTranspose", "x t", "u"),
          op("Reshape", "u shape", "seq"),
          op("GRU", "seq w r", "_ y", { hidden_size: int(12) }),
        ],
        { t: noise([4, 8, 5, 5]), shape: int64([3], [-1, 1, 16]), w: noise([1, 36, 16]), r: noise([1, 36, 12]) },
      ),
    );
    expect(decisions(found)).toEqual(["u: weight-only", "_: weight-only"]);
  });

  it("LSTM has an integer form where its layout is time first", () => {
    const weights = { w: noise([1, 48, 16]), r: noise([1, 48, 12]) };
    const lstm = (layout: number): Graph =>
      modelOf({
        inputs: { x: ["t", "n", 16] },
        outputs: "y",
        nodes: [op("LSTM", "x w r", "y", { hidden_size: int(12), layout: int(layout) })],
        weights,
      });
    expect(decisions(placed(lstm(0)))).toEqual(["y: dynamic"]);
    expect(decisions(placed(lstm(1)))).toEqual(["y: weight-only"]);
  });

  it.each<[why: string, nodes: readonly Node[], weights: Record<string, Tensor>]>([
    ["its constant is on the left", [op("MatMul", "w x", "y")], { w: noise([8, 8]) }],
    ["a vector has too few elements", [op("MatMul", "x w", "y")], { w: noise([8]) }],
    [
      "its weight is float16",
      [op("Cast", "x", "h", { to: int(10) }), op("MatMul", "h w", "y")],
      { w: tensorFromNumbers("float16", [8, 8], noise([8, 8]).data as Float32Array) },
    ],
    ["its alpha is not positive", [op("Gemm", "x w", "y", { alpha: float(-1) })], { w: noise([8, 8]) }],
    ["its weight is computed", [op("Relu", "x", "r"), op("Conv", "x r", "y")], {}],
    ["too small to gain", [op("ConvTranspose", "x w", "y")], { w: noise([4, 2, 2, 2]) }],
  ])("%s", (why, nodes, weights) => {
    expect(whyOf(placed(model(nodes, weights)), "y")).toContain(why);
  });
});

describe("options", () => {
  const graph = model([op("Conv", "x a", "c", pads), op("Conv", "c a", "y", pads)], { a: kernel });

  it("reach the nodes they are meant for", () => {
    const { nodes, wishes } = placed(graph, {
      granularity: "per-tensor",
      calibrator: "entropy",
      rules: [
        { name: "y", weightType: "uint8", reduceRange: true },
        { tensor: "c", activationScheme: "symmetric", activationType: "int8" },
      ],
    });
    expect(nodes.map((node) => (node.decision === "quantized" ? node.weight : undefined))).toEqual([
      { dtype: "int8", granularity: "per-tensor", bits: 8 },
      { dtype: "uint8", granularity: "per-tensor", bits: 7 },
    ]);
    expect(wishes.find(({ tensor }) => tensor === "c")).toMatchObject({
      dtype: "int8",
      symmetric: true,
      calibrator: "entropy",
    });
  });

  it("are explained without running anything", () => {
    expect(explainQuantization(graph, { mode: "static" }).nodes.map(({ decision }) => decision)).toEqual([
      "quantized",
      "quantized",
    ]);
  });

  it("refuse models that are quantized already, unless told to go on", () => {
    const nodes = [
      op("DequantizeLinear", "x s", "d"),
      op("MatMulNBits", "d w s", "m"),
      op("Conv", "d a", "y", pads),
    ].map((node) => (node.op === "MatMulNBits" ? { ...node, domain: "com.microsoft" } : node));
    const partly = modelOf({
      inputs: { x: ["n", 4, 8, 8] },
      outputs: "y m",
      nodes,
      weights: { s: float32([], [0.1]), a: kernel, w: noise([4, 4]) },
    });
    expect(() => placed(partly)).toThrow(
      expect.objectContaining({
        code: "QUANTIZE_ALREADY_QUANTIZED",
        data: expect.objectContaining({ count: 2 }) as unknown,
      }),
    );
    expect(decisions(placed(partly, { allowQuantized: true }))).toEqual(["y: static"]);
  });

  it("refuse 16-bit activations where the format has none", () => {
    const code = { code: "QUANTIZE_TYPE_NOT_IN_FORMAT" };
    expect(() => placed(graph, { format: "qoperator", activationType: "uint16" })).toThrow(
      expect.objectContaining(code),
    );
    expect(() => placed(graph, { mode: "dynamic", rules: [{ op: "Conv", activationType: "int16" }] })).toThrow(
      expect.objectContaining(code),
    );
    expect(placed(graph, { activationType: "uint16" }).wishes[0]).toMatchObject({ dtype: "uint16" });
  });
});
