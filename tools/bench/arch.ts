// The rows of the bank's architectures: for each model and mode the SQNR and the size of our file, beside what the
// incumbent reaches (arch-baseline.csv, measured with the same version), and the medians over all models.
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { median } from "./median.ts";
import type { Benchmark, Comparison, Context, Row } from "./row.ts";
import { ours, type Mode } from "./sides.ts";

/** Per mode: the columns of the baseline (the best of them counts) and the median that is asked for. */
const modes: readonly { readonly mode: Mode; readonly columns: readonly string[]; readonly medianDb: number }[] = [
  { mode: "dynamic", columns: ["dyn_raw"], medianDb: 27.7 },
  { mode: "qdq", columns: ["qdq_raw", "lin_lin"], medianDb: 24 },
  { mode: "qoperator", columns: ["qop_raw"], medianDb: 23 },
];

/** One decibel less, as a ratio of amplitudes. */
const oneDecibelLess = 10 ** (-1 / 20);

type Baseline = Readonly<Record<string, string>>;

/** The benchmarks of `arch/`; none where the bank has no baseline. */
export function archRows(bank: string): readonly Benchmark[] {
  const file = join(bank, "arch-baseline.csv");
  if (!existsSync(file)) return [];
  const baselines = parseCsv(readFileSync(file, "utf8"));
  return modes.flatMap(({ mode, columns, medianDb }) => [
    ...baselines.map((baseline) => modelBenchmark(mode, columns, baseline)),
    medianBenchmark(mode, medianDb),
  ]);
}

interface Fidelity {
  readonly minDb: number;
  readonly finite: boolean;
}

function modelBenchmark(mode: Mode, columns: readonly string[], baseline: Baseline): Benchmark {
  const name = `arch/${mode}/${baseline["name"] ?? ""}`;
  const run = ({ bank, scratch, python }: Context): Comparison[] => {
    const folder = join(bank, "arch", baseline["name"] ?? "");
    const [model, output] = [join(folder, "model.onnx"), join(scratch, "arch.onnx")];
    python.measure(...ours(model, output, mode, join(folder, "calib.npz"), "none"));
    const sets = ["test_data_set_0", "test_data_set_1"].map((set) => join(folder, set));
    const { minDb, finite } = python.json<Fidelity>("fidelity.py", model, output, ...sets);
    const size = statSync(output).size;
    const [sqnr, bytes] = [bestOf(baseline, columns, "sqnr_min"), bytesOf(baseline, columns)];
    return [
      {
        name: `${name}: SQNR`,
        ours: finite ? minDb : NaN,
        theirs: sqnr,
        unit: "dB",
        better: "decibel",
        goal: oneDecibelLess,
      },
      { name: `${name}: size`, ours: size, theirs: bytes, unit: "bytes", better: "lower", goal: sizeGoal(bytes) },
    ];
  };
  return { name, run: async (context) => run(context) };
}

/** The median over the models of a mode that ran before; both sides over the models where the incumbent has a figure. */
function medianBenchmark(mode: Mode, medianDb: number): Benchmark {
  const name = `arch/${mode}: median SQNR`;
  const run = async (_: Context, before: readonly Row[]): Promise<Comparison[]> => {
    const rows = before.filter((row) => row.name.startsWith(`arch/${mode}/`) && row.unit === "dB");
    const all = (values: readonly (number | null)[]): number => median(values.filter((value) => value !== null));
    const [our, their] = [all(rows.map((row) => row.ours)), all(rows.map((row) => row.theirs))];
    return [{ name, ours: our, theirs: their, unit: "dB", better: "decibel", goal: 10 ** ((medianDb - their) / 20) }];
  };
  return { name, run };
}

/** At most 2 % and 4 KB more than the incumbent's file, as a ratio. */
function sizeGoal(bytes: Comparison["theirs"]): number {
  return typeof bytes === "number" ? bytes / (bytes * 1.02 + 4096) : 1;
}

function bestOf(baseline: Baseline, columns: readonly string[], field: string): Comparison["theirs"] {
  const values = columns.map((column) => figure(baseline, `${column}_${field}`)).filter((value) => value !== undefined);
  return values.length > 0 ? Math.max(...values) : { failed: reasonOf(baseline, columns[0] ?? "") };
}

function bytesOf(baseline: Baseline, columns: readonly string[]): Comparison["theirs"] {
  const [first = ""] = columns;
  return figure(baseline, `${first}_bytes`) ?? { failed: reasonOf(baseline, first) };
}

function figure(baseline: Baseline, column: string): number | undefined {
  const text = baseline[column] ?? "";
  const value = Number(text);
  return text === "" || !Number.isFinite(value) ? undefined : value;
}

function reasonOf(baseline: Baseline, column: string): string {
  return baseline[`${column}_err`] || baseline[`${column}_status`] || "not measured";
}

/** Reads comma-separated values with a header; fields may be quoted, and hold commas and line breaks then. */
export function parseCsv(text: string): Baseline[] {
  const [header = [], ...rows] = recordsOf(text);
  return rows.map((row) => Object.fromEntries(header.map((column, i) => [column, row[i] ?? ""])));
}

function recordsOf(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    if (end === "" && quoted === undefined && plain === "" && record.length === 0) break;
    record.push(quoted?.replaceAll('""', '"') ?? plain ?? "");
    if (end === ",") continue;
    records.push(record);
    record = [];
  }
  return records;
}
