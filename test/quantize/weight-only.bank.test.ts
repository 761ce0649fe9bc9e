// Decoders and encoders of the bank in int4 with groups of 32, calibrated on their own samples and judged on others. Oracles:
// the incumbent's codes (weight-only-incumbent.py), and the outputs that are stored with the models.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { batchesOf, type Dataset, type Graph } from "@tersor/core";
import { castTo, npz } from "@tersor/data";
import { createExecutor, modelBytes } from "@tersor/onnx";
import { quantizeGraph, type WeightOnlySettings } from "@tersor/quantize";
import { afterAll, describe, expect, it } from "vitest";
import { bankModels, modelFile } from "../inference/bank.ts";
import { bankModel, sqnrOnTests, type BankModel } from "./bank-runs.ts";

type Hashes = Readonly<Record<"asymmetric" | "full-range", readonly string[]>>;

const incumbent = JSON.parse(readFileSync(new URL("weight-only-incumbent.json", import.meta.url), "utf8")) as Readonly<
  Record<string, Hashes>
>;
const models = Object.keys(incumbent).filter((name) => bankModels.includes(name));

describe.skipIf(models.length === 0)("weight-only on the bank (skipped where TERSOR_BANK names no folder)", () => {
  const executor = createExecutor({ inProcess: true });
  afterAll(() => executor.dispose());

  const quantized = async ({ graph, name }: BankModel, settings: WeightOnlySettings): Promise<Graph> => {
    const made = await quantizeGraph(
      graph,
      { mode: "weight-only", tables: false, ...settings },
      { executor, calibration: batchesOf(ownSamples(name, graph), { batchSize: 1 }) },
    );
    return made.graph;
  };

  it.each(models)("%s: round to nearest gives the incumbent's codes, scales and zero points", async (name) => {
    const model = await bankModel(name);
    for (const scheme of ["asymmetric", "full-range"] as const) {
      const ours = hashesOf(await quantized(model, { scheme }));
      expect(incumbent[name]![scheme].filter((hash) => !ours.has(hash))).toEqual([]);
    }
  });

  it.each(models)("%s: algorithms that think come nearer than round to nearest at the same size", async (name) => {
    const model = await bankModel(name);
    const plain = await quantized(model, {});
    const [least, sizeBytes] = [await sqnrOnTests(executor, plain, model.tests), (await modelBytes(plain)).length];
    for (const algorithm of ["gptq", "awq", "hqq", "k-quant"]) {
      const graph = await quantized(model, { algorithm });
      expect(await sqnrOnTests(executor, graph, model.tests), algorithm).toBeGreaterThan(least);
      // AWQ puts a Mul where it can't fold its factors: some hundred bytes in models of some hundred thousand.
      expect(Math.abs((await modelBytes(graph)).length / sizeBytes - 1), algorithm).toBeLessThan(0.05);
    }
  });

  it.each(models)("%s: tables and standard operators too come out finite", async (name) => {
    const model = await bankModel(name);
    for (const format of ["matmulnbits", "qdq"] as const) {
      const { graph } = await quantizeGraph(model.graph, { mode: "weight-only", bits: 8, format });
      expect(await sqnrOnTests(executor, graph, model.tests), format).toBeGreaterThan(20);
    }
  });
});

/** The samples that belong to the model, not those it is judged on. */
function ownSamples(name: string, graph: Graph): Dataset {
  const inputs = graph.inputs.filter((input) => !graph.weights.has(input.name));
  return castTo(npz(join(dirname(modelFile(name)), "calib.npz")), inputs);
}

/** A hash of each coded weight: codes, scales and zero points, one after the other. */
function hashesOf(graph: Graph): ReadonlySet<string> {
  const hashes = graph.nodes
    .filter(({ op }) => op === "MatMulNBits")
    .map(({ inputs }) => {
      const hash = createHash("sha256");
      for (const name of inputs.slice(1, 4)) hash.update(graph.weights.get(name)!.source.bytes());
      return hash.digest("hex").slice(0, 16);
    });
  return new Set(hashes);
}
