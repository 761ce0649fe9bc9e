// Filling a skeleton: the record is kept to, by numbers that any machine makes, and files that are none are refused.

import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { bytesOf, float32Of, isTersorError, type Graph } from "@tersor/core";
import { modelBytes } from "@tersor/onnx";
import { loadSkeleton, type SkeletonRecord, type WeightSketch } from "./skeleton.ts";

const folder = mkdtempSync(join(tmpdir(), "tersor-skeleton-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sketch: WeightSketch = { mean: 0.5, std: 2, min: -3, max: 6 };

/** A skeleton of one weight, [200, 100], that a MatMul reads. */
function skeletonFile(name: string, record: Partial<SkeletonRecord> | string, weight: WeightSketch = sketch): string {
  const tensor = (shape: readonly (number | string)[]) => ({ kind: "tensor", dtype: "float32", shape }) as const;
  const whole = { version: 1, name, inputs: [], weights: { w: weight }, ...(typeof record === "string" ? {} : record) };
  const graph: Graph = {
    name,
    inputs: [
      { name: "x", type: tensor(["batch", 200]) },
      { name: "w", type: tensor([200, 100]) },
    ],
    outputs: [{ name: "y", type: tensor(["batch", 100]) }],
    nodes: [{ name: "product", op: "MatMul", domain: "", inputs: ["x", "w"], outputs: ["y"], attributes: {} }],
    weights: new Map(),
    types: new Map(),
    opsets: new Map([["", 17]]),
    functions: [],
    metadata: new Map(typeof record === "string" ? [] : [["tersor.skeleton", JSON.stringify(whole)]]),
  };
  const file = join(folder, `${name}.onnx.gz`);
  writeFileSync(file, gzipSync(modelBytes(graph)));
  return file;
}

function weightOf(file: string, seed?: number) {
  return loadSkeleton(file, seed).graph.weights.get("w")!.source.tensor();
}

function hash(file: string, seed?: number): string {
  return createHash("sha256")
    .update(bytesOf(weightOf(file, seed)))
    .digest("hex");
}

describe("a skeleton", () => {
  it("becomes a model whose weights are no inputs any more", () => {
    const { graph, name } = loadSkeleton(skeletonFile("plain", {}));
    expect(name).toBe("plain");
    expect(graph.inputs.map((input) => input.name)).toEqual(["x"]);
    expect(graph.weights.get("w")?.source.shape).toEqual([200, 100]);
    expect(graph.metadata.size).toBe(0);
  });

  it("has the same weights on every machine, others for another seed or name", () => {
    const file = skeletonFile("plain", {});
    expect(hash(file)).toBe("b2a386ed41eb289bd3a784d4ae9ff8b07a707e380ae339daa3563ebe4d6758f8");
    expect(hash(file)).toBe(hash(file));
    expect(hash(file, 1)).not.toBe(hash(file));
    expect(hash(skeletonFile("other", {}))).not.toBe(hash(file));
  });

  it("is distributed as its record says", () => {
    const numbers = float32Of(weightOf(skeletonFile("normal", {}, { mean: 0.5, std: 0.1, min: -9, max: 9 })));
    const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
    const std = Math.sqrt(numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / numbers.length);
    expect(mean).toBeCloseTo(0.5, 2);
    expect(std).toBeCloseTo(0.1, 2);
    // A share of 0.1587 of a normal distribution lies beyond one standard deviation above.
    expect(numbers.filter((value) => value > 0.6).length / numbers.length).toBeCloseTo(0.1587, 1);
  });

  it("is cut at the ends, and sparse or with strong channels where the record says so", () => {
    const sparse = { ...sketch, mean: 1, std: 1, min: 0.5, max: 1.5, zeros: 0.9, outliers: [[1, 7, 10]] as const };
    const numbers = float32Of(weightOf(skeletonFile("sparse", {}, sparse)));
    const strong = numbers.filter((_, at) => at % 100 === 7);
    const others = numbers.filter((value, at) => at % 100 !== 7 && value !== 0);
    expect(others.length / numbers.length).toBeCloseTo(0.1, 1);
    expect(Math.min(...others)).toBe(0.5);
    expect(Math.max(...others)).toBe(1.5);
    expect(Math.max(...strong)).toBeGreaterThan(5);
  });

  it.each<[string, () => string]>([
    ["no archive", () => (writeFileSync(join(folder, "text.onnx.gz"), "text"), join(folder, "text.onnx.gz"))],
    ["no file", () => join(folder, "missing.onnx.gz")],
    ["a model with weights", () => skeletonFile("whole", "no record")],
    ["a record of another version", () => skeletonFile("later", { version: 2 as 1 })],
  ])("is refused: %s", (_, file) => {
    const path = file();
    expect(() => loadSkeleton(path)).toThrow(expect.toSatisfy((error) => isTersorError(error, "TERSOR_SKELETON")));
  });
});
