// How accurate the result is: trained models on their test data, counted in onnxruntime.
import { join } from "node:path";
import { miniLM, resNet20, type TrainedModel } from "./models.ts";
import type { Benchmark, Comparison, Context } from "./row.ts";
import { ours, theirs, type Mode } from "./sides.ts";

interface AccuracyRow {
  readonly model: TrainedModel;
  readonly mode: Mode;
  /** How many have to be right. */
  readonly correct: number;
}

const table: readonly AccuracyRow[] = [
  { model: miniLM, mode: "dynamic", correct: 766 },
  { model: miniLM, mode: "qdq", correct: 762 },
  { model: miniLM, mode: "qoperator", correct: 762 },
  { model: resNet20, mode: "qdq", correct: 4565 },
  { model: resNet20, mode: "qoperator", correct: 4565 },
];

/** The benchmarks of `accuracy/`. */
export const accuracyRows: readonly Benchmark[] = table.map((row) => {
  const name = `accuracy/${row.model.name} ${row.mode}`;
  return { name, run: async (context) => [measured(name, row, context)] };
});

interface Counts {
  readonly correct: readonly number[];
  readonly total: number;
}

function measured(name: string, { model, mode, correct }: AccuracyRow, context: Context): Comparison {
  const { model: source, calibration } = model.prepare(context);
  const [our, their] = [join(context.scratch, "ours.onnx"), join(context.scratch, "theirs.onnx")];
  context.python.measure(...ours(source, our, mode, calibration, "none"));
  context.python.measure(...theirs(context.python, source, their, mode, calibration));
  const counts = context.python.json<Counts>("accuracy.py", ...model.testData(context.bank), our, their, source);
  const [ourCount = NaN, theirCount = NaN, float = NaN] = counts.correct;
  return {
    name: `${name}: correct of ${counts.total}`,
    ours: ourCount,
    theirs: theirCount,
    unit: "correct",
    better: "higher",
    goal: correct,
    goalOf: "ours",
    note: `FP32 ${float}`,
  };
}
