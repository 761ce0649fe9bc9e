// Factors moved from an activation into its weights, run by onnxruntime before and after: the same function, with the
// division where it was expected.
import {
  attribute,
  float32,
  GraphDraft,
  int64,
  isExactOrigin,
  numbersOf,
  restoreSource,
  seededRandom,
} from "@tersor/core";
import { createExecutor, readModel } from "@tersor/onnx";
import { foldInputScale, foldInputScales, prepare, weightedReaders, type FoldOptions } from "@tersor/quantize";
import { afterAll, describe, expect, it } from "vitest";
import { bankModels, modelFile, testFeeds } from "../inference/bank.ts";
import { modelOf, noise, op, run, sqnrOf, type ModelSpec } from "./models.ts";

const executor = createExecutor({ inProcess: true });
afterAll(() => executor.dispose());

const { int, ints, float } = attribute;
const factors = (count: number): Float32Array => Float32Array.from({ length: count }, (_, i) => 0.3 + ((i * 7) % 5));
const matrix = noise([8, 8]);
const image = noise([2, 4, 6, 6]);
const kernel = noise([4, 4, 3, 3], 1, 1);
const pads = { pads: ints([1, 1, 1, 1]) };
const out = noise([8, 3], 1, 9);
const rows = { x: noise([5, 8]) };
const tokens = { x: noise([2, 5, 8]) };

interface Case extends ModelSpec {
  readonly expected: "folded" | "inserted";
  readonly count: number;
}

const folded = (count: number, spec: ModelSpec): Case => ({ ...spec, count, expected: "folded" });
const inserted = (count: number, spec: ModelSpec): Case => ({ ...spec, count, expected: "inserted" });

/** `h` is divided. */
const cases: Readonly<Record<string, Case>> = {
  "LayerNormalization with scale and shift": folded(8, {
    feeds: tokens,
    weights: { g: noise([8], 2, 3), b: noise([8]), w: out },
    nodes: [op("LayerNormalization", "x g b", "h"), op("MatMul", "h w", "y")],
  }),
  "a normalisation written out, two readers": folded(8, {
    feeds: tokens,
    weights: { e: float32([], [1e-5]), g: noise([8], 2, 3), b: noise([8]), w: out, v: noise([8, 3]) },
    nodes: [
      op("ReduceMean", "x", "mean", { axes: ints([-1]) }),
      op("Sub", "x mean", "centred"),
      op("Mul", "centred centred", "square"),
      op("ReduceMean", "square", "variance", { axes: ints([-1]) }),
      op("Add", "variance e", "shifted"),
      op("Sqrt", "shifted", "deviation"),
      op("Div", "centred deviation", "normal"),
      op("Mul", "normal g", "scaled"),
      op("Add", "scaled b", "h"),
      op("MatMul", "h v", "k"),
      op("MatMul", "h w", "q"),
      op("Add", "q k", "y"),
    ],
  }),
  "Gemm with bias, behind a LeakyRelu": folded(8, {
    feeds: rows,
    weights: { v: matrix, b: noise([8]), w: out },
    nodes: [
      op("Gemm", "x v b", "a", { transB: int(1), beta: float(2) }),
      op("LeakyRelu", "a", "h", { alpha: float(0.1) }),
      op("Gemm", "h w", "y", { alpha: float(0.5) }),
    ],
  }),
  "a product and its sum, with a computed gate": folded(8, {
    feeds: rows,
    weights: { v: matrix, u: noise([8, 8], 1, 4), b: noise([8]), w: out },
    nodes: [
      op("MatMul", "x v", "up"),
      op("Add", "b up", "shifted"),
      op("MatMul", "x u", "gate"),
      op("Sigmoid", "gate", "open"),
      op("Mul", "shifted open", "h"),
      op("MatMul", "h w", "y"),
    ],
  }),
  "values of an attention, through its heads": folded(8, {
    feeds: { ...tokens, p: noise([2, 2, 5, 5]) },
    weights: { v: matrix, b: noise([8]), heads: int64([4], [0, 5, 2, 4]), whole: int64([3], [0, 5, 8]), w: out },
    nodes: [
      op("MatMul", "x v", "a"),
      op("Add", "a b", "values"),
      op("Reshape", "values heads", "split"),
      op("Transpose", "split", "byHead", { perm: ints([0, 2, 1, 3]) }),
      op("MatMul", "p byHead", "mixed"),
      op("Transpose", "mixed", "back", { perm: ints([0, 2, 1, 3]) }),
      op("Reshape", "back whole", "h"),
      op("MatMul", "h w", "y"),
    ],
  }),
  "Conv, Relu, pooling, Flatten, Gemm": folded(4, {
    feeds: { x: image },
    weights: { k: kernel, b: noise([4]), w: noise([4, 3]) },
    nodes: [
      op("Conv", "x k b", "a", pads),
      op("Relu", "a", "r"),
      op("GlobalAveragePool", "r", "p"),
      op("Flatten", "p", "h"),
      op("Gemm", "h w", "y"),
    ],
  }),
  "BatchNormalization before grouped Convs": folded(4, {
    feeds: { x: image },
    weights: {
      g: noise([4], 1, 2),
      b: noise([4]),
      m: noise([4]),
      v: float32([4], [1, 2, 3, 0.5]),
      k: noise([8, 2, 3, 3]),
      d: noise([8, 1, 3, 3]),
    },
    nodes: [
      op("BatchNormalization", "x g b m v", "h"),
      op("Conv", "h k", "c", { ...pads, group: int(2) }),
      op("Conv", "h d", "e", { ...pads, group: int(4) }),
      op("Add", "c e", "y"),
    ],
  }),
  "ConvTranspose after reductions that drop axes": folded(8, {
    feeds: { x: noise([2, 8, 5, 3, 2]) },
    weights: { k: noise([8, 8, 1, 1, 1]), b: noise([8]), w: noise([8, 2, 3]), c: noise([2]) },
    nodes: [
      op("Conv", "x k b", "a"),
      op("ReduceMean", "a", "m", { axes: ints([-1]), keepdims: int(0) }),
      op("ReduceMax", "m", "h", { axes: ints([3]), keepdims: int(0) }),
      op("ConvTranspose", "h w c", "y"),
    ],
  }),
  "a recurrent reader": folded(8, {
    feeds: { x: noise([5, 2, 8]) },
    weights: { g: noise([8]), w: noise([1, 12, 8]), r: noise([1, 12, 3]) },
    nodes: [op("Div", "x g", "h"), op("LSTM", "h w r", "y", { hidden_size: int(3) })],
  }),
  "a residual beside the weight": inserted(8, {
    feeds: rows,
    weights: { g: noise([8]), v: matrix },
    nodes: [op("Mul", "x g", "h"), op("MatMul", "h v", "a"), op("Add", "a h", "y")],
  }),
  "an input of the graph": inserted(4, {
    feeds: { h: image },
    weights: { k: kernel },
    nodes: [op("Conv", "h k", "y", pads)],
  }),
  "a function that bends": inserted(8, {
    feeds: rows,
    weights: { v: matrix, w: out },
    nodes: [op("MatMul", "x v", "a"), op("Tanh", "a", "h"), op("MatMul", "h w", "y")],
  }),
  "channels that the reshape tears apart": inserted(36, {
    feeds: { x: image },
    weights: { k: kernel, w: noise([36, 3]), shape: int64([3], [2, 4, 36]) },
    nodes: [op("Conv", "x k", "a", pads), op("Reshape", "a shape", "h"), op("MatMul", "h w", "y")],
  }),
};

describe("a factor for each channel", () => {
  it.each(Object.entries(cases))("%s", async (_, spec) => {
    const graph = modelOf(spec);
    const { graph: after, folding } = foldInputScale(graph, "h", factors(spec.count));
    expect(folding.kind).toBe(spec.expected);
    expect(after.nodes.length).toBe(graph.nodes.length + (spec.expected === "inserted" ? 1 : 0));
    const [before, now] = [await run(executor, graph, spec.feeds), await run(executor, after, spec.feeds)];
    expect(sqnrOf(before, now)).toBeGreaterThan(110);
  });

  const plain = cases["Gemm with bias, behind a LeakyRelu"]!;
  const fold = (options: FoldOptions, name = "h", values = factors(8)) =>
    foldInputScale(modelOf(plain), name, values, options);

  it("is inserted where it may not be folded, and refused with the reason", () => {
    expect(fold({ fold: false }).folding).toMatchObject({ kind: "inserted" });
    expect(fold({ fold: false, insert: false }).folding).toMatchObject({ kind: "refused" });
    expect(fold({}, "y").folding).toEqual({ kind: "refused", why: "no weight reads it" });
    expect(fold({}, "h", factors(7)).folding).toMatchObject({ why: expect.stringContaining("8 channels") as string });
    expect(fold({}, "h", new Float32Array(8)).folding).toMatchObject({
      why: expect.stringContaining("positive") as string,
    });
  });

  it("leaves every weight its way home", () => {
    for (const [name, weight] of fold({}).graph.weights) {
      expect(isExactOrigin(weight.origin), name).toBe(false);
      const [home, source] = [numbersOf(restoreSource(weight)), numbersOf(plain.weights![name]!)];
      for (let i = 0; i < source.length; i++) expect(home[i]! / source[i]!).toBeCloseTo(1, 6);
    }
  });

  it("changes a copy where another operator reads the constant as it is", async () => {
    const shared: ModelSpec = {
      feeds: rows,
      weights: { g: noise([8]), w: matrix },
      nodes: [op("Mul", "x g", "h"), op("MatMul", "h w", "a"), op("MatMul", "a w", "c"), op("Mul", "c g", "y")],
    };
    const { graph } = foldInputScale(modelOf(shared), "h", factors(8));
    const [before, now] = [await run(executor, modelOf(shared), rows), await run(executor, graph, rows)];
    expect(sqnrOf(before, now)).toBeGreaterThan(110);
    expect([...graph.weights.keys()].sort()).toEqual(["g", "g_scaled", "w", "w_scaled"]);
  });
});

const few = bankModels.filter((name) =>
  ["mobilebert_mrpc", "deberta_v3_mrpc", "gpt2_lm", "llama_lm", "resnext", "mobilenet_v1", "lstm_textcls"].includes(
    name,
  ),
);

describe.skipIf(few.length === 0)("the bank (skipped where TERSOR_BANK names no folder)", () => {
  it.each(few)("%s computes the same with all its activations divided", async (name) => {
    const graph = prepare(await readModel(modelFile(name)));
    const random = seededRandom(1);
    const draft = new GraphDraft(graph);
    const scales = new Map<string, Float32Array>();
    for (const { inputs } of graph.nodes) {
      const [reader] = weightedReaders(draft, inputs[0] ?? "");
      if (reader)
        scales.set(
          inputs[0]!,
          Float32Array.from({ length: reader.channels }, () => 0.25 + 4 * random()),
        );
    }
    const { graph: after, foldings } = foldInputScales(graph, scales);
    expect([...foldings.values()].filter(({ kind }) => kind !== "refused").length).toBeGreaterThan(0);
    for (const feeds of testFeeds(name, graph))
      expect(sqnrOf(await run(executor, graph, feeds), await run(executor, after, feeds))).toBeGreaterThan(100);
  });
});
