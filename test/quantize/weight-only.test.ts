// Few-bit weights in every stored form, run by onnxruntime beside the float model with the weights that the codes stand for.
import {
  attribute,
  float32,
  int64,
  tensorFromNumbers,
  type DataType,
  type Executor,
  type Feeds,
  type Graph,
  type Tensor,
} from "@tersor/core";
import { compareTensors } from "@tersor/evaluate";
import { createExecutor } from "@tersor/onnx";
import { quantizeGraph, type WeightOnlyOptions } from "@tersor/quantize";
import { afterAll, describe, expect, it } from "vitest";
import { bodyOf, calibrationOf, measure, modelOf, noise, op, opsOf, quantize, run, type ModelSpec } from "./models.ts";

const executor = createExecutor({ inProcess: true });
afterAll(() => executor.dispose());

const { int, float } = attribute;
const groups = (says: Partial<WeightOnlyOptions> = {}): WeightOnlyOptions => ({ mode: "weight-only", ...says });

/** Round to nearest as its definition has it, in double precision. */
function rounded(
  weight: Tensor,
  inputAxis: 0 | 1,
  { bits = 4, groupSize = 32, scheme = "asymmetric" }: WeightOnlyOptions,
): Tensor {
  const [rows, columns] = weight.shape as readonly [number, number];
  const [inputs, outputs] = inputAxis === 0 ? [rows, columns] : [columns, rows];
  const data = (weight.data as Float32Array).slice();
  const size = groupSize === "channel" ? inputs : groupSize;
  const at = (k: number, n: number): number => (inputAxis === 0 ? k * outputs + n : n * inputs + k);
  for (let n = 0; n < outputs; n++) {
    for (let first = 0; first < inputs; first += size) {
      const places = Array.from({ length: Math.min(size, inputs - first) }, (_, i) => at(first + i, n));
      const values = places.map((place) => data[place]!);
      roundedGroup(values, bits, scheme).forEach((value, i) => (data[places[i]!] = value));
    }
  }
  return float32(weight.shape, data);
}

function roundedGroup(values: readonly number[], bits: number, scheme: string): readonly number[] {
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const half = 2 ** (bits - 1);
  const scale =
    scheme === "asymmetric"
      ? (high - low) / (2 * half - 1)
      : scheme === "symmetric"
        ? Math.max(-low, high) / (half - 1)
        : (high > -low ? high : low) / -half;
  const zero = scheme === "asymmetric" ? Math.round(-low / scale) : half;
  return values.map((value) => (Math.min(2 * half - 1, Math.max(0, Math.round(value / scale + zero))) - zero) * scale);
}

const nearness = (expected: Feeds, received: Feeds): number => {
  const found = compareTensors(expected["y"]!, received["y"]!);
  return found.kind === "float" ? found.sqnrDb : 0;
};

/** SQNR of the quantized model against the float one whose weight `w` was rounded by definition. */
async function againstDefinition(
  spec: ModelSpec,
  inputAxis: 0 | 1,
  options: WeightOnlyOptions,
): Promise<{ db: number; ops: string; graph: Graph }> {
  const { graph } = await quantize(executor, spec, options);
  const weights = { ...spec.weights, w: rounded(spec.weights!["w"]!, inputAxis, options) };
  const expected = await run(executor, modelOf({ ...spec, weights }), spec.feeds, false);
  const plain = nearness(expected, await run(executor, graph, spec.feeds, false));
  const fused = nearness(expected, await run(executor, graph, spec.feeds));
  return { db: Math.min(plain, fused), ops: opsOf(graph).join(" "), graph };
}

/** The model with inputs and outputs of another floating type. */
function withType(graph: Graph, dtype: DataType): Graph {
  const typed = (values: Graph["inputs"]): Graph["inputs"] =>
    values.map((value) => ({ ...value, type: { ...value.type, dtype } as typeof value.type }));
  return { ...graph, inputs: typed(graph.inputs), outputs: typed(graph.outputs) };
}

const product: ModelSpec = {
  feeds: { x: noise([2, 3, 70]) },
  weights: { w: noise([70, 24], 1, 3) },
  nodes: [op("MatMul", "x w", "y")],
};
const exact = groups({ accuracyLevel: 1 });
const schemes = ["asymmetric", "symmetric", "full-range"] as const;
const every = <T>(bits: readonly (2 | 4 | 8)[], sizes: readonly T[]) =>
  bits.flatMap((width) => schemes.flatMap((scheme) => sizes.map((groupSize) => ({ bits: width, scheme, groupSize }))));

describe("MatMul", () => {
  it.each(every([2, 4, 8], [16, 32, 64, 128, "channel"] as const))("as MatMulNBits: %o", async (says) => {
    const { db, ops } = await againstDefinition(product, 0, { ...exact, ...says });
    expect(ops).toBe("MatMulNBits");
    expect(db).toBeGreaterThan(60);
  });

  it.each(every([4, 8], [16, 20, 32, 128, "channel"] as const))("as block-wise DequantizeLinear: %o", async (says) => {
    const { db, ops, graph } = await againstDefinition(product, 0, groups({ ...says, format: "qdq" }));
    expect(ops).toBe("DequantizeLinear MatMul");
    expect(graph.opsets.get("")).toBe(21);
    expect(db).toBeGreaterThan(40); // the runtime fuses the pair and computes with 8-bit activations
  });

  it.each(["nf4", "fp4"] as const)("with codes of the table %s as MatMulBnb4", async (codebook) => {
    const spec = { ...product, feeds: { x: noise([3, 64]) }, weights: { w: noise([64, 24]) } };
    const { sqnr, ops } = await measure(executor, spec, groups({ codebook, groupSize: 16 }));
    expect(ops).toBe("MatMulBnb4");
    expect(sqnr).toBeGreaterThan(codebook === "nf4" ? 18 : 16);
  });

  it("of a vector, and in float16", async () => {
    const vector = { ...product, feeds: { x: noise([70]) } };
    expect((await againstDefinition(vector, 0, exact)).db).toBeGreaterThan(60);
    const half = (name: string): Tensor =>
      tensorFromNumbers("float16", vector.weights![name]!.shape, vector.weights![name]!.data as Float32Array);
    const halves = {
      ...vector,
      feeds: { x: tensorFromNumbers("float16", [70], vector.feeds["x"]!.data as Float32Array) },
      weights: { w: half("w") },
    };
    const graph = withType(modelOf(halves), "float16");
    const made = await quantizeGraph(graph, exact);
    expect(made.graph.weights.get("w_scales")?.source.dtype).toBe("float16");
    const definition = {
      ...halves,
      weights: {
        w: tensorFromNumbers("float16", [70, 24], rounded(vector.weights!["w"]!, 0, exact).data as Float32Array),
      },
    };
    const expected = await run(executor, withType(modelOf(definition), "float16"), halves.feeds);
    expect(nearness(expected, await run(executor, made.graph, halves.feeds))).toBeGreaterThan(45);
  });
});

describe("Gemm", () => {
  const cases = [0, 1].flatMap((transA) =>
    [0, 1].flatMap((transB) =>
      [
        [1, 1],
        [0.5, 2],
        [2, 0],
      ].map(([alpha, beta]) => ({ transA, transB, alpha: alpha!, beta: beta! })),
    ),
  );
  const gemm = ({ transA, transB, alpha, beta }: (typeof cases)[number]): ModelSpec => ({
    feeds: { x: transA ? noise([70, 3]) : noise([3, 70]) },
    weights: { w: transB ? noise([24, 70]) : noise([70, 24]), b: noise([24]) },
    nodes: [
      op("Gemm", "x w b", "y", { transA: int(transA), transB: int(transB), alpha: float(alpha), beta: float(beta) }),
    ],
  });

  it.each(cases)("%o", async (one) => {
    for (const [format, least] of [
      ["matmulnbits", 60],
      ["qdq", 40], // some are fused, and compute with 8-bit activations
    ] as const) {
      const { db, graph } = await againstDefinition(gemm(one), one.transB === 1 ? 1 : 0, { ...exact, format });
      expect(db).toBeGreaterThan(least);
      expect(graph.weights.has("w")).toBe(false);
    }
  });

  it("without a bias is a product alone", async () => {
    const spec = { ...gemm(cases[0]!), nodes: [op("Gemm", "x w", "y")] };
    expect((await againstDefinition(spec, 0, exact)).ops).toBe("MatMulNBits");
  });
});

describe("embedding tables", () => {
  const table: ModelSpec = {
    feeds: { i: int64([2, 3], [0, 1, -1, 7, 3, 3]) },
    weights: { w: noise([50, 96]) },
    nodes: [op("Gather", "w i", "y")],
  };

  it.each(every([2, 4, 8], [16, 32, 64, "channel"] as const))("as GatherBlockQuantized: %o", async (says) => {
    const { db, ops } = await againstDefinition(table, 1, groups(says));
    expect(ops).toBe("GatherBlockQuantized");
    expect(db).toBeGreaterThan(60);
  });

  it("take rows that are no whole blocks, and stay float where rows are no whole bytes", async () => {
    const uneven = { ...table, weights: { w: noise([50, 70]) } };
    expect((await againstDefinition(uneven, 1, groups())).db).toBeGreaterThan(60);
    const odd = {
      ...table,
      weights: { w: noise([50, 71]) },
      nodes: [...table.nodes, op("MatMul", "y v", "z")],
      outputs: "z",
    };
    const { plan } = await quantizeGraph(
      modelOf({ ...odd, weights: { ...odd.weights, v: noise([71, 32]) } }),
      groups(),
    );
    expect(plan.nodes[0]).toMatchObject({
      op: "Gather",
      decision: "float",
      why: expect.stringContaining("whole bytes"),
    });
  });

  it("are int8 with a scale per row in standard operators", async () => {
    const { ops, sqnr } = await measure(executor, table, groups({ format: "qdq" }));
    expect(ops).toBe("Gather Cast Gather Mul");
    expect(sqnr).toBeGreaterThan(35);
  });

  it.each([
    ["turned", [op("Transpose", "w", "t"), op("MatMul", "h t", "y")]],
    ["by Gemm", [op("Gemm", "h w", "y", { transB: int(1) })]],
  ])("tied to the last layer (%s) are stored once", async (_, last) => {
    const tied: ModelSpec = {
      feeds: { i: int64([3], [0, 1, 49]) },
      weights: { w: noise([50, 96]) },
      nodes: [op("Gather", "w i", "h"), ...last],
    };
    const { graph, sqnr, ops } = await measure(executor, tied, groups({ bits: 8 }));
    expect(ops).toBe("Reshape GatherBlockQuantized MatMulNBits");
    expect([...graph.weights.keys()].filter((name) => /_Q8$/.test(name))).toHaveLength(1);
    expect(sqnr).toBeGreaterThan(40);
  });
});

describe("placement", () => {
  const two: ModelSpec = {
    feeds: { x: noise([3, 64]) },
    weights: { a: noise([64, 64]), b: noise([64, 64]) },
    nodes: [op("MatMul", "x a", "h"), op("MatMul", "h b", "y")],
  };

  it("follows the rules, the last that matches first", async () => {
    const rules = [
      { op: "MatMul", bits: 8, groupSize: 16 },
      { name: "y", scheme: "symmetric", groupSize: "channel" },
    ] as const;
    const { plan } = await measure(executor, two, groups({ rules }));
    const spec = { algorithm: "rtn", bits: 8, groupSize: 16, scheme: "asymmetric", codebook: "integer" };
    expect(plan.nodes).toMatchObject([{ groups: spec }, { groups: { ...spec, groupSize: 64, scheme: "symmetric" } }]);
  });

  it("leaves float what it is told to, and the last product where asked", async () => {
    const { graph, plan } = await quantizeGraph(modelOf(two), groups({ rules: [{ tensor: "a", precision: "float" }] }));
    expect(opsOf(graph)).toEqual(["MatMul", "MatMulNBits"]);
    expect(plan.nodes[0]).toMatchObject({ why: "excluded by a rule" });
    expect(opsOf((await quantizeGraph(modelOf(two), groups({ keepLast: true }))).graph)).toEqual([
      "MatMulNBits",
      "MatMul",
    ]);
  });

  it("says why weights stay float", async () => {
    const spec: ModelSpec = {
      feeds: { x: noise([1, 4, 8, 8]), z: noise([3, 64]) },
      weights: { k: noise([4, 4, 1, 1]), l: noise([16, 8]), s: noise([4, 8, 8]), t: noise([8, 8]), w: noise([64, 96]) },
      nodes: [
        op("Conv", "x k", "c"),
        op("MatMul", "l c", "d"),
        op("MatMul", "c s", "e"),
        op("MatMul", "c t", "f"),
        op("MatMul", "z w", "y"),
      ],
      outputs: "y d e f",
    };
    const whys = (await quantizeGraph(modelOf(spec), groups())).plan.nodes.map((node) =>
      node.decision === "float" ? node.why : node.form,
    );
    expect(whys).toEqual([
      "there is no few-bit form of Conv",
      "its constant is on the left, where the operator takes the activation",
      "its weight has 3 axes, and few-bit products take a matrix",
      "it is too small to gain from few-bit storage",
      "groups",
    ]);
  });

  it("leaves an empty weight alone", async () => {
    const spec = { ...two, feeds: { ...two.feeds, z: noise([3, 0]) }, weights: { ...two.weights, e: noise([0, 64]) } };
    const nodes = [...two.nodes, op("MatMul", "z e", "v")];
    const { plan } = await quantizeGraph(modelOf({ ...spec, nodes, outputs: "y v" }), groups());
    expect(plan.nodes[2]).toMatchObject({ decision: "float", why: "it is empty" });
  });

  it("reaches into bodies", async () => {
    const branch = bodyOf([op("MatMul", "x a", "h")], "h", { a: noise([64, 64]) });
    const other = bodyOf([op("MatMul", "x b", "g")], "g");
    const spec: ModelSpec = {
      feeds: { x: noise([3, 64]), c: tensorFromNumbers("bool", [], [1]) },
      weights: { b: noise([64, 64]) },
      nodes: [op("If", "c", "y", { then_branch: attribute.graph(branch), else_branch: attribute.graph(other) })],
    };
    const { ops, sqnr, graph } = await measure(executor, spec, groups({ bits: 8 }));
    expect(ops).toBe("If(MatMulNBits)(MatMulNBits)");
    expect(sqnr).toBeGreaterThan(40);
    expect(graph.opsets.get("com.microsoft")).toBe(1);
  });

  it.each([
    [{ groupSize: 24 }, "QUANTIZE_GROUP_SIZE_NOT_IN_FORMAT"],
    [{ groupSize: 1, format: "qdq" }, "QUANTIZE_GROUP_SIZE_NOT_IN_FORMAT"],
    [{ bits: 2, format: "qdq" }, "QUANTIZE_BITS_NOT_IN_FORMAT"],
    [{ codebook: "nf4", bits: 8 }, "QUANTIZE_CODEBOOK_DOES_NOT_FIT"],
    [{ codebook: "nf4", format: "qdq" }, "QUANTIZE_CODEBOOK_DOES_NOT_FIT"],
    [{ algorithm: "magic" }, "QUANTIZE_UNKNOWN_ALGORITHM"],
    [{ rules: [{ name: "nowhere", bits: 8 }] }, "QUANTIZE_RULE_MATCHES_NOTHING"],
  ] as const)("refuses %o", async (says, code) => {
    await expect(quantizeGraph(modelOf(two), groups(says))).rejects.toMatchObject({ code });
  });

  it("refuses a weight that is not finite when it is read", async () => {
    const weights = { ...two.weights, b: float32([64, 64], new Float32Array(4096).fill(NaN, 9, 10)) };
    const { graph } = await quantizeGraph(modelOf({ ...two, weights }), groups());
    const read = (): unknown => graph.weights.get("b_scales")!.source.bytes();
    expect(read).toThrow(expect.objectContaining({ code: "QUANTIZE_NON_FINITE_WEIGHT", data: { weight: "b" } }));
  });
});

describe("algorithms that learn from data", () => {
  const spec: ModelSpec = {
    feeds: { x: noise([40, 64]) },
    weights: { a: noise([64, 32], 1, 1), b: noise([64, 32], 1, 2), c: noise([32, 64], 1, 3) },
    nodes: [op("MatMul", "x a", "p"), op("MatMul", "x b", "q"), op("Add", "p q", "h"), op("MatMul", "h c", "y")],
  };

  /** What was asked of the executor: the activations of each walk, and the operators of the graph it was made through. */
  async function watched(options: WeightOnlyOptions): Promise<readonly (readonly [string, string])[]> {
    const walks: (readonly [string, string])[] = [];
    const watching: Executor = {
      ...executor,
      observe: (graph, batches, requests, more) => {
        walks.push([requests.map(({ tensor }) => tensor).join(" "), opsOf(graph).join(" ")]);
        return executor.observe(graph, batches, requests, more);
      },
    };
    await quantizeGraph(modelOf(spec), options, { executor: watching, calibration: calibrationOf(spec) });
    return walks;
  }

  it("observe a shared input once, and all that memory allows in one walk", async () => {
    expect(await watched(groups({ algorithm: "gptq" }))).toEqual([["x h", "MatMul MatMul Add MatMul"]]);
  });

  it("observe one after the other where asked, through the weights that are coded already", async () => {
    expect(await watched(groups({ algorithm: "gptq", sequential: true }))).toEqual([
      ["x", "MatMul MatMul Add MatMul"],
      ["h", "MatMulNBits MatMulNBits Add MatMul"],
    ]);
  });

  it.each(["matmulnbits", "qdq"] as const)("come nearer than round to nearest (%s)", async (format) => {
    const { sqnr: plain } = await measure(executor, spec, groups({ format, bits: 4 }));
    for (const algorithm of ["gptq", "awq"])
      expect((await measure(executor, spec, groups({ format, algorithm }))).sqnr, algorithm).toBeGreaterThan(plain);
  });

  it("code a weight that is used twice once, from both its inputs", async () => {
    const twice: ModelSpec = {
      feeds: { x: noise([40, 64]) },
      weights: { w: noise([64, 64]) },
      nodes: [op("MatMul", "x w", "h"), op("MatMul", "h w", "y")],
    };
    const { graph, ops } = await measure(executor, twice, groups({ algorithm: "gptq" }));
    expect(ops).toBe("MatMulNBits MatMulNBits");
    expect([...graph.weights.keys()].filter((name) => name.endsWith("_Q4"))).toEqual(["w_Q4"]);
  });

  it("round to nearest what they can't observe, and say so", async () => {
    const turned: ModelSpec = {
      feeds: { x: noise([64, 40]) },
      weights: { w: noise([64, 64]) },
      nodes: [op("Gemm", "x w", "y", { transA: int(1) })],
    };
    const { plan } = await measure(executor, turned, groups({ algorithm: "gptq" }));
    expect(plan.nodes[0]).toMatchObject({ groups: { algorithm: "rtn" }, note: expect.stringContaining("gptq") });
  });

  it("refuse to run without data", async () => {
    const wanting = quantizeGraph(modelOf(spec), groups({ algorithm: "gptq" }), { executor });
    await expect(wanting).rejects.toMatchObject({ code: "QUANTIZE_SECOND_MOMENTS_MISSING" });
  });
});
