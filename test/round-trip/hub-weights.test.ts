// A repository on the hub that holds an exported graph next to safetensors: by its id, quantized weights go back into
// the safetensors. The hub is one on the loopback.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { numbersOf, sourceOf } from "@tersor/core";
import { modelBytes } from "@tersor/onnx";
import { readSafetensors, writeSafetensors } from "@tersor/torchscript";
import { loadSkeleton, quantize } from "tersor";
import { fileURLToPath } from "node:url";
import { serveHub } from "../../packages/data/src/hub/hub-server.fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "tersor-hub-weights-"));
const zoo = fileURLToPath(new URL("../../examples/zoo/onnx/", import.meta.url));
const commit = "0123456789abcdef0123456789abcdef01234567";
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("quantized weights of a repository go back into its safetensors", async () => {
  const { graph } = loadSkeleton(join(zoo, "vgg8_kd.onnx.gz"), 1);
  const floats = [...graph.weights].filter(([, { source }]) => source.dtype === "float32");
  const file = join(folder, "model.safetensors");
  await writeSafetensors(new Map(floats.map(([name, { source }]) => [name, source])), file);
  const server = await serveHub([
    {
      id: "org/net",
      commit,
      files: { "onnx/model.onnx": modelBytes(graph), "model.safetensors": readFileSync(file) },
    },
  ]);
  process.env["HF_ENDPOINT"] = server.endpoint;
  process.env["HF_HUB_CACHE"] = join(folder, "cache");
  try {
    const output = join(folder, "net.int8.safetensors");
    await quantize("hf:org/net", { output, mode: "dynamic" });
    const before = new Map(floats.map(([name, { source }]) => [name, source]));
    const { tensors } = readSafetensors(output);
    const [name] = [...tensors.keys()].filter((key) => key.endsWith(".quantized"));
    const parameter = name!.replace(/\.quantized$/, "");
    const [was, is] = [before.get(parameter)!, tensors.get(parameter)!].map((source) => numbersOf(source.tensor()));
    const largest = Math.max(...Array.from(was!, Math.abs));
    const far = Math.max(...Array.from(was!, (value, i) => Math.abs(value - is![i]!)));
    expect(far).toBeGreaterThan(0);
    expect(far / largest).toBeLessThan(0.01);
    expect(sourceOf(tensors.get(name!)!.tensor()).dtype).toMatch(/int8$/);
  } finally {
    await server.close();
    delete process.env["HF_ENDPOINT"];
  }
});
