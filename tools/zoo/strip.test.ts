// A model without its weights and back: the graph is the same, the weights are distributed as the trained ones were.
// The model is the quickstart's ResNet-20; mean and deviation are computed here, not by what is tested.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, expect, it } from "vitest";
import { float32Of, type Graph, type Node } from "@tersor/core";
import { modelBytes, readModel } from "@tersor/onnx";
import { loadSkeleton } from "tersor";
import { stripped } from "./strip.ts";

const folder = mkdtempSync(join(tmpdir(), "tersor-strip-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const resnet20 = fileURLToPath(new URL("../../examples/quickstart/data/resnet20.onnx", import.meta.url));

function moments(graph: Graph, name: string): { readonly mean: number; readonly std: number } {
  const numbers = Array.from(float32Of(graph.weights.get(name)!.source.tensor()));
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  return { mean, std: Math.sqrt(numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / numbers.length) };
}

it("keeps the graph and the distribution of the weights in a twentieth of the bytes", async () => {
  const source = await readModel(resnet20);
  const bytes = gzipSync(modelBytes(stripped(source, "resnet20", [])));
  const file = join(folder, "resnet20.onnx.gz");
  writeFileSync(file, bytes);
  const { graph } = loadSkeleton(file);
  expect(bytes.length).toBeLessThan(modelBytes(source).length / 20);
  const shape = ({ op, inputs, outputs }: Node) => [op, inputs, outputs];
  expect(graph.nodes.map(shape)).toEqual(source.nodes.map(shape));
  expect(graph.inputs).toEqual(source.inputs);
  expect([...graph.weights.keys()].sort()).toEqual([...source.weights.keys()].sort());
  const kernels = [...source.weights].filter(
    ([, { source: weight }]) => weight.shape.length === 4 && weight.sizeBytes > 1e4,
  );
  expect(kernels.length).toBeGreaterThan(10);
  for (const [name, weight] of kernels) {
    const [was, is] = [moments(source, name), moments(graph, name)];
    expect(graph.weights.get(name)!.source.shape).toEqual(weight.source.shape);
    expect(is.std / was.std).toBeGreaterThan(0.85);
    expect(is.std / was.std).toBeLessThan(1.15);
    expect(Math.abs(is.mean - was.mean)).toBeLessThan(was.std / 5);
  }
});
