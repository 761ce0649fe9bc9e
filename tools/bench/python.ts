// The incumbent's side: pinned Python environments under .cache, made when they are first needed.
// Nothing but the benchmarks needs Python; without it every row says so and is not ok.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const scripts = fileURLToPath(new URL(".", import.meta.url));

/** An environment of a benchmark, by the exact versions in it: a figure of the incumbent is worth nothing without them. */
export interface Environment {
  /** Folder under .cache. */
  readonly name: string;
  readonly pins: readonly string[];
  /** Installed afterwards and without what they ask for. */
  readonly alone?: readonly string[];
}

/** Where models are quantized. */
export const quantizing: Environment = {
  name: "bench-python",
  pins: ["onnxruntime==1.31.1", "onnx==1.23.2", "onnx-ir==1.1.0", "numpy==2.4.6", "tokenizers==0.23.3"],
};

/** Where TensorFlow's models are converted. The protobuf that tf2onnx asks for is the slow one; this is the fast one. */
export const converting: Environment = {
  name: "bench-tensorflow",
  pins: [
    "tensorflow-cpu==2.15.1",
    "onnx==1.15.0",
    "numpy==1.26.4",
    "flatbuffers==23.5.26",
    "requests==2.32.3",
    "six==1.16.0",
  ],
  alone: ["tf2onnx==1.16.1", "protobuf==4.25.3"],
};

/** What a command cost, as measure.py found it. */
export interface Cost {
  readonly exitCode: number;
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  /** Of all processes together. */
  readonly peakBytes: number;
  /** Of the largest single process. */
  readonly largestBytes: number;
  readonly output: string;
}

export interface Python {
  readonly program: string;
  /** The path of a script beside this file. */
  readonly script: (name: string) => string;
  /** Runs a script beside this file. */
  readonly run: (script: string, ...args: string[]) => void;
  /** Runs a script beside this file and reads the JSON of its last line. */
  readonly json: <T>(script: string, ...args: string[]) => T;
  /** Runs any command under measure.py; a command that fails is an error with its output. */
  readonly measure: (...command: string[]) => Cost;
  /** Runs any command and gives the last words of one that fails. */
  readonly attempt: (program: string, ...args: string[]) => string | undefined;
}

/** The pinned environment, made if it is missing; or the reason why there is none. */
export function openPython(environment: Environment): Python | { readonly missing: string } {
  const folder = join(root, ".cache", environment.name);
  const problem = prepare(folder, environment);
  if (problem !== undefined) return { missing: `no Python to compare with: ${problem}` };
  const program = programIn(folder);
  const script = (name: string): string => join(scripts, name);
  const run = (name: string, ...args: string[]): string => execute(program, [script(name), ...args]);
  const json = <T>(name: string, ...args: string[]): T => lastLine(run(name, ...args)) as T;
  const measure = (...command: string[]): Cost => succeeded(json<Cost>("measure.py", ...command), command);
  return { program, script, run, json, measure, attempt: (program, ...args) => attempt(program, args) };
}

function prepare(folder: string, { name, pins, alone = [] }: Environment): string | undefined {
  const stamp = join(folder, "pins");
  const wanted = createHash("sha256")
    .update([...pins, ...alone].join())
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return undefined;
  const base = ["python3", "python"].find(
    (name) => spawnSync(name, ["-c", "import sys; assert sys.version_info >= (3, 11)"]).status === 0,
  );
  if (base === undefined) return "Python 3.11 or later is not installed";
  process.stderr.write(
    `Making the Python environment of the benchmarks in .cache/${name} (${[...pins, ...alone].join(" ")}) ...\n`,
  );
  rmSync(folder, { recursive: true, force: true });
  const install = (...packages: readonly string[]) =>
    attempt(programIn(folder), ["-m", "pip", "install", "--quiet", ...packages]);
  const made =
    attempt(base, ["-m", "venv", folder]) ??
    install(...pins) ??
    (alone.length > 0 ? install("--no-deps", ...alone) : undefined);
  if (made === undefined) writeFileSync(stamp, wanted);
  return made;
}

function programIn(environment: string): string {
  return process.platform === "win32" ? join(environment, "Scripts", "python.exe") : join(environment, "bin", "python");
}

/** Runs a program and returns what is wrong, if anything. */
function attempt(program: string, args: readonly string[]): string | undefined {
  const { status, stderr, error } = spawnSync(program, args, { encoding: "utf8", maxBuffer: 2 ** 26 });
  return status === 0
    ? undefined
    : `${program} ${args.join(" ")} failed: ${error?.message ?? stderr.trim().slice(-300)}`;
}

function execute(program: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: "utf8", maxBuffer: 2 ** 26 });
  if (status === 0) return stdout;
  throw new Error(`${args.join(" ")} failed: ${error?.message ?? stderr.trim().slice(-600)}`);
}

function lastLine(output: string): unknown {
  return JSON.parse(output.trim().split("\n").at(-1) ?? "");
}

function succeeded(cost: Cost, command: readonly string[]): Cost {
  if (cost.exitCode === 0) return cost;
  throw new Error(`${command.join(" ")} ended with ${cost.exitCode}: ${cost.output.trim().slice(-600)}`);
}
