// Each form of each operator, run by onnxruntime beside the float model.
import { attribute, float32, int64, numbersOf, tensorFromNumbers, type Tensor } from "@tersor/core";
import { createExecutor } from "@tersor/onnx";
import type { IntegerOptions, QuantizationOptions } from "@tersor/quantize";
import { afterAll, describe, expect, it } from "vitest";
import { bodyOf, measure, modelOf, noise, op, quantize, run, sqnrOf, type ModelSpec } from "./models.ts";

const executor = createExecutor({ inProcess: true });
afterAll(() => executor.dispose());

const { int, ints, float, graph: body, string } = attribute;
const dynamic: IntegerOptions = { mode: "dynamic" };
const qdq: IntegerOptions = { mode: "static", format: "qdq", calibrator: "min-max" };
const qoperator: IntegerOptions = { ...qdq, format: "qoperator" };
const modes = [
  ["dynamic", dynamic],
  ["qdq", qdq],
  ["qoperator", qoperator],
] as const;
const pads = { pads: ints([1, 1, 1, 1]) };
const image = noise([2, 4, 9, 9]);
/** Weights whose channels on an axis differ in size a thousandfold: one scale, or the wrong axis, does not do. */
const uneven = (shape: readonly number[], axis: number, seed = 0): Tensor => {
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const data = noise(shape, 1, seed).data as Float32Array;
  return float32(
    shape,
    data.map((value, i) => value * 10 ** ((Math.floor(i / inner) % shape[axis]!) % 4)),
  );
};

/** Per channel of the last or the second axis, so that large channels don't hide small ones. */
function channelSqnr(expected: Tensor, received: Tensor, axis: number): number {
  const [a, b] = [numbersOf(expected), numbersOf(received)];
  const inner = expected.shape.slice(axis + 1).reduce((x, y) => x * y, 1);
  const channels = expected.shape[axis]!;
  const signal = Array<number>(channels).fill(0);
  const error = Array<number>(channels).fill(0);
  for (let i = 0; i < a.length; i++) {
    const c = Math.floor(i / inner) % channels;
    signal[c]! += a[i]! ** 2;
    error[c]! += (a[i]! - b[i]!) ** 2;
  }
  return Math.min(...signal.map((s, c) => 10 * Math.log10(s / error[c]!)));
}

async function worstChannel(spec: ModelSpec, options: QuantizationOptions, axis: number): Promise<number> {
  const { graph } = await quantize(executor, spec, options);
  const [before, after] = [await run(executor, modelOf(spec), spec.feeds), await run(executor, graph, spec.feeds)];
  return channelSqnr(before["y"]!, after["y"]!, axis);
}

describe("Gemm, whatever its factors and transpositions", () => {
  const cases = [0, 1].flatMap((transA) =>
    [0, 1].flatMap((transB) =>
      [
        [1, 1],
        [0.5, 2],
      ].map(([alpha, beta]) => ({ transA, transB, alpha: alpha!, beta: beta! })),
    ),
  );
  const gemm = ({ transA, transB, alpha, beta }: (typeof cases)[number]): ModelSpec => ({
    feeds: { x: transA ? noise([16, 5]) : noise([5, 16]) },
    weights: { w: transB ? uneven([8, 16], 0) : uneven([16, 8], 1), b: noise([8]) },
    nodes: [
      op("Gemm", "x w b", "y", { transA: int(transA), transB: int(transB), alpha: float(alpha), beta: float(beta) }),
    ],
  });
  it.each(modes.flatMap(([name, options]) => cases.map((one) => [name, JSON.stringify(one), options, one] as const)))(
    "%s %s: every output channel is near",
    async (_, __, options, one) => expect(await worstChannel(gemm(one), options, 1)).toBeGreaterThan(30),
  );

  it.each(modes)("%s: with a bias that is computed, or none", async (_, options) => {
    const spec = gemm(cases[1]!);
    const computed = { ...spec, nodes: [op("Mul", "b k", "c"), op("Gemm", "x w c", "y", spec.nodes[0]!.attributes)] };
    const weights = { ...spec.weights, k: float32([1], [2]) };
    const feeds = { ...spec.feeds, b: noise([8]) };
    delete (weights as Record<string, Tensor>)["b"];
    expect(await worstChannel({ ...computed, weights, feeds }, options, 1)).toBeGreaterThan(30);
    const none = { ...spec, nodes: [op("Gemm", "x w", "y", spec.nodes[0]!.attributes)] };
    expect(await worstChannel(none, options, 1)).toBeGreaterThan(30);
  });
});

describe("MatMul", () => {
  it.each(modes)("%s: batches, weights of any rank, a bias added after", async (_, options) => {
    const plain: ModelSpec = {
      feeds: { x: noise([2, 3, 16]) },
      weights: { w: uneven([16, 8], 1), b: noise([8]) },
      nodes: [op("MatMul", "x w", "m"), op("Add", "m b", "y")],
    };
    expect(await worstChannel(plain, options, 2)).toBeGreaterThan(30);
    const stack: ModelSpec = {
      feeds: { x: noise([2, 3, 16]) },
      weights: { w: uneven([2, 16, 8], 2) },
      nodes: [op("MatMul", "x w", "y")],
    };
    expect(await worstChannel(stack, options, 2)).toBeGreaterThan(30);
  });
});

describe("Conv", () => {
  const conv = (
    weight: readonly number[],
    attributes: ModelSpec["nodes"][number]["attributes"],
    x = image,
  ): ModelSpec => ({
    feeds: { x },
    weights: { w: uneven(weight, 0), b: noise([weight[0]!]) },
    nodes: [op("Conv", "x w b", "y", attributes)],
  });
  // One scale for all of an output's channels hides the small ones, so static results are compared as a whole.
  const specs = [
    ["3 x 3", conv([6, 4, 3, 3], pads)],
    ["depthwise", conv([4, 1, 3, 3], { ...pads, group: int(4) })],
    ["in groups, dilated", conv([6, 2, 3, 3], { group: int(2), dilations: ints([2, 2]) })],
    ["with strides and automatic pads", conv([6, 4, 3, 3], { auto_pad: string("SAME_UPPER"), strides: ints([2, 2]) })],
    ["of one dimension", conv([6, 4, 3], {}, noise([2, 4, 12]))],
    ["of three dimensions", conv([3, 2, 2, 2, 2], {}, noise([1, 2, 4, 4, 4]))],
  ] as const;
  it.each(specs)("%s", async (_, spec) => {
    expect(await worstChannel(spec, dynamic, 1)).toBeGreaterThan(30);
    for (const options of [qdq, qoperator]) expect((await measure(executor, spec, options)).sqnr).toBeGreaterThan(30);
  });

  it("with a bias that is computed", async () => {
    const spec: ModelSpec = {
      feeds: { x: image, b: noise([6]) },
      weights: { w: noise([6, 4, 3, 3]), two: float32([1], [2]) },
      nodes: [op("Mul", "b two", "c"), op("Conv", "x w c", "y")],
    };
    for (const [, options] of modes) expect((await measure(executor, spec, options)).sqnr).toBeGreaterThan(30);
  });

  it("dense and convolutional biases that don't fit 32 bits widen the weight's scale", async () => {
    const tiny = (shape: readonly number[]): Tensor =>
      float32(
        shape,
        (noise(shape).data as Float32Array).map((value, i) => (i < 9 ? value * 1e-9 : value)),
      );
    const dense: ModelSpec = {
      feeds: { x: noise([4, 9], 0.01) },
      weights: { w: tiny([8, 9]), b: noise([8], 500) },
      nodes: [op("Gemm", "x w b", "y", { transB: int(1) })],
    };
    const spatial: ModelSpec = {
      feeds: { x: noise([1, 1, 6, 6], 0.01) },
      weights: { w: tiny([8, 1, 3, 3]), b: noise([8], 500) },
      nodes: [op("Conv", "x w b", "y")],
    };
    for (const granularity of ["per-channel", "per-tensor"] as const)
      for (const options of [qdq, qoperator])
        for (const spec of [dense, spatial])
          expect((await measure(executor, spec, { ...options, granularity })).sqnr).toBeGreaterThan(35);
  });
});

describe("chains of integers", () => {
  const residual: ModelSpec = {
    feeds: { x: image },
    weights: { a: noise([4, 4, 3, 3], 0.4), b: noise([4, 4, 3, 3], 0.4, 2), c: noise([8, 8, 1, 1]), d: noise([8, 3]) },
    nodes: [
      op("Conv", "x a", "c1", pads),
      op("Relu", "c1", "r1"),
      op("Conv", "r1 b", "c2", pads),
      op("Add", "c2 r1", "sum"),
      op("Relu", "sum", "r2"),
      op("MaxPool", "r2", "p1", { kernel_shape: ints([2, 2]) }),
      op("AveragePool", "r2", "p2", { kernel_shape: ints([2, 2]) }),
      op("Concat", "p1 p2", "both", { axis: int(1) }),
      op("Conv", "both c", "c3"),
      op("Clip", "c3 low high", "r3"),
      op("GlobalAveragePool", "r3", "pooled"),
      op("Flatten", "pooled", "flat"),
      op("MatMul", "flat d", "y"),
    ],
  };
  const spec = { ...residual, weights: { ...residual.weights, low: float32([], [0]), high: float32([], [6]) } };

  it("qoperator computes from the first convolution to the last on integers", async () => {
    const { ops, sqnr } = await measure(executor, spec, qoperator);
    expect(ops).toBe(
      "QuantizeLinear QLinearConv QLinearConv QLinearAdd MaxPool QLinearAveragePool QLinearConcat QLinearConv " +
        "QLinearGlobalAveragePool Flatten MatMulIntegerToFloat",
    );
    expect(sqnr).toBeGreaterThan(28);
  });

  it("shortcuts that slice and pad stay integers, unless they pad with something else than zero", async () => {
    const shortcut = (fill: number): ModelSpec => ({
      feeds: { x: image },
      weights: {
        a: noise([4, 4, 3, 3], 0.4),
        b: noise([8, 4, 3, 3], 0.4, 2),
        c: noise([8, 8, 1, 1]),
        starts: int64([2], [0, 0]),
        ends: int64([2], [1000, 1000]),
        axes: int64([2], [2, 3]),
        steps: int64([2], [2, 2]),
        widths: int64([8], [0, 2, 0, 0, 0, 2, 0, 0]),
        fill: float32([], [fill]),
      },
      nodes: [
        op("Conv", "x a", "c1", pads),
        op("Conv", "c1 b", "c2", { ...pads, strides: ints([2, 2]) }),
        op("Slice", "c1 starts ends axes steps", "half"),
        op("Pad", "half widths fill", "wide"),
        op("Add", "c2 wide", "sum"),
        op("Conv", "sum c", "y"),
      ],
    });
    const zero = await measure(executor, shortcut(0), qoperator);
    expect(zero.ops.split(" ").sort().join(" ")).toBe(
      "DequantizeLinear Pad QLinearAdd QLinearConv QLinearConv QLinearConv QuantizeLinear Slice",
    );
    expect(zero.sqnr).toBeGreaterThan(25);
    const one = await measure(executor, shortcut(1), qoperator);
    expect(one.ops).not.toContain("QLinearAdd");
    expect(one.sqnr).toBeGreaterThan(25);
  });

  it("qdq keeps the float operators", async () => {
    const { ops, sqnr } = await measure(executor, spec, qdq);
    const kept = ops.split(" ").filter((name) => !name.endsWith("Linear"));
    expect(kept).toEqual(spec.nodes.map((node) => node.op));
    expect(sqnr).toBeGreaterThan(28);
  });

  it("both formats say the same arithmetic: they differ by one step of the output at most", async () => {
    const short = { ...spec, nodes: [...spec.nodes.slice(0, 8), op("Conv", "both c", "y")] };
    const made = await quantize(executor, short, qdq);
    const lowered = await quantize(executor, short, qoperator);
    expect(made.plan).toEqual(lowered.plan);
    const { scale } = made.plan.activations["y"]!;
    const a = numbersOf((await run(executor, made.graph, spec.feeds, false))["y"]!);
    const b = numbersOf((await run(executor, lowered.graph, spec.feeds, false))["y"]!);
    for (let i = 0; i < a.length; i++) expect(Math.abs(a[i]! - b[i]!)).toBeLessThanOrEqual(scale[0]! * 1.001);
    expect(a.length).toBe(2 * 8 * 8 * 8);
  });

  it("keeps the names of outputs, also of those that integer kernels write and others read", async () => {
    const shown = { ...spec, outputs: "r1 sum y" };
    for (const [, options] of modes) {
      const { graph, sqnr } = await measure(executor, shown, options);
      expect(graph.outputs.map(({ name }) => name)).toEqual(["r1", "sum", "y"]);
      expect(sqnr).toBeGreaterThan(28);
    }
  });

  it("leaves float what a rule names, in every mode", async () => {
    for (const [, options] of modes) {
      const { ops } = await measure(executor, spec, {
        ...options,
        rules: [
          { name: "c2", precision: "float" },
          { op: "Concat", precision: "float" },
        ],
      });
      expect(ops.split(" ")).toContain("Conv");
      expect(ops.split(" ")).toContain("Concat");
    }
  });

  it.each(["Add", "Concat", "MaxPool", "AveragePool", "GlobalAveragePool", "Flatten"])(
    "%s stays float where a rule says so, between integers or not",
    async (type) => {
      const chosen = { ...qoperator, rules: [{ op: type, precision: "float" }] } as const;
      const { ops, graph, sqnr } = await measure(executor, spec, chosen);
      expect(ops.split(" ")).toContain(type);
      expect(sqnr).toBeGreaterThan(28);
      const made = graph.nodes.find((node) => node.op === type)!;
      const readsIntegers = made.inputs.some((name) =>
        graph.nodes.some((node) => /^QLinear/.test(node.op) && node.outputs[0] === name),
      );
      expect(readsIntegers).toBe(false);
    },
  );

  it.each(["Add", "Concat"])("%s between convolutions alone stays float where a rule says so", async (type) => {
    const between: ModelSpec = {
      feeds: { x: image },
      weights: { a: noise([4, 4, 3, 3]), b: noise([4, 4, 3, 3], 1, 2), c: noise([5, 4, 1, 1]) },
      nodes: [
        op("Conv", "x a", "c1", pads),
        op("Conv", "x b", "c2", pads),
        op(type, "c1 c2", "m", type === "Concat" ? { axis: int(2) } : {}),
        op("Conv", "m c", "y"),
      ],
    };
    const free = await measure(executor, between, qoperator);
    expect(free.ops).toContain(`QLinear${type}`);
    const { ops, sqnr } = await measure(executor, between, { ...qoperator, rules: [{ op: type, precision: "float" }] });
    expect(ops.split(" ")).toContain(type);
    expect(sqnr).toBeGreaterThan(28);
  });

  it("activations of several types", async () => {
    const rules = [
      { name: "c2", activationType: "int8" },
      { name: "c3", activationType: "int8" },
    ] as const;
    for (const [, options] of modes)
      expect((await measure(executor, spec, { ...options, rules })).sqnr).toBeGreaterThan(25);
  });

  it.each<[string, Partial<IntegerOptions>]>([
    ["signed activations", { activationType: "int8" }],
    ["symmetric activations", { activationScheme: "symmetric" }],
    ["signed symmetric activations", { activationType: "int8", activationScheme: "symmetric" }],
    ["unsigned weights", { weightType: "uint8" }],
    ["7-bit weights", { reduceRange: true }],
    ["one scale per weight", { granularity: "per-tensor" }],
    ["unsigned weights with one scale", { granularity: "per-tensor", weightType: "uint8" }],
  ])("%s", async (_, choice) => {
    for (const [, options] of modes)
      expect((await measure(executor, spec, { ...options, ...choice })).sqnr).toBeGreaterThan(18);
  });

  it("each calibrator", async () => {
    for (const calibrator of ["min-max", "moving-average", "percentile", "entropy", "mse"])
      expect((await measure(executor, spec, { ...qdq, calibrator })).sqnr, calibrator).toBeGreaterThan(18);
  });

  it("16-bit activations come nearer than 8-bit ones, from operator set 21 on", async () => {
    // One value a hundred times the others takes the codes of 8 bits away from them.
    const x = float32(
      [2, 4, 9, 9],
      (image.data as Float32Array).map((value, i) => (i === 7 ? 60 : value)),
    );
    const wide: ModelSpec = { ...spec, feeds: { x }, nodes: [...spec.nodes.slice(0, 3), op("Conv", "c2 b", "y")] };
    const narrow = await measure(executor, wide, qdq);
    for (const activationType of ["uint16", "int16"] as const) {
      const { graph, sqnr } = await measure(executor, wide, { ...qdq, activationType });
      expect(graph.opsets.get("")).toBe(21);
      expect(sqnr, activationType).toBeGreaterThan(narrow.sqnr + 3);
    }
  });
});

describe("tables", () => {
  const table = (columns: number): ModelSpec => ({
    feeds: { i: int64([2, 3], [0, 5, 299, -1, 7, 7]) },
    weights: { t: uneven([300, columns], 0) },
    nodes: [op("Gather", "t i", "y")],
  });
  const rows = async (columns: number, options: QuantizationOptions): Promise<{ ops: string; sqnr: number }> => {
    const spec = table(columns);
    const { graph, ops } = await measure(executor, spec, options);
    const [a, b] = [await run(executor, modelOf(spec), spec.feeds), await run(executor, graph, spec.feeds)];
    return { ops, sqnr: channelSqnr(a["y"]!, b["y"]!, 1) };
  };

  it("have a scale per row where rows are long: every row is near", async () => {
    const { ops, sqnr } = await rows(64, dynamic);
    expect(ops).toBe("Gather Cast Gather Mul");
    expect(sqnr).toBeGreaterThan(40);
  });

  it("have one scale where rows are short, or where it is asked for", async () => {
    expect((await rows(8, dynamic)).ops).toBe("Gather Cast Mul");
    expect((await rows(64, { ...dynamic, granularity: "per-tensor" })).ops).toBe("Gather Cast Mul");
  });

  it("that are also the output projection are stored once", async () => {
    const tied: ModelSpec = {
      feeds: { i: int64([1, 4], [1, 2, 3, 4]) },
      weights: { t: noise([300, 64]) },
      nodes: [op("Gather", "t i", "e"), op("Transpose", "t", "tt", { perm: ints([1, 0]) }), op("MatMul", "e tt", "y")],
    };
    for (const [, options] of modes) {
      const { graph, sqnr } = await measure(executor, tied, { ...options, target: "x86-vnni" });
      expect(sqnr).toBeGreaterThan(30);
      const bytes = [...graph.weights.values()].reduce((sum, { source }) => sum + source.sizeBytes, 0);
      expect(bytes).toBeLessThan(1.2 * 300 * 64);
      // Unsigned weights against saturation are a projection's own: the table is stored beside them, and stays right.
      expect((await measure(executor, tied, { ...options, target: "portable" })).sqnr).toBeGreaterThan(30);
    }
  });

  it("are right with unsigned weights too", async () => {
    const lookUp: ModelSpec = {
      feeds: { i: int64([1, 4], [1, 2, 3, 4]) },
      weights: { t: noise([300, 64]) },
      nodes: [op("Gather", "t i", "y")],
    };
    const { sqnr } = await measure(executor, lookUp, { ...dynamic, weightType: "uint8" });
    expect(sqnr).toBeGreaterThan(35);
  });
});

describe("biases in QOperator models", () => {
  const qoperator = { mode: "static", format: "qoperator" } as const;
  const feeds = { x: noise([2, 5, 12]) };
  it("join the product that only they read", async () => {
    const spec: ModelSpec = {
      feeds,
      weights: { w: noise([12, 8]), b: noise([8]) },
      nodes: [op("MatMul", "x w", "p"), op("Add", "b p", "y")],
    };
    const { ops, sqnr } = await measure(executor, spec, qoperator);
    expect(ops).toBe("QuantizeLinear MatMulIntegerToFloat");
    expect(sqnr).toBeGreaterThan(25);
  });

  it("stay where they stretch the product, or where others read it", async () => {
    const stretched: ModelSpec = {
      feeds,
      weights: { w: noise([12, 1]), b: noise([8]) },
      nodes: [op("MatMul", "x w", "p"), op("Add", "p b", "y")],
    };
    expect((await measure(executor, stretched, qoperator)).ops).toBe("QuantizeLinear MatMulIntegerToFloat Add");
    const shared: ModelSpec = {
      feeds,
      weights: { w: noise([12, 8]), b: noise([8]) },
      nodes: [op("MatMul", "x w", "p"), op("Add", "p b", "s"), op("Mul", "p s", "y")],
    };
    expect((await measure(executor, shared, qoperator)).ops).toBe("QuantizeLinear MatMulIntegerToFloat Add Mul");
  });
});

describe("recurrent operators", () => {
  const lstm: ModelSpec = {
    feeds: { x: noise([7, 2, 10]), h: noise([2, 2, 8]), c: noise([2, 2, 8]) },
    weights: { w: noise([2, 32, 10]), r: noise([2, 32, 8]), b: noise([2, 64]) },
    nodes: [op("LSTM", "x w r b _ h c", "y last", { hidden_size: int(8), direction: string("bidirectional") })],
    outputs: "y last",
  };
  it.each(["per-channel", "per-tensor"] as const)("LSTM with integer weights, %s", async (granularity) => {
    const { ops, sqnr } = await measure(executor, lstm, { ...dynamic, granularity });
    expect(ops).toBe("DynamicQuantizeLSTM");
    expect(sqnr).toBeGreaterThan(25);
  });

  it("LSTM that shares its weights with another one", async () => {
    const twice: ModelSpec = {
      ...lstm,
      nodes: [...lstm.nodes, op("LSTM", "x w r b", "z", { hidden_size: int(8), direction: string("bidirectional") })],
      outputs: "y z",
    };
    expect((await measure(executor, twice, dynamic)).sqnr).toBeGreaterThan(25);
  });

  it("GRU stores its weights as integers", async () => {
    const gru: ModelSpec = {
      feeds: { x: noise([5, 2, 24]) },
      weights: { w: noise([1, 36, 24]), r: noise([1, 36, 12]) },
      nodes: [op("GRU", "x w r", "y", { hidden_size: int(12) })],
    };
    for (const [, options] of modes) {
      const { ops, sqnr } = await measure(executor, gru, options);
      expect(ops).toBe("DequantizeLinear DequantizeLinear GRU");
      expect(sqnr).toBeGreaterThan(30);
    }
  });
});

describe("other forms", () => {
  it.each([1, 2])("ConvTranspose in %i groups stores its weights as integers", async (group) => {
    const spec: ModelSpec = {
      feeds: { x: noise([1, 8, 5, 5]) },
      weights: { w: uneven([8, 6, 4, 4], 1) },
      nodes: [op("ConvTranspose", "x w", "y", { group: int(group), strides: ints([2, 2]) })],
    };
    for (const [, options] of modes) {
      const { ops } = await measure(executor, spec, options);
      expect(ops).toBe("DequantizeLinear ConvTranspose");
      expect(await worstChannel(spec, options, 1)).toBeGreaterThan(35);
    }
  });

  it("both branches of an If, with weights of their own and from outside", async () => {
    const spec = (condition: number): ModelSpec => ({
      feeds: { x: noise([3, 16]), c: tensorFromNumbers("bool", [], [condition]) },
      weights: { w: uneven([16, 8], 1) },
      nodes: [
        op("If", "c", "y", {
          then_branch: body(bodyOf([op("MatMul", "x w", "t")], "t")),
          else_branch: body(bodyOf([op("MatMul", "x u", "e")], "e", { u: uneven([16, 8], 1, 5) })),
        }),
      ],
    });
    for (const condition of [0, 1])
      for (const [, options] of modes) {
        const { ops } = await measure(executor, spec(condition), options);
        const inside = "DynamicQuantizeLinear MatMulInteger Cast Mul Mul";
        expect(ops).toBe(`If(${inside})(${inside})`);
        expect(await worstChannel(spec(condition), options, 1)).toBeGreaterThan(30);
      }
  });

  it("the body of a Loop", async () => {
    const loopBody = {
      ...bodyOf(
        [op("Identity", "going", "on"), op("MatMul", "state w", "next"), op("Tanh", "next", "after")],
        "on after",
      ),
      inputs: [
        { name: "i", type: { kind: "tensor", dtype: "int64", shape: [] } },
        { name: "going", type: { kind: "tensor", dtype: "bool", shape: [] } },
        { name: "state", type: { kind: "tensor", dtype: "float32" } },
      ],
      outputs: [
        { name: "on", type: { kind: "tensor", dtype: "bool", shape: [] } },
        { name: "after", type: { kind: "tensor", dtype: "float32" } },
      ],
    } as const;
    const spec: ModelSpec = {
      feeds: { x: noise([2, 16]), n: int64([], [3]) },
      weights: { w: noise([16, 16], 0.3), yes: tensorFromNumbers("bool", [], [1]) },
      nodes: [op("Loop", "n yes x", "y", { body: body(loopBody) })],
    };
    for (const [, options] of modes) {
      const { ops, sqnr } = await measure(executor, spec, options);
      expect(ops).toContain("MatMulInteger");
      expect(sqnr).toBeGreaterThan(20);
    }
  });

  it("attention: masks of large negative numbers keep their size", async () => {
    const mask = float32([1, 6], [0, 0, 0, 0, -3.4e38, -3.4e38]);
    const spec: ModelSpec = {
      feeds: { x: noise([2, 6, 16]) },
      weights: {
        q: noise([16, 16]),
        k: noise([16, 16], 1, 2),
        v: noise([16, 16], 1, 3),
        o: noise([16, 16], 1, 4),
        mask,
      },
      nodes: [
        op("MatMul", "x q", "qs"),
        op("MatMul", "x k", "ks"),
        op("MatMul", "x v", "vs"),
        op("Transpose", "ks", "kt", { perm: ints([0, 2, 1]) }),
        op("MatMul", "qs kt", "scores"),
        op("Add", "scores mask", "masked"),
        op("Softmax", "masked", "p", { axis: int(-1) }),
        op("MatMul", "p vs", "mixed"),
        op("MatMul", "mixed o", "y"),
      ],
      outputs: "p y",
    };
    for (const [, options] of modes) {
      const { graph, sqnr } = await measure(executor, spec, options);
      expect(sqnr).toBeGreaterThan(18);
      const p = numbersOf((await run(executor, graph, spec.feeds))["p"]!);
      for (let row = 0; row < 12; row++) expect([p[row * 6 + 4], p[row * 6 + 5]]).toEqual([0, 0]);
    }
  });

  it("batches and lengths that change", async () => {
    const spec: ModelSpec = {
      feeds: { x: noise([2, 5, 16]) },
      shapes: { x: ["batch", "length", 16] },
      weights: { w: noise([16, 8]), b: noise([8]) },
      nodes: [op("MatMul", "x w", "m"), op("Add", "m b", "y")],
    };
    const other = { x: noise([1, 9, 16]) };
    for (const [, options] of modes) {
      const { graph } = await quantize(executor, spec, options);
      expect(sqnrOf(await run(executor, modelOf(spec), other), await run(executor, graph, other))).toBeGreaterThan(30);
    }
  });
});

describe("errors", () => {
  const spec: ModelSpec = { feeds: { x: image }, weights: { w: noise([4, 4, 3, 3]) }, nodes: [op("Conv", "x w", "y")] };
  it.each<[string, ModelSpec, QuantizationOptions]>([
    ["QUANTIZE_UNKNOWN_CALIBRATOR", spec, { ...qdq, calibrator: "guess" }],
    ["QUANTIZE_RULE_MATCHES_NOTHING", spec, { ...qdq, rules: [{ op: "Gemm", precision: "float" }] }],
    ["QUANTIZE_NOTHING", { ...spec, nodes: [op("Relu", "x", "y")] }, qdq],
    ["QUANTIZE_TYPE_NOT_IN_FORMAT", spec, { ...qoperator, activationType: "int16" }],
    [
      "QUANTIZE_NON_FINITE_ACTIVATION",
      {
        ...spec,
        nodes: [op("Mul", "x nan", "n"), op("Conv", "n w", "y")],
        weights: { ...spec.weights, nan: float32([], [NaN]) },
      },
      qdq,
    ],
    ["CORE_OPSET_UNSUPPORTED", spec, { ...qdq, opset: 99 }],
  ])("%s", async (code, model, options) => {
    await expect(quantize(executor, model, options)).rejects.toMatchObject({ code });
  });

  it("a model that was quantized before", async () => {
    const { graph } = await quantize(executor, spec, qdq);
    const again = {
      feeds: spec.feeds,
      nodes: graph.nodes,
      weights: Object.fromEntries([...graph.weights].map(([name, { source }]) => [name, source.tensor()])),
    };
    await expect(quantize(executor, again, qdq)).rejects.toMatchObject({ code: "QUANTIZE_ALREADY_QUANTIZED" });
  });
});
