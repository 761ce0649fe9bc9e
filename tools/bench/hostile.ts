// How the reader bears damaged files: ten thousand of them, each of which must end in a graph or a typed error.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Benchmark, Comparison } from "./row.ts";

const CASES = 10_000;
const SLOWEST_MS = 1000;

const script = fileURLToPath(new URL("../fuzz-onnx.ts", import.meta.url));

/** The benchmark `hostile/`; the incumbent has no reader of its own to compare with. */
export const hostileRows: readonly Benchmark[] = [{ name: "hostile/damaged models", run: async () => fuzz() }];

function fuzz(): Comparison[] {
  const command = ["--import", "tsx", "--conditions=@tersor/source", script, "--cases", String(CASES)];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: "utf8", maxBuffer: 2 ** 26 });
  const slowest = Number(/slowest (\d+) ms/.exec(stdout)?.[1] ?? NaN);
  const nobody = { failed: "nothing to compare with" };
  const row = { theirs: nobody, better: "lower", goalOf: "ours" } as const;
  const name = `hostile/${CASES} damaged models`;
  const crash = status === 0 ? {} : { note: stderr.trim().slice(-300) };
  return [
    {
      ...row,
      name: `${name}: untyped errors and crashes`,
      ours: status === 0 ? 0 : 1,
      unit: "cases",
      goal: 0,
      ...crash,
    },
    { ...row, name: `${name}: slowest`, ours: slowest, unit: "CPU ms", goal: SLOWEST_MS },
  ];
}
