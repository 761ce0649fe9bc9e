// What each method makes of the trained models: correct answers and size of the file. docs/methods.md quotes the rows.
import { statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { wilsonInterval } from "@tersor/evaluate";
import { miniLM, resNet20, type TrainedModel } from "./models.ts";
import type { Benchmark, Comparison, Context } from "./row.ts";

interface MethodRow {
  readonly model: TrainedModel;
  readonly name: string;
  /** Flags of `tersor quantize`; `data` adds the calibration samples. */
  readonly flags: readonly string[];
  readonly data?: boolean;
  /** How many have to be right. */
  readonly correct: number;
}

const weightOnly = (...flags: readonly string[]): readonly string[] => ["--mode", "weight-only", ...flags];

const table: readonly MethodRow[] = [
  { model: miniLM, name: "dynamic", flags: ["--mode", "dynamic"], correct: 766 },
  { model: miniLM, name: "static", flags: [], data: true, correct: 762 },
  { model: miniLM, name: "static smooth-quant", flags: ["--equalize", "smooth-quant"], data: true, correct: 758 },
  { model: miniLM, name: "fp16", flags: ["--mode", "fp16"], correct: 766 },
  { model: miniLM, name: "bf16", flags: ["--mode", "bf16"], correct: 766 },
  { model: miniLM, name: "8 bits rtn", flags: weightOnly("--bits", "8"), correct: 766 },
  { model: miniLM, name: "4 bits rtn", flags: weightOnly(), correct: 758 },
  { model: miniLM, name: "4 bits rtn, qdq", flags: weightOnly("--format", "qdq"), correct: 758 },
  { model: miniLM, name: "4 bits hqq", flags: weightOnly("--algorithm", "hqq"), correct: 758 },
  { model: miniLM, name: "4 bits k-quant", flags: weightOnly("--algorithm", "k-quant"), correct: 758 },
  { model: miniLM, name: "4 bits gptq", flags: weightOnly("--algorithm", "gptq"), data: true, correct: 758 },
  { model: miniLM, name: "4 bits awq", flags: weightOnly("--algorithm", "awq"), data: true, correct: 758 },
  { model: miniLM, name: "nf4", flags: weightOnly("--codebook", "nf4"), correct: 758 },
  { model: miniLM, name: "4 bits on the mean", flags: weightOnly("--average-bits", "4"), correct: 750 },
  { model: miniLM, name: "3 bits on the mean", flags: weightOnly("--average-bits", "3"), correct: 710 },
  { model: miniLM, name: "2 bits rtn", flags: weightOnly("--bits", "2"), correct: 680 },
  { model: miniLM, name: "2 bits hqq", flags: weightOnly("--bits", "2", "--algorithm", "hqq"), correct: 720 },
  {
    model: miniLM,
    name: "2 bits gptq",
    flags: weightOnly("--bits", "2", "--algorithm", "gptq"),
    data: true,
    correct: 720,
  },
  { model: resNet20, name: "static", flags: [], data: true, correct: 4565 },
  { model: resNet20, name: "static cross-layer", flags: ["--equalize", "cross-layer"], data: true, correct: 4550 },
  { model: resNet20, name: "static bias", flags: ["--correct", "bias"], data: true, correct: 4565 },
  { model: resNet20, name: "static per-tensor", flags: ["--granularity", "per-tensor"], data: true, correct: 4500 },
  {
    model: resNet20,
    name: "static 16-bit activations",
    flags: ["--activation-type", "uint16"],
    data: true,
    correct: 4565,
  },
  { model: resNet20, name: "fp16", flags: ["--mode", "fp16"], correct: 4570 },
];

/** The benchmarks of `methods/`. */
export const methodRows: readonly Benchmark[] = table.map((row) => {
  const name = `methods/${row.model.name} ${row.name}`;
  return { name, run: async (context) => measured(name, row, context) };
});

const command = fileURLToPath(new URL("../../packages/cli/src/bin.ts", import.meta.url));

function measured(name: string, { model, flags, data = false, correct }: MethodRow, context: Context): Comparison[] {
  const { model: source, calibration } = model.prepare(context);
  const output = join(context.scratch, "method.onnx");
  const samples = data ? ["--calibration", calibration] : [];
  const files = ["quantize", source, "--output", output, "--force", "--quiet", "--check", "none"];
  context.python.measure(
    process.execPath,
    "--import",
    "tsx",
    "--conditions=@tersor/source",
    command,
    ...files,
    ...samples,
    ...flags,
  );
  const float = counted(model, source, context);
  const made = count(model, output, context);
  const { low, high } = wilsonInterval(made.correct, made.total);
  const percent = (share: number): string => `${(100 * share).toFixed(2)}%`;
  return [
    {
      name: `${name}: correct of ${made.total}, FP32 beside it`,
      ours: made.correct,
      theirs: float.correct,
      unit: "correct",
      better: "higher",
      goal: correct,
      goalOf: "ours",
      note: `${percent(made.correct / made.total)}, ${percent(low)} to ${percent(high)}`,
    },
    {
      name: `${name}: size, FP32 beside it`,
      ours: statSync(output).size / 1e6,
      theirs: statSync(source).size / 1e6,
      unit: "MB",
      better: "lower",
      goal: 1,
    },
  ];
}

interface Counted {
  readonly correct: number;
  readonly total: number;
}

function count(model: TrainedModel, file: string, { python, bank }: Context): Counted {
  type Counts = { readonly correct: readonly number[]; readonly total: number };
  const { correct, total } = python.json<Counts>("accuracy.py", ...model.testData(bank), file);
  return { correct: correct[0] ?? NaN, total };
}

const sources = new Map<string, Counted>();

/** The same of a source, counted once per run. */
function counted(model: TrainedModel, file: string, context: Context): Counted {
  const found = sources.get(file) ?? count(model, file, context);
  sources.set(file, found);
  return found;
}
