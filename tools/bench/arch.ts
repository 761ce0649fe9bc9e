// The rows of the bank's architectures: for each model and mode the SQNR and the size of our file beside the
// incumbent's, made and measured in the same run; then what they come to over all models.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { median } from "./median.ts";
import type { Benchmark, Comparison, Context } from "./row.ts";
import { ours, type Mode } from "./sides.ts";

interface ArchMode {
  readonly mode: Mode;
  /** Settings of the incumbent of which the best counts; the first is its default, whose size counts. */
  readonly rivals: readonly [string, ...string[]];
  /** The median that is asked for. */
  readonly medianDb: number;
}

const modes: readonly ArchMode[] = [
  { mode: "dynamic", rivals: ["dynamic"], medianDb: 27.7 },
  { mode: "qdq", rivals: ["qdq", "qdq linear"], medianDb: 24 },
  { mode: "qoperator", rivals: ["qoperator"], medianDb: 23 },
];

/** One decibel less, as a ratio of amplitudes. */
const oneDecibelLess = 10 ** (-1 / 20);

/** What arch_model.py says of one file. */
interface Judged {
  readonly minDb?: number;
  readonly finite?: boolean;
  readonly bytes?: number;
  readonly error?: string;
}

/** A model in one mode, after both sides had their turn. */
interface Result {
  readonly model: string;
  readonly mode: Mode;
  readonly ours: Judged;
  /** The incumbent's defaults of this mode, and the best of its settings that count. */
  readonly theirs: Judged;
  readonly best: Best;
  /** SQNR of the incumbent's other settings (granularity, type of the weights), where ours is below its best. */
  readonly others: readonly number[];
  /** Whether outputs can be compared element by element: detections are ordered lists, where one swap is all noise. */
  readonly comparable: boolean;
}

/** The benchmarks of `arch/`; none where the bank has no architectures. */
export function archRows(bank: string): readonly Benchmark[] {
  const folder = join(bank, "arch");
  if (!existsSync(folder)) return [];
  const results: Result[] = [];
  const models = readdirSync(folder).sort();
  return [
    ...models.map((model) => modelBenchmark(model, results)),
    ...modes.map((mode) => ({
      name: `arch/${mode.mode}: all models`,
      run: async () => summaryOf(mode, results),
    })),
  ];
}

function modelBenchmark(model: string, results: Result[]): Benchmark {
  const run = async (context: Context): Promise<Comparison[]> => {
    const found = measureModel(model, context);
    results.push(...found);
    return found.flatMap((result) => [sqnrRow(result), sizeRow(result)]);
  };
  return { name: `arch/${model}`, run };
}

function measureModel(model: string, { bank, scratch, python }: Context): Result[] {
  const source = join(bank, "arch", model);
  const folder = join(scratch, "arch");
  mkdirSync(folder, { recursive: true });
  try {
    const calibration = join(folder, "calibration.npz");
    python.run("arch_feeds.py", source, calibration);
    const failures = new Map<Mode, string>();
    const fileOf = (mode: Mode): string => join(folder, `${mode}.onnx`);
    for (const { mode } of modes) {
      const [program, ...args] = ours(join(source, "model.onnx"), fileOf(mode), mode, calibration, "none");
      const failure = python.attempt(program, ...args);
      if (failure !== undefined) failures.set(mode, failure);
    }
    const files = modes.filter(({ mode }) => !failures.has(mode)).map(({ mode }) => fileOf(mode));
    const found = python.json<Found>("arch_model.py", source, folder, ...files);
    const comparable = !readFileSync(join(source, "meta.json"), "utf8").includes('NonMaxSuppression"');
    const results = modes.map(({ mode, rivals }): Result => {
      const ours = found.ours[fileOf(mode)] ?? { error: failures.get(mode) ?? "no file" };
      const [first] = rivals;
      const best = bestOf(found.theirs, rivals);
      return { model, mode, comparable, ours, theirs: found.theirs[first] ?? {}, best, others: [] };
    });
    if (!results.some(isFar)) return results;
    const { theirs: others } = python.json<Found>("arch_model.py", source, folder, "--spread");
    return results.map((result) => ({ ...result, others: othersOf(others, result.best.setting) }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Found {
  readonly ours: Readonly<Record<string, Judged>>;
  readonly theirs: Readonly<Record<string, Judged>>;
}

type Best = Judged & { readonly setting: string };

function bestOf(theirs: Found["theirs"], rivals: readonly string[]): Best {
  const judged = rivals.map((setting) => ({ ...theirs[setting], setting }));
  return judged.reduce((best, next) => ((next.minDb ?? -Infinity) > (best.minDb ?? -Infinity) ? next : best));
}

/** Of the same operators: "qdq linear uint8" is another setting of "qdq linear", but not of "qdq". */
function othersOf(theirs: Found["theirs"], setting: string): number[] {
  const kinds = ["per-tensor", "per-channel", "uint8"].map((kind) => `${setting} ${kind}`);
  return kinds.flatMap((kind) => theirs[kind]?.minDb ?? []);
}

function isFar({ ours: our, best }: Pick<Result, "ours" | "best">): boolean {
  return our.minDb !== undefined && best.minDb !== undefined && our.minDb < best.minDb - 1;
}

function sqnrRow({ model, mode, ours: our, best, comparable, others }: Result): Comparison {
  const works = our.minDb !== undefined && our.finite === true;
  const notes = [
    our.error,
    our.finite === false ? "not finite" : undefined,
    comparable ? undefined : "outputs are lists after NMS",
    others.length === 0 ? undefined : `its other settings reach ${others.map((db) => db.toFixed(1)).join(", ")} dB`,
  ];
  return {
    name: `arch/${mode}/${model}: SQNR`,
    ours: works ? our.minDb : NaN,
    theirs: best.minDb ?? { failed: best.error ?? "not measured" },
    unit: "dB",
    better: "decibel",
    goal: oneDecibelLess,
    ...noteOf(notes),
  };
}

function sizeRow({ model, mode, ours: our, theirs: their }: Result): Comparison {
  const name = `arch/${mode}/${model}: size`;
  const row = { name, ours: our.bytes ?? NaN, unit: "bytes", better: "lower" } as const;
  if (their.bytes === undefined) return { ...row, theirs: { failed: their.error ?? "not measured" }, goal: 1 };
  return { ...row, theirs: their.bytes, goal: their.bytes / (their.bytes * 1.02 + 4096) };
}

function summaryOf({ mode, medianDb }: ArchMode, results: readonly Result[]): Comparison[] {
  const own = results.filter((result) => result.mode === mode);
  const both = own.filter(({ ours: our, best }) => our.minDb !== undefined && best.minDb !== undefined);
  const far = both.filter(isFar);
  const outside = far.filter(({ ours: our, others }) => our.minDb! < Math.min(...others) - 1);
  const low = (side: "ours" | "best") =>
    own.filter((result) => result.comparable && (result[side].minDb ?? Infinity) < 10).map(({ model }) => model);
  const large = own.filter((result) => (result.ours.bytes ?? 0) > mostBytes(result));
  const works = (judged: Judged): boolean => judged.finite === true;
  const count = { unit: "models", goalOf: "ours" } as const;
  return [
    {
      ...count,
      name: `arch/${mode}: quantizes, loads, runs, finite`,
      ours: own.filter((result) => works(result.ours)).length,
      theirs: own.filter((result) => works(result.theirs)).length,
      better: "higher",
      goal: own.length,
      note: named(own.filter((result) => !works(result.ours)).map(({ model }) => model)),
    },
    {
      name: `arch/${mode}: median SQNR`,
      ours: median(own.flatMap((result) => result.ours.minDb ?? [])),
      theirs: median(own.flatMap(({ best }) => best.minDb ?? [])),
      unit: "dB",
      better: "decibel",
      goal: medianDb,
      goalOf: "ours",
    },
    {
      ...count,
      name: `arch/${mode}: more than 1 dB below the incumbent`,
      ours: far.length,
      theirs: both.filter(({ ours: our, best }) => best.minDb! < our.minDb! - 1).length,
      better: "lower",
      goal: 0,
      note: `${named(far.map(({ model }) => model))}; ${outside.length} of them below all of the incumbent's other settings too; theirs: the incumbent that far below ours`,
    },
    {
      ...count,
      name: `arch/${mode}: below 10 dB, outputs comparable`,
      ours: low("ours").length,
      theirs: low("best").length,
      better: "lower",
      goal: 3,
      note: named(low("ours")),
    },
    {
      ...count,
      name: `arch/${mode}: larger than the incumbent's + 2 % + 4 KB`,
      ours: large.length,
      theirs: 0,
      better: "lower",
      goal: 0,
      note: named(large.map(({ model }) => model)),
    },
  ];
}

function mostBytes({ theirs: their }: Result): number {
  return their.bytes === undefined ? Infinity : their.bytes * 1.02 + 4096;
}

function noteOf(notes: readonly (string | undefined)[]): { readonly note?: string } {
  const said = notes.filter((note) => note !== undefined);
  return said.length === 0 ? {} : { note: said.join("; ") };
}

function named(models: readonly string[]): string {
  return models.length === 0 ? "none" : models.join(" ");
}
