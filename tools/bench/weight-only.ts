// The rows of weight-only quantization, int4 in groups of 32: what round to nearest costs on a large model, and how near
// each algorithm comes on decoders, calibrated on their own samples and judged on others.
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median } from "./median.ts";
import type { Cost } from "./python.ts";
import type { Benchmark, Comparison, Context } from "./row.ts";
import type { Command } from "./sides.ts";

const command = fileURLToPath(new URL("../../packages/cli/bin/tersor.js", import.meta.url));
const generator = fileURLToPath(new URL("../big-model.ts", import.meta.url));

/** Each side runs that often, by turns; medians count. */
const ROUNDS = 3;
const MEGABYTES = 1000;
const ONE_DECIBEL_LESS = 10 ** (-1 / 20);

/** The benchmarks of `weight-only/`; those on decoders only where the bank has them. */
export function weightOnlyRows(bank: string): readonly Benchmark[] {
  const speed: Benchmark = { name: `weight-only/${MEGABYTES} MB rtn`, run: async (context) => speedRows(context) };
  const decoders = models.filter((model) => existsSync(join(bank, "arch", model)));
  return [
    speed,
    ...decoders.map((model) => ({
      name: `weight-only/${model}`,
      run: async (context: Context) => fidelityRows(model, context),
    })),
  ];
}

/** Tables are left as they are, as the incumbent leaves them. */
function ours(model: string, output: string, ...flags: readonly string[]): Command {
  const files = ["quantize", model, "--output", output, "--force", "--quiet", "--check", "none"];
  return [process.execPath, command, ...files, "--mode", "weight-only", "--exclude", "op:Gather", ...flags];
}

function speedRows({ python, scratch }: Context): Comparison[] {
  const folder = join(scratch, "big");
  mkdirSync(folder, { recursive: true });
  const step = ["--only", "generate", "--keep", folder, "--megabytes", `${MEGABYTES}`];
  python.measure(process.execPath, "--import", "tsx", "--conditions=@tersor/source", generator, ...step);
  const model = join(folder, "model.onnx");
  const theirs = (algorithm: string): Command => {
    const script = python.script("weight_only.py");
    return [python.program, script, model, join(folder, "theirs.onnx"), "--algorithm", algorithm];
  };
  const rounds = Array.from({ length: ROUNDS }, () => ({
    ours: python.measure(...ours(model, join(folder, "ours.onnx"))),
    default: python.measure(...theirs("default")),
    rtn: python.measure(...theirs("rtn")),
  }));
  const of = (who: "ours" | "default" | "rtn", what: (cost: Cost) => number): number =>
    median(rounds.map((round) => what(round[who])));
  const speed = ({ cpuSeconds }: Cost): number => MEGABYTES / cpuSeconds;
  const name = `weight-only/${MEGABYTES} MB rtn`;
  const faster = { ours: of("ours", speed), unit: "MB per CPU s", better: "higher", goal: 3 } as const;
  return [
    { ...faster, name: `${name}: against its rtn`, theirs: of("rtn", speed) },
    { ...faster, name: `${name}: against its default`, theirs: of("default", speed), note: "its inner loops are C++" },
    {
      name: `${name}: peak of the largest process`,
      ours: of("ours", ({ largestBytes }) => largestBytes),
      theirs: of("default", ({ largestBytes }) => largestBytes),
      unit: "bytes",
      better: "lower",
      goal: 1,
    },
  ];
}

const models = ["gpt2_lm", "gptj_lm", "llama_lm", "opt_lm", "bloom_lm", "gptneo_lm", "minilm_sst2"];

/** Algorithms, and whether they want calibration data. */
const algorithms = { hqq: false, "k-quant": false, gptq: true, awq: true } as const;

function fidelityRows(name: string, { bank, scratch, python }: Context): Comparison[] {
  const source = join(bank, "arch", name);
  const model = join(source, "model.onnx");
  const folder = join(scratch, "weight-only");
  mkdirSync(folder, { recursive: true });
  const tests = [0, 1].map((set) => join(source, `test_data_set_${set}`));
  const judge = (file: string): number => python.json<{ minDb: number }>("fidelity.py", model, file, ...tests).minDb;
  const made = (file: string, ...flags: readonly string[]): number => {
    python.measure(...ours(model, join(folder, file), ...flags));
    return judge(join(folder, file));
  };
  const incumbent = join(folder, "theirs.onnx");
  python.run("weight_only.py", model, incumbent);
  const row = { unit: "dB", better: "decibel" } as const;
  const equal: Comparison = {
    ...row,
    name: `weight-only/${name} rtn: SQNR`,
    ours: made("products.onnx", "--exclude", "op:G*"),
    theirs: judge(incumbent),
    goal: ONE_DECIBEL_LESS,
    note: "MatMul alone, as the incumbent has it",
  };
  const plain = made("rtn.onnx");
  const better = Object.entries(algorithms).map(([algorithm, data]): Comparison => {
    const samples = data ? ["--calibration", join(source, "calib.npz")] : [];
    return {
      ...row,
      name: `weight-only/${name} ${algorithm}: SQNR`,
      ours: made(`${algorithm}.onnx`, "--algorithm", algorithm, ...samples),
      theirs: plain,
      goal: 1,
      note: "against our round to nearest, of the same size",
    };
  });
  return [equal, ...better];
}
