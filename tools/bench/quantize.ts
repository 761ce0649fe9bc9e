// The suite `quantize`: what quantizing costs, how fast its result is, and how close it stays to the source.
// A row of the tables below is a benchmark; adding one is adding an entry.
import { join } from "node:path";
import { archRows } from "./arch.ts";
import { miniLM, resNet20, type TrainedModel } from "./models.ts";
import { median } from "./median.ts";
import type { Cost } from "./python.ts";
import type { Benchmark, Comparison, Context } from "./row.ts";
import { ours, theirs, type Check, type Mode } from "./sides.ts";

interface CostRow {
  readonly model: TrainedModel;
  readonly mode: Mode;
  readonly check: Check;
  /** The goals: how many times less CPU time, and how many times less memory at the peak. */
  readonly cpu: number;
  readonly memory: number;
}

/** Whole-process CPU time and peak memory, start-up included. */
const costs: readonly CostRow[] = [
  { model: miniLM, mode: "dynamic", check: "none", cpu: 2, memory: 1 },
  { model: miniLM, mode: "qdq", check: "none", cpu: 2, memory: 1 },
  { model: miniLM, mode: "qdq", check: "default", cpu: 1 / 0.75, memory: 1 },
  { model: miniLM, mode: "dynamic", check: "default", cpu: 1, memory: 1 },
];

interface SpeedRow {
  readonly model: TrainedModel;
  readonly mode: Mode;
  /** How many times faster the quantized file has to be than its FP32 source. */
  readonly overFloat: number;
  /** How fast it has to be beside the incumbent's file; 1 / 1.05 lets it be 5 % slower. */
  readonly overIncumbent: number;
}

/** Latency in onnxruntime, one thread, CPU time, interleaved. */
const speeds: readonly SpeedRow[] = [
  { model: miniLM, mode: "dynamic", overFloat: 2.6, overIncumbent: 1 / 1.05 },
  { model: miniLM, mode: "qdq", overFloat: 2, overIncumbent: 1 / 1.05 },
  { model: miniLM, mode: "qoperator", overFloat: 2, overIncumbent: 1 / 1.05 },
  { model: resNet20, mode: "qdq", overFloat: 2, overIncumbent: 1 / 1.05 },
  { model: resNet20, mode: "qoperator", overFloat: 2, overIncumbent: 1 / 1.05 },
];

/** All benchmarks of the suite. */
export function quantizeSuite(bank: string): readonly Benchmark[] {
  return [...costs.map(costBenchmark), ...speeds.map(speedBenchmark), ...archRows(bank)];
}

function costBenchmark({ model, mode, check, cpu, memory }: CostRow): Benchmark {
  const name = `cost/${model.name} ${mode}, check ${check}`;
  const run = (context: Context): Comparison[] => {
    const { model: file, calibration } = model.prepare(context);
    const output = (who: string): string => join(context.scratch, `${who}.onnx`);
    const [our, their] = interleaved(
      3,
      () => context.python.measure(...ours(file, output("ours"), mode, calibration, check)),
      () => context.python.measure(...theirs(context.python, file, output("theirs"), mode, calibration)),
    );
    return [
      { name: `${name}: CPU`, ours: cpuOf(our), theirs: cpuOf(their), unit: "CPU s", better: "lower", goal: cpu },
      { name: `${name}: peak`, ours: peakOf(our), theirs: peakOf(their), unit: "bytes", better: "lower", goal: memory },
    ];
  };
  return { name, run: async (context) => run(context) };
}

function speedBenchmark({ model, mode, overFloat, overIncumbent }: SpeedRow): Benchmark {
  const name = `latency/${model.name} ${mode}`;
  const run = (context: Context): Comparison[] => {
    const { model: file, calibration, feed } = model.prepare(context);
    const [our, their] = [join(context.scratch, "ours.onnx"), join(context.scratch, "theirs.onnx")];
    context.python.measure(...ours(file, our, mode, calibration, "none"));
    context.python.measure(...theirs(context.python, file, their, mode, calibration));
    const { cpuMs } = context.python.json<{ cpuMs: number[] }>("latency.py", feed, file, our, their);
    const [float = NaN, ourMs = NaN, theirMs = NaN] = cpuMs;
    const row = { ours: ourMs, unit: "CPU ms", better: "lower" } as const;
    return [
      { ...row, name: `${name}: over FP32`, theirs: float, goal: overFloat },
      { ...row, name: `${name}: over the incumbent`, theirs: theirMs, goal: overIncumbent },
    ];
  };
  return { name, run: async (context) => run(context) };
}

/** Runs both by turns, so that a busy machine hurts both alike. */
function interleaved<T>(rounds: number, first: () => T, second: () => T): [T[], T[]] {
  const runs = Array.from({ length: rounds }, () => [first(), second()] as const);
  return [runs.map(([a]) => a), runs.map(([, b]) => b)];
}

function cpuOf(costs: readonly Cost[]): number {
  return median(costs.map(({ cpuSeconds }) => cpuSeconds));
}

function peakOf(costs: readonly Cost[]): number {
  return median(costs.map(({ peakBytes }) => peakBytes));
}
