// Fuzzes the doors: damaged models of TensorFlow, Keras, PyTorch and TensorFlow Lite must give a graph or a typed error,
// in bounded time and memory. What fails is kept, and so is the case at hand, for where the process itself is lost.
// Run: npx tsx --conditions=@tersor/source tools/fuzz-doors.ts --seconds 240 --seed 1 [--only keras] [--keep .cache/fuzz]

import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { isTersorError, problemsOf, type Graph, type Subgraph } from "@tersor/core";
import { kerasAdapter } from "@tersor/keras";
import { onnxAdapter } from "@tersor/onnx";
import { tensorflowAdapter, tfliteAdapter } from "@tersor/tensorflow";
import { damages, randomBelow } from "../packages/onnx/src/test-support/damage.ts";
import { readTensors } from "../packages/torchscript/src/read-tensors.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    only: { type: "string", default: "" },
    keep: { type: "string", default: ".cache/fuzz-doors" },
  },
});
const keep = resolve(values.keep);
const MOST_SECONDS = 10;
const MOST_GROWTH = 1e9;

/** A sound model, the files of it that are damaged, and what users do with it. */
interface Target {
  readonly name: string;
  readonly path: string;
  /** Relative to a folder; "" is the file itself. */
  readonly files: readonly string[];
  readonly use: (path: string) => Promise<void>;
}

const folder = mkdtempSync(join(tmpdir(), "tersor-fuzz-"));
const outcomes = new Map<string, number>();
let [slowest, cases, failures] = [0, 0, 0];

try {
  const targets = (await soundModels()).filter(({ name }) => name.includes(values.only));
  for (const { name, use, path } of targets) {
    const problem = await problemOf(`${name}, undamaged`, () => use(path));
    if (problem !== undefined) throw new Error(`${path}: ${problem}`);
  }
  const end = performance.now() + 1000 * Number(values.seconds);
  for (; performance.now() < end; cases++) await fuzz(targets[cases % targets.length]!, cases);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const megabytes = (process.resourceUsage().maxRSS / 1024).toFixed(0);
process.stdout.write(`${cases} cases, ${failures} failed, slowest ${slowest.toFixed(1)} s, at most ${megabytes} MB\n`);
for (const [code, count] of [...outcomes].sort((a, b) => b[1] - a[1])) process.stdout.write(`${count}\t${code}\n`);
process.exit(failures === 0 ? 0 : 1);

async function fuzz({ name, path, files, use }: Target, number: number): Promise<void> {
  const random = randomBelow(Number(values.seed) * 1_000_003 + number);
  const file = files[random(files.length)]!;
  const kinds = Object.entries(damages);
  const [kind, damage] = kinds[random(kinds.length)]!;
  const copy = join(keep, "current", path.slice(path.lastIndexOf("/") + 1));
  rmSync(join(keep, "current"), { recursive: true, force: true });
  cpSync(path, copy, { recursive: true });
  writeFileSync(join(copy, file), damage(readFileSync(join(path, file)), random));
  const problem = await problemOf(name, () => use(copy));
  if (problem === undefined) return;
  failures++;
  const place = join(keep, `${values.seed}-${number}`);
  cpSync(join(keep, "current"), place, { recursive: true });
  process.stdout.write(`FAILED ${name}, ${file || "the file"}, ${kind}: ${problem}\n  kept in ${place}\n`);
}

/** What is wrong with how a model is taken. */
async function problemOf(name: string, work: () => Promise<void>): Promise<string | undefined> {
  const [before, start] = [process.resourceUsage().maxRSS * 1024, performance.now()];
  let outcome = "usable";
  try {
    await work();
  } catch (error) {
    if (!isTersorError(error)) return `not a typed error: ${error instanceof Error ? error.stack : String(error)}`;
    outcome = error.code;
  }
  const [grown, seconds] = [process.resourceUsage().maxRSS * 1024 - before, (performance.now() - start) / 1000];
  outcomes.set(`${name}: ${outcome}`, (outcomes.get(`${name}: ${outcome}`) ?? 0) + 1);
  slowest = Math.max(slowest, seconds);
  if (seconds > MOST_SECONDS) return `took ${seconds.toFixed(1)} s`;
  return grown > MOST_GROWTH ? `took ${(grown / 1e6).toFixed(0)} MB` : undefined;
}

async function soundModels(): Promise<readonly Target[]> {
  const frozen = ["executor/operations.pb", "executor/lists.pb", "executor/frames.pb"];
  const saved = ["saved_model.pb", "variables/variables.index", "variables/variables.data-00000-of-00001"];
  const checkpoint = ["model.meta", "model.index", "model.data-00000-of-00001", "checkpoint"];
  const web = ["model.json", "group1-shard1of1.bin"];
  const weights = ["net.safetensors", "types.safetensors", "net.pt", "types.pt", "checkpoint.pth", "legacy.pt"];
  const kerasFiles = ["sequential.h5", "nested.h5", "sequences.h5", "nested.keras", "keras3.keras"];
  const layers = await kerasAdapter.read(unpacked("nested.h5"));
  const graph = await onnxAdapter.read(fixture("cli", "pixels.onnx"));
  return [
    ...frozen.map((name) => readAs("TensorFlow", fixture("tensorflow", name), [""])),
    readAs("TensorFlow", await written(graph, "model.pb", "pb"), [""]),
    readAs("TensorFlow", fixture("tensorflow", "read/saved_model"), saved),
    readAs("TensorFlow", fixture("tensorflow", "read/checkpoint"), checkpoint),
    readAs("TensorFlow", await written(graph, "graph", "tfjs"), web),
    ...kerasFiles.map((name) => readAs("Keras", unpacked(name), [""])),
    readAs("Keras", await written(layers, "layers", "tfjs-layers"), web),
    ...weights.map((name) => weightsOf(fixture("torchscript", name))),
    { name: "TensorFlow Lite", path: await written(graph, "model.tflite", "tflite"), files: [""], use: useLite },
  ];
}

function readAs(name: "TensorFlow" | "Keras", path: string, files: readonly string[]): Target {
  const adapter = name === "Keras" ? kerasAdapter : tensorflowAdapter;
  const use = async (file: string) => {
    const graph = await adapter.read(file);
    touch(graph);
    problemsOf(graph);
  };
  return { name, path, files, use };
}

function weightsOf(path: string): Target {
  const use = (file: string) => {
    for (const source of readTensors(file).tensors.values()) if (source.sizeBytes < 1e6) source.tensor();
    return Promise.resolve();
  };
  return { name: "PyTorch", path, files: [""], use };
}

/** Every tenth file goes to the runtime too, which takes a process of its own. */
async function useLite(path: string): Promise<void> {
  const runner = await tfliteAdapter.runner!(path);
  try {
    if (cases % 10 === 0) await runner?.compile({ file: path });
  } finally {
    await runner?.dispose();
  }
}

/** Reads all weights that are small. */
function touch({ weights }: Subgraph): void {
  for (const { source } of weights.values()) if (source.sizeBytes < 1e6) source.tensor();
}

async function written(graph: Graph, name: string, format: string): Promise<string> {
  const path = join(folder, name);
  const adapter = [kerasAdapter, tensorflowAdapter, tfliteAdapter].find(({ writes = [] }) =>
    writes.some((one) => one.name === format),
  );
  await adapter!.write(graph, path, { format });
  return path;
}

function fixture(name: string, path: string): string {
  return fileURLToPath(new URL(`../packages/${name}/fixtures/${path}`, import.meta.url));
}

function unpacked(name: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, gunzipSync(readFileSync(fixture("keras", `${name}.gz`))));
  return path;
}
