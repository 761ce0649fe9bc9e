// New weights in copies of the models they came from. Oracle: the fixtures' variables as TensorFlow states them, and the
// readers, which are held to TensorFlow themselves and check every sum.
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { numbersOf, sourceOf, tensorFromNumbers, type Graph, type Tensor, type Weight } from "@tersor/core";
import { afterAll, describe, expect, it } from "vitest";
import { tensorflowAdapter } from "../adapter.ts";
import type { TensorFlowGraph } from "../graphdef/graph.ts";
import { readTensorFlow } from "../read/read.ts";
import { fixture, stated, tensorOfStated, type StatedModel } from "../test-support/stated.ts";
import { writeTfjsGraphModel } from "../tfjs/write.ts";
import { tensorflow } from "../wire/messages.generated.js";
import { framed, joined } from "../wire/rewrite.ts";
import { frozenBytes } from "../write/graph-def.ts";
import { writeTogether } from "../write/files.ts";
import { writeWeightsBack } from "./write-back.ts";

const folder = mkdtempSync(join(tmpdir(), "tersor-write-back-"));
afterAll(() => rmSync(folder, { recursive: true }));

const doubled = (tensor: Tensor): Tensor =>
  tensorFromNumbers(
    tensor.dtype,
    tensor.shape,
    Array.from(numbersOf(tensor), (x) => x * 2),
  );

/** The graph with every parameter twice as large. */
function trained(graph: Graph): Graph {
  const change = (weight: Weight): Weight =>
    weight.origin.kind === "chain" && weight.source.dtype === "float32" && weight.source.shape.length > 0
      ? { ...weight, source: sourceOf(doubled(weight.source.tensor())) }
      : weight;
  return { ...graph, weights: new Map(Array.from(graph.weights, ([name, weight]) => [name, change(weight)])) };
}

function constantsOf(graph: TensorFlowGraph): ReadonlyMap<string, Tensor> {
  const nodes = [graph, ...graph.functions.values()].flatMap((level) => level.nodes);
  return new Map(
    nodes.flatMap(({ name, attributes }) => {
      const value = attributes["value"];
      return value?.kind === "tensor" ? [[graph.variables.get(name) ?? name, value.value.tensor()]] : [];
    }),
  );
}

/** A model of each format, in a folder of its own. */
const models: Readonly<Record<string, () => Promise<string>>> = {
  frozen: async () => {
    const path = join(folder, "frozen.pb");
    const bytes = frozenBytes(readTensorFlow(fixture("saved_model"), { signature: "second" }));
    await writeTogether([{ path, pieces: () => [bytes] }], { force: true });
    return path;
  },
  savedModel: async () => fixture("saved_model"),
  checkpoint: async () => fixture("checkpoint"),
  tfjs: async () => {
    const path = join(folder, "tfjs");
    await writeTfjsGraphModel(readTensorFlow(fixture("checkpoint")), path, { force: true });
    return path;
  },
};

describe.each(Object.keys(models))("a model of the format %s", (format) => {
  const target = join(folder, `${format}.out${format === "frozen" ? ".pb" : ""}`);

  it("stays to the byte when its weights do", async () => {
    const path = await models[format]!();
    const graph = await tensorflowAdapter.read(path);
    const { changed, files } = await writeWeightsBack(graph, path, target);
    expect(changed).toEqual([]);
    const sources = await tensorflowAdapter.files!(path);
    expect(files).toHaveLength(sources.length);
    const contents = (paths: readonly string[]) => paths.map((one) => readFileSync(one).toString("base64")).sort();
    expect(contents(files.map((file) => file.path))).toEqual(contents(sources));
    rmSync(target, { recursive: true, force: true });
    files.forEach((file) => rmSync(file.path, { force: true }));
  });

  it("gets the new ones, and only those", async () => {
    const path = await models[format]!();
    const graph = await tensorflowAdapter.read(path);
    const { changed } = await writeWeightsBack(trained(graph), path, target);
    expect(changed.length).toBeGreaterThan(1);
    const before = constantsOf(readTensorFlow(path));
    const after = constantsOf(readTensorFlow(target));
    expect([...after.keys()]).toEqual([...before.keys()]);
    for (const [name, tensor] of before)
      expect(after.get(name), name).toEqual(changed.includes(name) ? doubled(tensor) : tensor);
  });
});

describe("a frozen graph", () => {
  it("keeps what only others understand", async () => {
    const value = framed(
      8,
      tensorflow.TensorProto.encode({ dtype: 1, tensorShape: { dim: [{ size: 2 }] }, floatVal: [1] }).finish(),
    );
    const unknown = framed(77, Uint8Array.of(1, 2, 3));
    const text = (word: string) => new TextEncoder().encode(word);
    const attr = framed(5, joined([framed(1, text("value")), framed(2, joined([unknown, value]))]));
    const constant = framed(1, joined([framed(1, text("w")), framed(2, text("Const")), unknown, attr]));
    const input = framed(1, joined([framed(1, text("x")), framed(2, text("Placeholder"))]));
    const sum = tensorflow.NodeDef.encode({ name: "y", op: "AddV2", input: ["x", "w"] }).finish();
    const path = join(folder, "unknown.pb");
    const target = join(folder, "unknown.out.pb");
    await writeTogether([{ path, pieces: () => [input, unknown, constant, framed(1, sum)] }]);
    const { changed } = await writeWeightsBack(trained(await tensorflowAdapter.read(path)), path, target);
    expect(changed).toEqual(["w"]);
    expect(constantsOf(readTensorFlow(target)).get("w")!.data).toEqual(Float32Array.of(2, 2));
    const count = (file: string) => readFileSync(file).toString("latin1").split("\x01\x02\x03").length - 1;
    expect(count(target)).toBe(count(path));
    expect(count(target)).toBe(3);
  });
});

describe("a SavedModel", () => {
  it("keeps the files beside it", async () => {
    const source = join(folder, "with-assets");
    cpSync(fixture("saved_model"), source, { recursive: true });
    mkdirSync(join(source, "assets"), { recursive: true });
    copyFileSync(fixture("constants.json"), join(source, "assets/words.txt"));
    const target = join(folder, "assets-out");
    await writeWeightsBack(await tensorflowAdapter.read(source), source, target);
    expect(readdirSync(target, { recursive: true }).sort()).toEqual(readdirSync(source, { recursive: true }).sort());
  });

  it("has variables that TensorFlow knows", async () => {
    const { variables } = stated<StatedModel>("saved_model.json");
    const target = join(folder, "saved-variables");
    await writeWeightsBack(
      trained(await tensorflowAdapter.read(fixture("saved_model"), { signature: "second" })),
      fixture("saved_model"),
      target,
    );
    const after = constantsOf(readTensorFlow(target, { signature: "second" }));
    for (const name of ["kernel", "bias"])
      expect(after.get(`${name}/.ATTRIBUTES/VARIABLE_VALUE`)).toEqual(doubled(tensorOfStated(variables[name]!)));
  });
});

describe("a quantized TensorFlow.js model", () => {
  it.each(["uint8", "uint16", "float16"] as const)("gets new scales (%s)", async (quantization) => {
    const source = join(folder, `source-${quantization}`);
    const target = join(folder, `target-${quantization}`);
    const path = fixture("saved_model");
    await writeTfjsGraphModel(readTensorFlow(path, { signature: "second" }), source, { quantization });
    const graph = await tensorflowAdapter.read(source);
    const { changed } = await writeWeightsBack(trained(graph), source, target);
    expect(changed).toHaveLength(2);
    const before = constantsOf(readTensorFlow(source));
    const after = constantsOf(readTensorFlow(target));
    for (const name of changed) {
      const [was, is] = [numbersOf(before.get(name)!), numbersOf(after.get(name)!)];
      Array.from(was).forEach((x, i) => expect(is[i]).toBeCloseTo(x * 2, 5));
    }
  });
});

describe("what can't be written back", () => {
  const path = fixture("saved_model");

  it("is listed with its reason", async () => {
    const graph = await tensorflowAdapter.read(path, { signature: "second" });
    const broken = new Map(graph.weights);
    const [first, second] = [...graph.weights].filter(([, { origin }]) => origin.kind === "chain");
    broken.set(first![0], { ...first![1], source: sourceOf(tensorFromNumbers("int8", [1], [5])) });
    broken.set(second![0], { ...second![1], origin: { kind: "chain", source: "elsewhere", steps: [] } });
    broken.set("own", { source: first![1].source, origin: { kind: "dropped", why: "it is new" } });
    const { lost, changed } = await writeWeightsBack({ ...graph, weights: broken }, path, join(folder, "lost"));
    expect(changed).toEqual([]);
    const reasons = new Map(lost.map(({ weight, why }) => [weight, why]));
    expect(reasons.get("own")).toBe("it is new");
    expect(reasons.get(first![0])).toMatch(/^it is int8 \[1\] now/);
    expect(reasons.get(second![0])).toBe('the model has no tensor "elsewhere"');
  });

  it("never replaces the source", async () => {
    const graph = await tensorflowAdapter.read(path);
    await expect(writeWeightsBack(graph, path, path, { force: true })).rejects.toThrow(
      expect.objectContaining({ code: "TENSORFLOW_OUTPUT_IS_INPUT" }),
    );
  });

  it("leaves nothing behind", async () => {
    const graph = await tensorflowAdapter.read(path);
    const target = join(folder, "half");
    mkdirSync(join(target, "saved_model.pb"), { recursive: true });
    await expect(writeWeightsBack(graph, path, target, { force: true })).rejects.toThrow(
      expect.objectContaining({ code: "TENSORFLOW_OUTPUT_NOT_WRITABLE" }),
    );
    expect(readdirSync(target)).toEqual(["saved_model.pb"]);
    expect(existsSync(join(target, "variables"))).toBe(false);
  });

  it("is said of models of other frameworks", async () => {
    const graph = await tensorflowAdapter.read(path);
    await expect(writeWeightsBack(graph, fixture("constants.json"), join(folder, "no"))).rejects.toThrow(
      expect.objectContaining({ code: "TENSORFLOW_WEIGHTS_FORMAT" }),
    );
  });
});
