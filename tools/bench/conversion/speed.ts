// What converting costs: CPU time of the whole process, start-up and children included, beside the incumbent converter's.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median } from "../median.ts";
import type { Benchmark, Comparison, Context } from "../row.ts";

const command = fileURLToPath(new URL("../../../packages/cli/bin/tersor.js", import.meta.url));
/** One of each kind: a plain network, a deep one, a transformer, a detector with loops. */
const models = ["resnet50_v1_5", "densenet161", "bert_large_squad", "ssd_mobilenet_v1"];
const ROUNDS = 3;
/** A tenth of the time. */
const GOAL = 10;

/** One row per model. */
export const speedRows: readonly Benchmark[] = models.map((model) => ({
  name: `speed/${model}`,
  run: async (context) => [measured(model, context)],
}));

function measured(model: string, { python, bank, scratch }: Context): Comparison {
  const folder = join(bank, "tensorflow", model);
  const source = join(folder, "frozen.pb");
  const { inputs, outputs } = portsOf(join(folder, "meta.json"));
  const ours = [
    process.execPath,
    command,
    "convert",
    source,
    "-o",
    join(scratch, "ours.onnx"),
    "--check",
    "none",
    "-f",
    "-q",
  ];
  const theirs = ["-m", "tf2onnx.convert", "--graphdef", source, "--inputs", inputs, "--outputs", outputs];
  const more = ["--opset", "15", "--output", join(scratch, "theirs.onnx")];
  const rounds = Array.from({ length: ROUNDS }, () => ({
    ours: python.measure(...ours).cpuSeconds,
    theirs: python.measure(python.program, ...theirs, ...more).cpuSeconds,
  }));
  return {
    name: `speed/${model}`,
    ours: median(rounds.map((round) => round.ours)),
    theirs: median(rounds.map((round) => round.theirs)),
    unit: "CPU s",
    better: "lower",
    goal: GOAL,
  };
}

/** Names of the tensors that the model begins and ends with, separated by commas. */
function portsOf(file: string): { readonly inputs: string; readonly outputs: string } {
  type Ports = readonly (readonly [tensor: string])[];
  const meta = JSON.parse(readFileSync(file, "utf8")) as { readonly inputs: Ports; readonly outputs: Ports };
  const names = (ports: Ports) => ports.map(([tensor]) => tensor).join(",");
  return { inputs: names(meta.inputs), outputs: names(meta.outputs) };
}
