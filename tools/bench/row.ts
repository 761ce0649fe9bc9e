// The rows of a benchmark, as data: what was measured, what was asked for, and whether it holds.
import { cpus, totalmem } from "node:os";
import type { Python } from "./python.ts";

/** What one measurement found; the harness makes a row of it. */
export interface Comparison {
  readonly name: string;
  readonly ours: number;
  /** The incumbent's figure, or why it has none. */
  readonly theirs: number | { readonly failed: string };
  readonly unit: string;
  /** How the ratio is formed; decibels are compared as amplitudes, so that 1 dB less is a ratio of 0.89. */
  readonly better: "lower" | "higher" | "decibel";
  /** The ratio that is asked for: how many times better ours has to be. */
  readonly goal: number;
}

export interface Row {
  readonly name: string;
  readonly ours: number | null;
  readonly theirs: number | null;
  readonly unit: string;
  readonly ratio: number | null;
  readonly goal: number | null;
  readonly ok: boolean;
  readonly machine: string;
  readonly note?: string;
}

/** Where a benchmark runs. */
export interface Context {
  readonly python: Python;
  /** The folder with the models to measure on. */
  readonly bank: string;
  /** A folder for files, removed at the end. */
  readonly scratch: string;
}

/** One entry of a suite. It may make several rows of one run, and may look at the rows made before. */
export interface Benchmark {
  readonly name: string;
  readonly run: (context: Context, before: readonly Row[]) => Promise<readonly Comparison[]>;
}

/** The machine, in the words of a report. */
export function machine(): string {
  const [first] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${process.platform} ${process.arch}, ${first?.model.trim() ?? "unknown CPU"}, ${cpus().length} CPUs, ${memory} GB, Node ${process.version}`;
}

/** Makes the row of a comparison. Where the incumbent has no figure, ours has only to be one. */
export function rowOf({ name, ours, theirs, unit, better, goal }: Comparison): Row {
  if (typeof theirs !== "number") {
    const note = `the incumbent has no figure: ${theirs.failed}`;
    return { name, ours, theirs: null, unit, ratio: null, goal, ok: Number.isFinite(ours), machine: machine(), note };
  }
  const ratio = ratioOf(better, ours, theirs);
  return { name, ours, theirs, unit, ratio, goal, ok: ratio >= goal, machine: machine() };
}

function ratioOf(better: Comparison["better"], ours: number, theirs: number): number {
  if (better === "decibel") return 10 ** ((ours - theirs) / 20);
  return better === "lower" ? theirs / ours : ours / theirs;
}

/** The row of a benchmark that could not run. */
export function failedRow(name: string, reason: string): Row {
  const nothing = { ours: null, theirs: null, unit: "", ratio: null, goal: null };
  return { name, ...nothing, ok: false, machine: machine(), note: reason };
}
