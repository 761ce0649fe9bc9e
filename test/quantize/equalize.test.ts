// Equalization and correction from options to a model that onnxruntime runs.
import { attribute, float32, seededRandom, type Batches, type Feeds, type Tensor } from "@tersor/core";
import { createExecutor } from "@tersor/onnx";
import { quantizeGraph, type Equalize, type QuantizationOptions, type QuantizedGraph } from "@tersor/quantize";
import { afterAll, describe, expect, it } from "vitest";
import { modelOf, noise, op, opsOf, run, sqnrOf, type ModelSpec } from "./models.ts";

const executor = createExecutor({ inProcess: true });
afterAll(() => executor.dispose());

const { ints, int } = attribute;
const pads = { pads: ints([1, 1, 1, 1]) };

/** Some channels of the last axis much larger than the others. */
function withOutliers(tensor: Tensor, size: number): Tensor {
  const width = tensor.shape.at(-1)!;
  return float32(
    tensor.shape,
    (tensor.data as Float32Array).map((value, i) => ((i % width) % 7 === 3 ? value * size : value)),
  );
}

/** A normalisation with outlier channels, as in transformers, in front of two products, one of them with a bias. */
const transformer: ModelSpec = {
  feeds: { x: noise([8, 6, 32]) },
  weights: {
    g: withOutliers(float32([32], new Float32Array(32).fill(1)), 60),
    b: noise([32]),
    v: noise([32, 48], 1, 1),
    bias: noise([48]),
    w: noise([48, 8], 1, 2),
    u: noise([32, 8], 1, 3),
  },
  nodes: [
    op("LayerNormalization", "x g b", "h"),
    op("MatMul", "h v", "product"),
    op("Add", "product bias", "sum"),
    op("Sigmoid", "sum", "bent"),
    op("MatMul", "bent w", "y"),
    op("MatMul", "h u", "z"),
  ],
  outputs: "y z",
};

/** Depthwise separable, with channels of very different size in between. */
const convolutions: ModelSpec = {
  feeds: { x: noise([2, 3, 12, 12]) },
  weights: {
    k: float32(
      [8, 3, 3, 3],
      (noise([8, 3, 3, 3]).data as Float32Array).map((value, i) => value * 10 ** -(Math.floor(i / 27) % 3)),
    ),
    b: noise([8], 0.01),
    d: noise([8, 1, 3, 3]),
    p: float32(
      [6, 8, 1, 1],
      (noise([6, 8, 1, 1]).data as Float32Array).map((value, i) => value * 10 ** ((i % 8) % 3)),
    ),
  },
  nodes: [
    op("Conv", "x k b", "a", pads),
    op("Relu", "a", "r"),
    op("Conv", "r d", "c", { ...pads, group: int(8) }),
    op("Relu", "c", "q"),
    op("Conv", "q p", "y"),
  ],
};

const static8: QuantizationOptions = { mode: "static", calibrator: "min-max" };

function batchesOf(...sets: readonly Feeds[]): Batches {
  return {
    length: sets.length,
    async *[Symbol.asyncIterator]() {
      for (const set of sets) yield await Promise.resolve(set);
    },
  };
}

async function measure(
  spec: ModelSpec,
  options: Partial<QuantizationOptions>,
): Promise<QuantizedGraph & { readonly sqnr: number; readonly kept: number }> {
  const calibration = batchesOf(spec.feeds);
  const made = await quantizeGraph(modelOf(spec), { ...static8, ...options } as QuantizationOptions, {
    executor,
    calibration,
  });
  const float = await run(executor, modelOf(spec), spec.feeds);
  return {
    ...made,
    sqnr: sqnrOf(float, await run(executor, made.graph, spec.feeds)),
    kept: sqnrOf(float, await run(executor, made.prepared, spec.feeds)),
  };
}

describe("equalization", () => {
  it.each<[string, Equalize]>([
    ["a fixed share", "smooth-quant"],
    ["another share", { method: "smooth-quant", alpha: 0.7 }],
    ["a share chosen for each layer", { method: "smooth-quant", alpha: "auto" }],
  ])("SmoothQuant with %s brings a model with outlier channels nearer", async (_, equalize) => {
    const plain = await measure(transformer, {});
    const smooth = await measure(transformer, { equalize });
    expect(smooth.kept).toBeGreaterThan(110);
    expect(smooth.sqnr - plain.sqnr).toBeGreaterThan(3);
    const [first] = smooth.plan.equalized!;
    expect(first).toMatchObject({ tensor: "h", division: "folded", nodes: ["product", "z"] });
    expect(plain.plan.equalized).toBeUndefined();
  });

  it("puts a Mul where folding is impossible, unless that is forbidden", async () => {
    const inserted = await measure(transformer, { equalize: "smooth-quant" });
    expect(inserted.plan.equalized!.map(({ tensor, division }) => [tensor, division])).toEqual([
      ["h", "folded"],
      ["bent", "inserted"],
    ]);
    expect(opsOf(inserted.graph)).toContain("Mul");
    const forbidden = await measure(transformer, { equalize: { method: "smooth-quant", insert: false } });
    expect(forbidden.plan.equalized!.map(({ tensor }) => tensor)).toEqual(["h"]);
    expect(opsOf(forbidden.graph)).not.toContain("Mul");
    const unfolded = await measure(transformer, { equalize: { method: "smooth-quant", fold: false } });
    expect(unfolded.plan.equalized!.map(({ division }) => division)).toEqual(["inserted", "inserted"]);
  });

  it("works for ranges taken at run time too", async () => {
    const options = { mode: "dynamic", calibrator: undefined } as unknown as Partial<QuantizationOptions>;
    const plain = await measure(transformer, options);
    const smooth = await measure(transformer, { ...options, equalize: "smooth-quant" } as Partial<QuantizationOptions>);
    expect(smooth.sqnr - plain.sqnr).toBeGreaterThan(3);
  });

  it.each(["per-tensor", "per-channel"] as const)(
    "across layers: a depthwise separable model with %s weights comes nearer",
    async (granularity) => {
      const plain = await measure(convolutions, { granularity });
      const equal = await measure(convolutions, { granularity, equalize: "cross-layer" });
      expect(equal.kept).toBeGreaterThan(110);
      expect(equal.plan.equalized!.map(({ tensor }) => tensor)).toEqual(["r", "q"]);
      expect(equal.sqnr - plain.sqnr).toBeGreaterThan(granularity === "per-tensor" ? 6 : 2);
    },
  );

  it("takes Clip for Relu only when asked", async () => {
    const clipped: ModelSpec = {
      ...convolutions,
      weights: { ...convolutions.weights!, low: float32([], [0]), high: float32([], [6]) },
      nodes: convolutions.nodes.map((node) =>
        node.op === "Relu" ? op("Clip", `${node.inputs[0]!} low high`, node.outputs[0]!) : node,
      ),
    };
    expect((await measure(clipped, { equalize: "cross-layer" })).plan.equalized).toBeUndefined();
    const asked = await measure(clipped, { equalize: { method: "cross-layer", clipAsRelu: true } });
    expect(asked.plan.equalized!.length).toBe(2);
  });

  it("does what a list says, in its order", async () => {
    const both = await measure(convolutions, { equalize: ["cross-layer", "smooth-quant"] });
    expect(both.plan.equalized!.map(({ method }) => method)).toEqual(
      expect.arrayContaining(["cross-layer", "smooth-quant"]),
    );
    expect(both.kept).toBeGreaterThan(105);
  });

  it("SmoothQuant needs data", async () => {
    const asked = quantizeGraph(modelOf(transformer), { mode: "dynamic", equalize: "smooth-quant" });
    await expect(asked).rejects.toMatchObject({ code: "QUANTIZE_NO_CALIBRATION" });
  });
});

describe("correction", () => {
  /** All inputs positive and weights rounded coarsely, so that rounding shifts the mean of every output channel. */
  const positive = (seed: number): Tensor =>
    float32(
      [64, 16],
      (noise([64, 16], 1, seed).data as Float32Array).map((value) => Math.abs(value) + 0.5),
    );
  const gemm: ModelSpec = {
    feeds: { x: positive(1) },
    weights: { w: withOutliers(noise([16, 14]), 1), c: noise([14]) },
    nodes: [op("Gemm", "x w c", "y")],
  };
  const meanError = async ({ graph }: QuantizedGraph, spec: ModelSpec, feeds: Feeds): Promise<number> => {
    const [exact, found] = [await run(executor, modelOf(spec), feeds), await run(executor, graph, feeds)];
    const [a, b] = [exact["y"]!.data as Float32Array, found["y"]!.data as Float32Array];
    const channels = exact["y"]!.shape[1]!;
    const inner = exact["y"]!.shape.slice(2).reduce((x, y) => x * y, 1);
    const mean = new Float64Array(channels);
    a.forEach((value, i) => (mean[Math.floor(i / inner) % channels]! += ((b[i]! - value) * channels) / a.length));
    return Math.sqrt(mean.reduce((sum, value) => sum + value * value, 0));
  };
  const without: ModelSpec = { ...gemm, nodes: [op("Gemm", "x w", "y")] };
  const image = (seed: number): Tensor =>
    float32(
      [4, 6, 8, 8],
      (noise([4, 6, 8, 8], 1, seed).data as Float32Array).map((value) => Math.abs(value) + 0.5),
    );
  const conv: ModelSpec = {
    feeds: { x: image(1) },
    weights: { k: noise([8, 6, 3, 3]), c: noise([8]) },
    nodes: [op("Conv", "x k c", "y")],
  };

  it.each<[string, ModelSpec, Tensor]>([
    ["Gemm", gemm, positive(2)],
    ["Gemm without a bias", without, positive(2)],
    ["Conv", conv, image(2)],
  ])("%s: the mean error on data it has not seen nearly vanishes", async (_, spec, unseen) => {
    const reduced = { reduceRange: true };
    const plain = await measure(spec, reduced);
    const corrected = await measure(spec, { ...reduced, correct: ["bias"] });
    const [before, after] = [
      await meanError(plain, spec, { x: unseen }),
      await meanError(corrected, spec, { x: unseen }),
    ];
    expect(after).toBeLessThan(before / 4);
    expect(corrected.plan.corrected).toEqual([{ node: "y", kind: "bias", decision: "corrected" }]);
    expect(opsOf(corrected.graph).length).toBe(opsOf(plain.graph).length + (spec === without ? 1 : 0));
  });

  it("without data: what BatchNormalization says of the inputs serves as well", async () => {
    const random = seededRandom(3);
    const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const x = float32([200, 4, 5, 5], Float32Array.from({ length: 20000 }, normal));
    const spec: ModelSpec = {
      feeds: { x },
      weights: {
        one: float32([4, 4, 1, 1], [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]),
        g: float32([4], [1, -2, 0.5, 3]),
        b: float32([4], [0.5, 2, -0.2, 4]),
        m: float32([4], [0, 0, 0, 0]),
        v: float32([4], [1, 1, 1, 1]),
        k: noise([6, 4, 1, 1]),
        low: float32([], [0]),
        high: float32([], [6]),
      },
      nodes: [
        op("Conv", "x one", "a"),
        op("BatchNormalization", "a g b m v", "n"),
        op("Clip", "n low high", "r"),
        op("Conv", "r k", "y"),
      ],
    };
    const options: QuantizationOptions = { mode: "dynamic", reduceRange: true };
    const plain = await quantizeGraph(modelOf(spec), options);
    const corrected = await quantizeGraph(modelOf(spec), { ...options, correct: ["bias"] });
    expect(await meanError(corrected, spec, { x })).toBeLessThan((await meanError(plain, spec, { x })) / 3);
    expect(corrected.plan.corrected!.map(({ decision }) => decision)).toEqual(["left", "corrected"]);
  });

  it("leaves a product alone that has no bias to change, and says so", async () => {
    const { plan } = await measure(transformer, { correct: ["bias"] });
    const left = plan.corrected!.filter(({ decision }) => decision === "left");
    expect(left.map(({ node }) => node)).toEqual(["y", "z"]);
    expect(left[0]!.why).toContain("no bias");
    expect(plan.corrected!.find(({ node }) => node === "product")?.decision).toBe("corrected");
  });

  it("keeps the spread of every channel", async () => {
    const { graph, plan } = await measure(gemm, { reduceRange: true, correct: ["weight"] });
    expect(plan.corrected).toEqual([{ node: "y", kind: "weight", decision: "corrected" }]);
    const weight = [...graph.weights].find(([, { source }]) => source.dtype === "int8" && source.shape.length === 2)!;
    const scale = graph.weights.get(weight[0].replace(/quantized$/, "scale"))!.source.tensor().data as Float32Array;
    const codes = weight[1].source.tensor().data as Int8Array;
    const spread = (of: (row: number, c: number) => number, c: number): number => {
      const column = Array.from({ length: 16 }, (_, row) => of(row, c));
      const mean = column.reduce((a, b) => a + b) / 16;
      return Math.sqrt(column.reduce((sum, value) => sum + (value - mean) ** 2, 0));
    };
    const exact = gemm.weights!["w"]!.data as Float32Array;
    for (let c = 0; c < 14; c++)
      expect(
        spread((row) => codes[row * 14 + c]! * scale[c]!, c) / spread((row) => exact[row * 14 + c]!, c),
      ).toBeCloseTo(1, 5);
  });
});
