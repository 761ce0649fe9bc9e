// What quantizing costs: CPU time and peak memory of the whole process, start-up and children included.
import { join } from "node:path";
import { median } from "./median.ts";
import { miniLM } from "./models.ts";
import type { Cost } from "./python.ts";
import type { Benchmark, Comparison, Context } from "./row.ts";
import { ours, theirs, type Check, type Mode } from "./sides.ts";

interface ProcessRow {
  readonly mode: Mode;
  readonly check: Check;
  /** How many times less CPU time is asked for. Memory has to be below the incumbent's everywhere. */
  readonly cpu: number;
}

const table: readonly ProcessRow[] = [
  { mode: "dynamic", check: "none", cpu: 2 },
  { mode: "dynamic", check: "default", cpu: 1 },
  { mode: "qdq", check: "none", cpu: 2 },
  { mode: "qdq", check: "default", cpu: 1 / 0.75 },
];

/** Each side runs that often, by turns, so that a busy machine hurts both alike; medians count. */
const ROUNDS = 3;

/** The benchmarks of `process/`. */
export const processRows: readonly Benchmark[] = table.map((row) => {
  const name = `process/${miniLM.name} ${row.mode}, check ${row.check}`;
  return { name, run: async (context) => measured(name, row, context) };
});

function measured(name: string, { mode, check, cpu }: ProcessRow, context: Context): Comparison[] {
  const { model, calibration } = miniLM.prepare(context);
  const output = (who: string): string => join(context.scratch, `${who}.onnx`);
  const rounds = Array.from({ length: ROUNDS }, () => ({
    ours: context.python.measure(...ours(model, output("ours"), mode, calibration, check)),
    theirs: context.python.measure(...theirs(context.python, model, output("theirs"), mode, calibration)),
  }));
  const row = (what: string, unit: string, goal: number, of: (cost: Cost) => number): Comparison => ({
    name: `${name}: ${what}`,
    ours: median(rounds.map((round) => of(round.ours))),
    theirs: median(rounds.map((round) => of(round.theirs))),
    unit,
    better: "lower",
    goal,
  });
  return [
    row("CPU", "CPU s", cpu, ({ cpuSeconds }) => cpuSeconds),
    row("peak of all processes together", "bytes", 1, ({ peakBytes }) => peakBytes),
    row("peak of the largest process", "bytes", 1, ({ largestBytes }) => largestBytes),
  ];
}
