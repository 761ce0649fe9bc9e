// Quantizes a generated model of a given size from disk to disk and says what it took: MB/s of CPU time, peak memory.
//   npx tsx --conditions=@tersor/source tools/big-model.ts --megabytes 4000 [--bits 4] [--algorithm rtn] [--keep <folder>]
// The model is generated in a process of its own, so that its memory does not count; --only runs one of the two steps.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import {
  dropped,
  lazySource,
  nodeOf,
  seededRandom,
  type Graph,
  type TensorSource,
  type ValueType,
  type Weight,
} from "@tersor/core";
import { readModel, writeModel } from "@tersor/onnx";
import { quantizeGraph, type WeightOnlySettings } from "@tersor/quantize";

const { values } = parseArgs({
  options: {
    megabytes: { type: "string", default: "4000" },
    bits: { type: "string", default: "4" },
    algorithm: { type: "string", default: "rtn" },
    keep: { type: "string" },
    only: { type: "string" },
  },
});

const POOL = 2 ** 20;
const SAMPLES = 64;
const GROUP = 32;
let pool: Float32Array | undefined;
const folder = values.keep ?? mkdtempSync(join(tmpdir(), "tersor-big-"));
const [model, output] = [join(folder, "model.onnx"), join(folder, "quantized.onnx")];

if (values.only === "generate") await generate(Number(values.megabytes) * 1e6);
else if (values.only === "quantize") process.stdout.write(`${JSON.stringify(await quantize())}\n`);
else both();

/** Each step in a process of its own. */
function both(): void {
  try {
    for (const step of ["generate", "quantize"]) {
      const own = ["--only", step, "--keep", folder];
      const args = ["--import", "tsx", "--conditions=@tersor/source", fileURLToPath(import.meta.url)];
      const { status } = spawnSync(process.execPath, [...args, ...process.argv.slice(2), ...own], { stdio: "inherit" });
      if (status !== 0) process.exitCode = 1;
    }
  } finally {
    if (values.keep === undefined) rmSync(folder, { recursive: true });
  }
}

/** A chain of square products behind an embedding, with as many layers as the size asks for; the table is the largest tensor. */
async function generate(sizeBytes: number): Promise<void> {
  const width = sizeBytes >= 1e9 ? 4096 : 1024;
  const layerBytes = width * width * 4;
  const rows = Math.round(Math.min(sizeBytes / 4, 5e8) / (width * 4));
  const layers = Math.max(1, Math.round((sizeBytes - rows * width * 4) / layerBytes));
  const weights = new Map<string, Weight>([["table", noise([rows, width], 0)]]);
  const nodes = [nodeOf("Gather", "embed", ["table", "ids"], ["h0"])];
  for (let i = 0; i < layers; i++) {
    weights.set(`w${i}`, noise([width, width], i + 1));
    nodes.push(nodeOf("MatMul", `layer${i}`, [`h${i}`, `w${i}`], [i === layers - 1 ? "y" : `h${i + 1}`]));
  }
  const type = (dtype: "int64" | "float32"): ValueType => ({ kind: "tensor", dtype });
  const graph: Graph = {
    name: "big",
    inputs: [{ name: "ids", type: { kind: "tensor", dtype: "int64", shape: ["n"] } }],
    outputs: [{ name: "y", type: type("float32") }],
    nodes,
    weights,
    types: new Map(),
    opsets: new Map([["", 17]]),
    functions: [],
    metadata: new Map(),
  };
  await writeModel(graph, model, { externalData: "one-file", force: true });
}

/** Weights as layers have them, from one pool of noise read at different places. */
function noise(shape: readonly number[], seed: number): Weight {
  const read = (offset: number, length: number): Uint8Array => {
    pool ??= Float32Array.from({ length: POOL }, gaussian(1));
    const bytes = new Uint8Array(pool.buffer);
    const out = new Uint8Array(length);
    for (let at = 0, from = (offset + seed * 4099 * 4) % bytes.length; at < length; from = 0) {
      const part = bytes.subarray(from, Math.min(bytes.length, from + length - at));
      out.set(part, at);
      at += part.length;
    }
    return out;
  };
  return { source: lazySource("float32", shape, read), origin: dropped("generated") };
}

function gaussian(seed: number): () => number {
  const random = seededRandom(seed);
  return () => 0.02 * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

async function quantize(): Promise<Record<string, number>> {
  const source = await readModel(model);
  const settings = { algorithm: values.algorithm, bits: Number(values.bits) } as WeightOnlySettings;
  const before = process.cpuUsage();
  const { graph } = await quantizeGraph(source, { mode: "weight-only", ...settings });
  const { files } = await writeModel(graph, output, { externalData: "one-file", force: true });
  const { user, system } = process.cpuUsage(before);
  const sizes = [...source.weights.values()].map((weight) => weight.source.sizeBytes);
  const bytes = sizes.reduce((a, b) => a + b, 0);
  return {
    sourceBytes: bytes,
    largestTensorBytes: Math.max(...sizes),
    outputBytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    cpuSeconds: (user + system) / 1e6,
    megabytesPerCpuSecond: bytes / (user + system),
    peakBytes: process.resourceUsage().maxRSS * 1024,
    worstError: worstError(source, await readModel(output)),
  };
}

/** Largest error of sampled weights in units of their scale; round to nearest errs by half of it, and by half more at the ends. */
function worstError(source: Graph, written: Graph): number {
  let worst = 0;
  for (const { op, inputs } of written.nodes) {
    const product = op === "MatMulNBits";
    const name = inputs[product ? 1 : 0]!.replace(/_Q\d$/, "");
    const parts = inputs.filter((_, i) => i !== (product ? 0 : 1)).map((input) => written.weights.get(input)!.source);
    for (let i = 0; i < SAMPLES; i++)
      worst = Math.max(worst, errorAt(source.weights.get(name)!, product, parts, i / SAMPLES));
  }
  return worst;
}

/** The error of one weight, read from its place in each file: codes, scales and zero points as rows of groups. */
function errorAt(
  { source }: Weight,
  inputMajor: boolean,
  [codes, scales, zeroPoints]: readonly TensorSource[],
  place: number,
): number {
  const bits = Number(values.bits);
  const [rows, columns] = source.shape as readonly [number, number];
  const [outputs, inputs] = inputMajor ? [columns, rows] : [rows, columns];
  const [n, k] = [Math.floor(place * outputs), Math.floor(((place * 7919) % 1) * inputs)];
  const groups = inputs / GROUP;
  const group = Math.floor(k / GROUP);
  const at = (part: TensorSource, index: number): number =>
    (part.bytes(Math.floor((index * bits) / 8), 1)[0]! >> ((index * bits) % 8)) & (2 ** bits - 1);
  const float = (part: TensorSource, index: number): number =>
    new Float32Array(part.bytes(index * 4, 4).slice().buffer)[0]!;
  const scale = float(scales!, n * groups + group);
  const value = (at(codes!, n * inputs + k) - at(zeroPoints!, n * groups + group)) * scale;
  return Math.abs(float(source, inputMajor ? k * outputs + n : n * inputs + k) - value) / scale;
}
