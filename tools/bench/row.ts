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
  /** What is asked for: of the ratio (how many times better ours has to be), or of our figure itself. */
  readonly goal: number;
  readonly goalOf?: "ratio" | "ours";
  /** What a reader has to know beside the figures. */
  readonly note?: string;
}

export interface Row {
  readonly name: string;
  readonly ours: number | null;
  readonly theirs: number | null;
  readonly unit: string;
  readonly ratio: number | null;
  readonly goal: number | null;
  readonly goalOf: "ratio" | "ours";
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

/** Makes the row of a comparison. Where the incumbent has no figure, a goal of the ratio asks only for one of ours. */
export function rowOf({ name, ours, theirs, unit, better, goal, goalOf = "ratio", note }: Comparison): Row {
  const known = typeof theirs === "number" ? theirs : null;
  const ratio = known === null ? null : ratioOf(better, ours, known);
  const reached = goalOf === "ours" ? reaches(better, ours, goal) : ratio === null || ratio >= goal;
  const notes = [typeof theirs === "number" ? undefined : `the incumbent has no figure: ${theirs.failed}`, note];
  const text = notes.filter((each) => each !== undefined).join("; ");
  return {
    name,
    ours: finiteOrNull(ours),
    theirs: known,
    unit,
    ratio: finiteOrNull(ratio),
    goal,
    goalOf,
    ok: Number.isFinite(ours) && reached,
    machine: machine(),
    ...(text !== "" && { note: text }),
  };
}

function ratioOf(better: Comparison["better"], ours: number, theirs: number): number {
  if (better === "decibel") return 10 ** ((ours - theirs) / 20);
  if (ours === theirs) return 1;
  return better === "lower" ? theirs / ours : ours / theirs;
}

function reaches(better: Comparison["better"], ours: number, goal: number): boolean {
  return better === "lower" ? ours <= goal : ours >= goal;
}

function finiteOrNull(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}

/** The row of a benchmark that could not run. */
export function failedRow(name: string, reason: string): Row {
  const nothing = { ours: null, theirs: null, unit: "", ratio: null, goal: null, goalOf: "ratio" } as const;
  return { name, ...nothing, ok: false, machine: machine(), note: reason };
}
