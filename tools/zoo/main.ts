// Makes the skeletons in examples/zoo/onnx from exported models: `npm run zoo -- <folder of models>`, each in a folder
// of its own with model.onnx, meta.json (inputs with their axes) and calib.npz (typical inputs).

import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { elementCount, isInteger, numbersOf, type Graph, type Sample, type Tensor } from "@tersor/core";
import { npz } from "@tersor/data";
import { modelBytes, readModel } from "@tersor/onnx";
import type { InputSketch } from "tersor";
import { stripped } from "./strip.ts";
import { variants } from "./variants.ts";
import { vaeDecoder, vaeDecoderInputs } from "./vae-decoder.ts";
import { zfnet, zfnetInputs } from "./zfnet.ts";

const target = fileURLToPath(new URL("../../examples/zoo/onnx/", import.meta.url));
const bank = process.argv[2];
if (bank === undefined) throw new Error("Usage: npm run zoo -- <folder of exported models>");

mkdirSync(target, { recursive: true });
for (const name of readdirSync(bank)) {
  const graph = await readModel(join(bank, name, "model.onnx"));
  const inputs = await inputsOf(join(bank, name));
  save(name, graph, inputs);
  for (const variant of variants.filter(({ from }) => from === name)) save(variant.name, variant.make(graph), inputs);
}
save("zfnet512", zfnet(), zfnetInputs);
save("vae_decoder", vaeDecoder(), vaeDecoderInputs);

function save(name: string, graph: Graph, inputs: readonly InputSketch[]): void {
  const shapes = new Map(
    graph.inputs.map(({ name: input, type }) => [input, type.kind === "tensor" ? type.shape : undefined]),
  );
  const own = inputs
    .filter((input) => shapes.has(input.name))
    .map((input) =>
      shapes.get(input.name)?.length === input.shape.length + 1 ? { ...input, shape: [1, ...input.shape] } : input,
    );
  const bytes = gzipSync(modelBytes(stripped(graph, name, own)), { level: 9 });
  writeFileSync(join(target, `${name}.onnx.gz`), bytes);
}

/** What each input takes: its axes by meta.json, its values by the samples. */
async function inputsOf(folder: string): Promise<readonly InputSketch[]> {
  const meta = JSON.parse(readFileSync(join(folder, "meta.json"), "utf8")) as {
    readonly inputs: Readonly<Record<string, readonly string[]>>;
  };
  const samples: Sample[] = [];
  for await (const sample of npz(join(folder, "calib.npz"), { layout: "samples" })) samples.push(sample);
  return Object.entries(meta.inputs).map(([name, dims]) => ({
    name,
    shape: dims.map((dim) => (/^\d+$/.test(dim) ? Number(dim) : dim)),
    values: valuesOf(name, samples),
  }));
}

function valuesOf(name: string, samples: readonly Sample[]): InputSketch["values"] {
  const tensors = samples.flatMap(({ feeds }) => feeds[name] ?? []).filter(({ shape }) => elementCount(shape) > 0);
  const numbers = tensors.flatMap((tensor) => Array.from(numbersOf(tensor)));
  const [, columns] = tensors[0]?.shape ?? [];
  const extreme = (choose: (a: number, b: number) => number) => numbers.reduce((a, b) => choose(a, b));
  if (name === "attention_mask") return { kind: "mask" };
  if (name === "bbox") return { kind: "boxes", high: extreme(Math.max) };
  if (name === "sparse" && columns !== undefined) return { kind: "indices", highs: highsOf(tensors, columns) };
  if (tensors.every(({ dtype }) => isInteger(dtype)))
    return { kind: "integers", low: extreme(Math.min), high: extreme(Math.max) };
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  const std = Math.sqrt(numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / numbers.length);
  return { kind: "floats", mean: Number(mean.toPrecision(3)), std: Number(std.toPrecision(3)) };
}

/** The largest index of each table, which the second axis counts. */
function highsOf(tensors: readonly Tensor[], columns: number): readonly number[] {
  const highs = new Array<number>(columns).fill(0);
  for (const tensor of tensors) {
    const stride = elementCount(tensor.shape.slice(2));
    for (const [at, value] of Array.from(numbersOf(tensor)).entries()) {
      const column = Math.floor(at / stride) % columns;
      highs[column] = Math.max(highs[column]!, value);
    }
  }
  return highs;
}
