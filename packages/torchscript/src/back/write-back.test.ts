// Compressed weights go back under their parameters' names. What PyTorch makes of these files is checked by
// tools/check-torch-round-trip.py; here the files are read again and held against what was put in.

import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attribute, edit, float32, float32Of, nodeOf, sourceOf, type Graph, type Tensor } from "@tersor/core";
import { torchAdapter } from "../adapter.ts";
import { readTensors } from "../read-tensors.ts";
import { readTorch, type TorchModel } from "../read-torch.ts";
import { writeBack } from "./write-back.ts";

const fixtures = fileURLToPath(new URL("../../fixtures/", import.meta.url));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tersor-back-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The graph with its Gemm weight replaced by codes and a DequantizeLinear, one scale per row. */
function withCodes({ graph }: TorchModel, codes: Tensor, scales: Float32Array): Graph {
  return edit(graph, (draft) => {
    const gemm = draft.nodes().find(({ op }) => op === "Gemm")!;
    const { origin } = draft.weight("fc.weight")!;
    draft.setWeight("q", { source: sourceOf(codes), origin });
    draft.setWeight("s", { source: sourceOf(float32([6], scales)), origin });
    draft.prepend(nodeOf("DequantizeLinear", "dq", ["q", "s"], ["dq"], { axis: attribute.int(0) }));
    draft.update(gemm, { inputs: [gemm.inputs[0]!, "dq", gemm.inputs[2]!] });
    draft.removeWeight("fc.weight");
  });
}

const codes: Tensor = {
  dtype: "int8",
  shape: [6, 50],
  data: Int8Array.from({ length: 300 }, (_, i) => (i % 255) - 127),
};
const scales = Float32Array.of(0.5, 0.25, 1, 2, 4, 8);
const dequantized = Float32Array.from({ length: 300 }, (_, i) => ((i % 255) - 127) * scales[Math.floor(i / 50)]!);

describe.each(["pt", "pth", "safetensors"])("to .%s", (ending) => {
  it("quantized weights are floats with their integers and scales, and all else stays", async () => {
    const model = await readTorch(join(fixtures, "exported/conv-torchscript"));
    const path = join(folder, `codes.${ending}`);
    const back = await writeBack(withCodes(model, codes, scales), model.pairing, model.parameters, path);
    expect(back.added).toEqual(["fc.weight.quantized", "fc.weight.scale", "fc.weight.zero_point"]);
    expect(back.changed).toContain("fc.weight");
    expect(back.kept.get("fc.bias")).toBe("its weight did not change");
    expect(back.kept.get("bn1.running_var")).toContain("folded into");
    const { tensors } = readTensors(path);
    expect(float32Of(tensors.get("fc.weight")!.tensor())).toEqual(dequantized);
    expect(tensors.get("fc.weight.quantized")!.tensor().data).toEqual(codes.data);
    expect(tensors.get("fc.weight.scale")!.shape).toEqual([6, 1]);
    for (const [name, source] of model.parameters.tensors)
      if (!/^(fc|conv)/.test(name) && name !== "bn1.bias")
        expect(tensors.get(name)!.bytes(), name).toEqual(source.bytes());
  });
});

it("zeros that pruning made come with a mask", async () => {
  const model = await readTorch(join(fixtures, "exported/conv-dynamo"));
  const old = model.graph.weights.get("proj")!;
  const pruned = float32(
    [6, 5],
    float32Of(old.source.tensor()).map((value, at) => (at % 2 === 0 ? 0 : value)),
  );
  const weights = new Map(model.graph.weights).set("proj", { ...old, source: sourceOf(pruned) });
  const path = join(folder, "pruned.safetensors");
  await writeBack({ ...model.graph, weights }, model.pairing, model.parameters, path);
  const mask = readTensors(path).tensors.get("proj.mask")!.tensor();
  expect(mask).toEqual({ dtype: "bool", shape: [6, 5], data: Uint8Array.from({ length: 30 }, (_, at) => at % 2) });
});

it("shards stay shards, with each tensor where it was", async () => {
  const source = readTensors(join(fixtures, "sharded/model.safetensors.index.json"));
  const graph: Graph = {
    ...{ name: "", inputs: [], outputs: [], nodes: [], types: new Map(), functions: [] },
    ...{ opsets: new Map(), metadata: new Map() },
    weights: new Map([
      ["w", { source: sourceOf(float32([3], [0, 2, 3])), origin: { kind: "chain", source: "w", steps: [] } }],
    ]),
  };
  const pair = { kind: "paired", weights: [{ weight: "w", steps: [], by: "name", confidence: 1 }] } as const;
  const path = join(folder, "model.safetensors.index.json");
  const { files } = await writeBack(graph, new Map([["b.weight", pair]]), source, path);
  expect(files).toHaveLength(3);
  const { tensors } = readTensors(path);
  expect([...tensors.keys()].sort()).toEqual(["a.weight", "b.bias", "b.weight", "b.weight.mask"]);
  expect(float32Of(tensors.get("b.weight")!.tensor())).toEqual(Float32Array.of(0, 2, 3));
  expect(readTensors(join(folder, "model-00002-of-00002.safetensors")).tensors.has("b.weight.mask")).toBe(true);
});

describe("writing", () => {
  it("never goes over the source, nor over other files unless told to", async () => {
    const copy = join(folder, "copy.pt");
    await copyFile(join(fixtures, "net.pt"), copy);
    const source = readTensors(copy);
    const graph = (await readTorch(join(fixtures, "exported/conv-torchscript"))).graph;
    const write = (path: string, force = false) => writeBack(graph, new Map(), source, path, { force });
    await expect(write(copy, true)).rejects.toMatchObject({ code: "TORCH_OUTPUT_IS_INPUT" });
    await write(join(folder, "other.pt"));
    await expect(write(join(folder, "other.pt"))).rejects.toMatchObject({ code: "TORCH_OUTPUT_EXISTS" });
    await expect(write(join(folder, "other.txt"))).rejects.toMatchObject({ code: "TORCH_TARGET_UNKNOWN" });
    await expect(write(join(folder, "absent/x.pt"))).rejects.toMatchObject({ code: "TORCH_OUTPUT_NOT_WRITABLE" });
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});

describe("torchAdapter", () => {
  const exported = join(fixtures, "exported/conv-torchscript");

  it("takes folders with a graph and weights, and weight files", async () => {
    for (const path of [exported, join(exported, "model.pt"), join(fixtures, "net.safetensors")])
      expect(await torchAdapter.accepts(path), path).toBe(true);
    for (const path of [fixtures, folder, join(exported, "model.onnx"), join(fixtures, "expected.json"), "absent"])
      expect(await torchAdapter.accepts(path), path).toBe(false);
  });

  it("reads the graph beside the weights, and says how to export where there is none", async () => {
    expect((await torchAdapter.read(join(exported, "model.pt"))).nodes.map(({ op }) => op)).toContain("ConvTranspose");
    const alone = torchAdapter.read(join(fixtures, "net.pt"));
    await expect(alone).rejects.toMatchObject({ code: "TORCH_NO_GRAPH" });
    await expect(alone).rejects.toThrow("torch.onnx.export(model, (example,)");
  });

  it("writes weights, which are read as the graph with them until the process ends", async () => {
    const graph = await torchAdapter.read(exported);
    const old = graph.weights.get("fc.bias")!;
    const changed = {
      ...graph,
      weights: new Map(graph.weights).set("fc.bias", { ...old, source: sourceOf(float32([6], [1, 2, 3, 4, 5, 6])) }),
    };
    const path = join(folder, "written.safetensors");
    const [file] = await torchAdapter.write(changed, path);
    expect(file!.path).toBe(path);
    const again = await torchAdapter.read(path);
    expect(float32Of(again.weights.get("fc.bias")!.source.tensor())).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6));
  });

  it("has no names for a graph that came from elsewhere", async () => {
    const { graph } = await readTorch(exported);
    await expect(torchAdapter.write(graph, join(folder, "x.pt"))).rejects.toMatchObject({ code: "TORCH_NO_ORIGIN" });
  });

  it("counts all files of a model", async () => {
    const files = await torchAdapter.files!(join(fixtures, "exported/conv-dynamo"));
    expect(files.map((path) => path.replace(/.*\//, "")).sort()).toEqual([
      "model.onnx",
      "model.onnx.data",
      "model.safetensors",
    ]);
  });
});
