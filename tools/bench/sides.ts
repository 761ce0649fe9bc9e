// The two sides of every comparison, as command lines: the same model, the same calibration data, each one's defaults.
import { fileURLToPath } from "node:url";
import type { Python } from "./python.ts";

/** What both sides can be asked for. */
export type Mode = "dynamic" | "qdq" | "qoperator";

/** Whether our result is checked against its source; the incumbent has no such check. */
export type Check = "none" | "default";

/** A program and its arguments. */
export type Command = readonly [program: string, ...args: string[]];

const command = fileURLToPath(new URL("../../packages/cli/bin/tersor.js", import.meta.url));

/** Our command line: one configuration, whatever the model. Dynamic quantization gets no data, as the incumbent's. */
export function ours(model: string, output: string, mode: Mode, calibration: string, check: Check): Command {
  const kind = mode === "dynamic" ? ["--mode", "dynamic"] : ["--mode", "static", "--format", mode];
  const data = mode === "dynamic" ? [] : ["--calibration", calibration];
  const checked = check === "none" ? ["--check", "none"] : [];
  return [
    process.execPath,
    command,
    "quantize",
    model,
    "--output",
    output,
    ...kind,
    ...data,
    ...checked,
    "--force",
    "--quiet",
  ];
}

/** The incumbent's: per-channel int8 weights, uint8 activations, min-max. */
export function theirs(python: Python, model: string, output: string, mode: Mode, calibration: string): Command {
  return [python.program, python.script("incumbent.py"), model, output, "--mode", mode, "--calibration", calibration];
}
