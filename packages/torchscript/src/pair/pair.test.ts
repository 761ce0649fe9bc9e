// Graphs that PyTorch's two exporters wrote, with the state dict they were exported from (tools/make-torch-fixtures.py).
// The oracle is the exporter: each parameter, run through the steps that were found, is the weight of the graph.

import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import {
  applySteps,
  float32,
  float32Of,
  isExactOrigin,
  restoreSource,
  sourceOf,
  tensorFromNumbers,
  type Graph,
  type Node,
  type TensorSource,
} from "@tersor/core";
import { readTorch } from "../read-torch.ts";
import { isEqual } from "./arrangement.ts";
import { pairParameters } from "./pair.ts";
import type { PairedWeight, Pairing } from "./pairing.ts";

const exported = fileURLToPath(new URL("../../fixtures/exported/", import.meta.url));

const joined = /lstm\.bias|gru\.bias/;
const folded = /^bn\d\.(weight|running_mean|running_var|num_batches_tracked)$|^bn2\.bias$/;

describe.each(["conv-torchscript", "conv-dynamo", "text-torchscript", "text-dynamo"])("%s", async (name) => {
  const { graph, parameters, pairing } = await readTorch(exported + name);

  it("pairs every parameter but those that exporters join or fold", () => {
    const unpaired = [...pairing].filter(([, { kind }]) => kind === "unpaired").map(([parameter]) => parameter);
    expect(unpaired.filter((parameter) => !joined.test(parameter) && !folded.test(parameter))).toEqual([]);
    expect(unpaired.length).toBeGreaterThan(0);
  });

  it("finds steps that lead from the parameter to the weight, and back", () => {
    for (const [parameter, { weight, steps }] of allPairs(pairing)) {
      const source = parameters.tensors.get(parameter)!;
      const target = graph.weights.get(weight)!.source;
      const made = applySteps(steps, source.tensor());
      expect(made.shape, parameter).toEqual(target.shape);
      expectNear(float32Of(made), float32Of(target.tensor()), isExact(steps) ? 0 : 1e-5);
      const home = restoreSource({ source: target, origin: { kind: "chain", source: parameter, steps } });
      expectNear(float32Of(home), float32Of(source.tensor()), isExact(steps) ? 0 : 1e-5);
    }
  });

  it("gives layers to the nodes that compute them", () => {
    for (const [parameter, op] of Object.entries(layers)) {
      const pair = pairing.get(parameter);
      if (pair?.kind !== "paired") continue;
      const readers = pair.weights.flatMap(({ weight }) => readersOf(graph, weight));
      expect(
        readers.map((node) => node.op),
        parameter,
      ).toContain(op);
    }
  });
});

const layers: Readonly<Record<string, string>> = {
  "conv1.weight": "Conv",
  "conv2.bias": "Conv",
  "bn1.bias": "Conv",
  "up.weight": "ConvTranspose",
  "fc.weight": "Gemm",
  proj: "MatMul",
  "emb.weight": "Gather",
  "mid.weight": "MatMul",
  "norm.weight": "LayerNormalization",
  "lstm.weight_ih_l0": "LSTM",
  "gru.weight_hh_l0": "GRU",
  "head.weight": "MatMul",
};

function allPairs(pairing: Pairing): readonly (readonly [string, PairedWeight])[] {
  return [...pairing].flatMap(([name, pair]) =>
    pair.kind === "paired" ? pair.weights.map((weight) => [name, weight] as const) : [],
  );
}

function isExact(steps: PairedWeight["steps"]): boolean {
  return isExactOrigin({ kind: "chain", source: "", steps });
}

function readersOf(graph: Graph, weight: string): readonly Node[] {
  return graph.nodes.filter(({ inputs }) => inputs.includes(weight));
}

function expectNear(a: Float32Array, b: Float32Array, relative: number): void {
  const largest = b.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  a.forEach((value, index) => expect(Math.abs(value - b[index]!)).toBeLessThanOrEqual(relative * largest));
}

describe("pairParameters", () => {
  const graphOf = (weights: Readonly<Record<string, TensorSource>>, nodes: readonly Node[] = []): Graph => ({
    name: "",
    inputs: [],
    outputs: [],
    nodes,
    weights: new Map(
      Object.entries(weights).map(([name, source]) => [
        name,
        { source, origin: { kind: "chain", source: name, steps: [] } },
      ]),
    ),
    types: new Map(),
    opsets: new Map([["", 17]]),
    functions: [],
    metadata: new Map(),
  });
  const values = (...shape: readonly number[]): TensorSource =>
    sourceOf(
      float32(
        shape,
        Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i + shape.length)),
      ),
    );
  const cast = (source: TensorSource, dtype: "float16" | "bfloat16"): TensorSource =>
    sourceOf(tensorFromNumbers(dtype, source.shape, float32Of(source.tensor())));
  const only = (pairing: Pairing, name: string): PairedWeight => {
    const pair = pairing.get(name)!;
    if (pair.kind === "unpaired") throw new RangeError(pair.why);
    return pair.weights[0];
  };

  it.each(["module.", "model.", "_orig_mod."])("sees through the prefix %s", (prefix) => {
    const zeros = sourceOf(float32([4], [0, 0, 0, 0]));
    const pairing = pairParameters(
      graphOf({ "a.bias": zeros, "b.bias": zeros }),
      new Map([[`${prefix}b.bias`, zeros]]),
    );
    expect(only(pairing, `${prefix}b.bias`)).toMatchObject({ weight: "b.bias", by: "name" });
  });

  it("finds a weight that was cast, in both directions", () => {
    const w = values(3, 4);
    const half = pairParameters(graphOf({ x: cast(w, "float16") }), new Map([["w", w]]));
    expect(only(half, "w")).toMatchObject({ weight: "x", steps: [{ kind: "cast", from: "float32", to: "float16" }] });
    const wide = sourceOf(tensorFromNumbers("float32", [3, 4], float32Of(w.tensor()).map(Math.fround)));
    const brain = cast(wide, "bfloat16");
    const widened = sourceOf(tensorFromNumbers("float32", [3, 4], brainNumbers(brain)));
    const back = pairParameters(graphOf({ x: widened }), new Map([["w", brain]]));
    expect(only(back, "w").steps).toEqual([{ kind: "cast", from: "bfloat16", to: "float32" }]);
  });

  it("takes the name when values differ, and says so", () => {
    const trained = sourceOf(float32([2, 3], [1, 2, 3, 4, 5, 6]));
    const pairing = pairParameters(graphOf({ "fc.weight": values(2, 3) }), new Map([["fc.weight", trained]]));
    expect(only(pairing, "fc.weight")).toMatchObject({ by: "name-only", confidence: 0.9 });
  });

  it("falls back on shape and order with little confidence, transposed for MatMul", () => {
    const node: Node = { name: "m", op: "MatMul", domain: "", inputs: ["x", "v1"], outputs: ["y"], attributes: {} };
    const trained = sourceOf(float32([3, 2], [1, 2, 3, 4, 5, 6]));
    const pairing = pairParameters(graphOf({ v1: values(2, 3) }, [node]), new Map([["fc.weight", trained]]));
    const pair = only(pairing, "fc.weight");
    expect(pair).toMatchObject({ by: "shape", steps: [{ kind: "transpose", permutation: [1, 0] }] });
    expect(pair.confidence).toBeLessThan(1);
  });

  it("says why a parameter has no weight", () => {
    const pairing = pairParameters(graphOf({}), new Map([["w", values(2, 2)]]));
    expect(pairing.get("w")).toMatchObject({ kind: "unpaired", why: expect.stringContaining("no weight") as string });
  });

  it("does not take equal fingerprints for equal values", () => {
    const a = sourceOf(float32([2, 2], [1, 2, 3, 4]));
    const shuffled = sourceOf(float32([2, 2], [4, 2, 3, 1]));
    const pairing = pairParameters(graphOf({ x: shuffled }), new Map([["w", a]]));
    expect(only(pairing, "w").by).toBe("shape");
    expect(isEqual(a.tensor(), shuffled.tensor())).toBe(false);
  });
});

function brainNumbers(source: TensorSource): Float32Array {
  return float32Of(source.tensor());
}
