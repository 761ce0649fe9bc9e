// How fast the result is: latency in onnxruntime, one thread, CPU time, source and both sides' files by turns.
import { join } from "node:path";
import { bertBase, miniLM, mobileNetV2, resNet20, resNet50, type BenchmarkModel, type ReadyModel } from "./models.ts";
import type { Benchmark, Comparison, Context } from "./row.ts";
import { ours, theirs, type Mode } from "./sides.ts";

interface LatencyRow {
  readonly model: BenchmarkModel;
  readonly mode: Mode;
  /** How many times faster than its FP32 source the file has to be, where that is asked for. */
  readonly overFloat?: number;
}

const table: readonly LatencyRow[] = [
  { model: miniLM, mode: "dynamic", overFloat: 2.6 },
  { model: miniLM, mode: "qdq", overFloat: 2 },
  { model: miniLM, mode: "qoperator", overFloat: 2 },
  { model: resNet20, mode: "qdq", overFloat: 2 },
  { model: resNet20, mode: "qoperator", overFloat: 2 },
  { model: mobileNetV2, mode: "qdq" },
  { model: resNet50, mode: "qdq" },
  { model: bertBase, mode: "qdq" },
  { model: bertBase, mode: "dynamic" },
];

/** Our file may be 5 % slower than the incumbent's. */
const OVER_INCUMBENT = 1 / 1.05;

/** The benchmarks of `latency/`. */
export const latencyRows: readonly Benchmark[] = table.map((row) => {
  const name = `latency/${row.model.name} ${row.mode}`;
  return { name, run: async (context) => measured(name, row, context) };
});

function measured(name: string, { model, mode, overFloat }: LatencyRow, context: Context): Comparison[] {
  const ready = model.prepare(context);
  const [our, their, float] = milliseconds(ready, mode, context);
  const row = { ours: our, unit: "CPU ms", better: "lower" } as const;
  const overFloatRow: Comparison[] =
    overFloat === undefined ? [] : [{ ...row, name: `${name}: FP32 / INT8`, theirs: float, goal: overFloat }];
  return [...overFloatRow, { ...row, name: `${name}: the incumbent / ours`, theirs: their, goal: OVER_INCUMBENT }];
}

function milliseconds(
  { model, calibration, feed }: ReadyModel,
  mode: Mode,
  context: Context,
): [our: number, their: number, float: number] {
  const [our, their] = [join(context.scratch, "ours.onnx"), join(context.scratch, "theirs.onnx")];
  context.python.measure(...ours(model, our, mode, calibration, "none"));
  context.python.measure(...theirs(context.python, model, their, mode, calibration));
  const { cpuMs } = context.python.json<{ cpuMs: number[] }>("latency.py", feed, our, their, model);
  const [ourMs = NaN, theirMs = NaN, floatMs = NaN] = cpuMs;
  return [ourMs, theirMs, floatMs];
}
