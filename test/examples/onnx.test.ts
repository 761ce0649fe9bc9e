// The suite of the ONNX tables: its figures are the published ones, its rows run on stand-ins, and what is broken in a row
// is seen. All rows at once are run by `npm start -w tersor-suite-onnx`.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import {
  defineCalibrator,
  defineMetric,
  openSuite,
  rowsOf,
  runSuite,
  type Plugin,
  type Recipe,
  type RowResult,
  type Suite,
  type SuiteRow,
} from "tersor";

const folder = fileURLToPath(new URL("../../examples/onnx/", import.meta.url));
const suite = await openSuite(folder);
const [accuracies, machines] = suite.tables;

/** Geometric mean of a column of the rows of an example. */
function geomean(example: string, column: string): number {
  const logs = accuracies!.rows
    .filter((row) => row.example === example)
    .map((row) => Math.log(Number(row.published[column])));
  return Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
}

describe("the published figures", () => {
  it("are 90 rows and 23 models, each once", () => {
    expect([accuracies!.rows.length, machines!.rows.length]).toEqual([90, 23]);
    expect(new Set(rowsOf(suite).map(({ id }) => id)).size).toBe(113);
  });

  // Counted from the published tables by another program: count and geometric mean of INT8 over FP32 throughput.
  it.each([
    ["qlinearops", 42, 1.91],
    ["qdq", 18, 1.97],
    ["integerops", 30, 2.15],
  ] as const)("%s: %i rows, %f times as fast", (example, count, times) => {
    expect(accuracies!.rows.filter((row) => row.example === example).length).toBe(count);
    expect(geomean(example, "throughput_ratio")).toBeCloseTo(times, 2);
  });

  it("on AMD are 4.06 points below Intel in the mean, 10.8 at worst", () => {
    const drops = machines!.rows.map(({ published }) => {
      const of = (maker: string) =>
        Number.parseFloat(Object.entries(published).find(([column]) => column.includes(`(${maker})`))![1]);
      return of("AMD") - of("Intel");
    });
    expect(drops.reduce((sum, drop) => sum + drop, 0) / drops.length).toBeCloseTo(-4.06, 2);
    expect(Math.min(...drops)).toBeCloseTo(-10.77, 2);
  });

  it("agree with themselves: ratios are those of the figures beside them", () => {
    for (const { published } of accuracies!.rows) {
      const of = (column: string) => Number(published[column]);
      expect((of("accuracy_int8") - of("accuracy_fp32")) / of("accuracy_fp32")).toBeCloseTo(of("accuracy_ratio"), 3);
      expect(of("throughput_int8") / of("throughput_fp32")).toBeCloseTo(of("throughput_ratio"), 3);
    }
  });

  it("carry the notes on what is wrong in them", () => {
    const notes = (id: string) =>
      rowsOf(suite)
        .find((row) => row.id === id)!
        .notes.join(" ");
    for (const row of [47, 84, 85, 86, 87]) expect(notes(`validated-onnx/${row}`)).toContain("lower is better");
    expect(notes("validated-onnx/37")).toContain("Accuracy");
    expect(notes("validated-onnx/48")).toContain("F1");
    expect(notes("validated-onnx/35")).toContain("broken");
    expect(notes("validated-onnx/31")).toContain("average precision");
    expect(notes("validated-onnx/27")).toContain("percent");
    expect(notes("validated-onnx-qdq-hardware/12")).toContain("saturate");
  });

  it("are not taken for measured ones", () => {
    const measured = JSON.parse(readFileSync(join(folder, "measured.json"), "utf8")) as readonly RowResult[];
    for (const entry of measured) {
      expect(entry).toMatchObject({ kind: "published", machine: { cpu: expect.any(String) as string } });
      expect(rowsOf(suite).map(({ id }) => id)).toContain(entry.id);
    }
  });
});

describe("the rows", () => {
  it("have a skeleton each; those of one skeleton do the same task", () => {
    const tasks = new Map<string, string>();
    for (const { model } of rowsOf(suite)) {
      const { skeleton } = model.standIn;
      expect(existsSync(join(suite.standIns, `${skeleton}.onnx.gz`)), model.title).toBe(true);
      expect(tasks.get(skeleton) ?? model.task, model.title).toBe(model.task);
      tasks.set(skeleton, model.task);
    }
  });

  it("say where the model is: a file of the hub, or how it is exported", () => {
    for (const { model } of rowsOf(suite))
      expect(model.file.startsWith("hf:") || (model.export?.how ?? "").length > 20, model.title).toBe(true);
  });
});

/** The suite with one row, and perhaps another recipe. */
function suiteWith(id: string, recipe: (recipe: Recipe) => Recipe = (own) => own): Suite {
  const changed = (row: SuiteRow) => ({ ...row, recipe: recipe(row.recipe) });
  const tables = suite.tables.map((table) => ({
    ...table,
    rows: table.rows.filter((row) => row.id === id).map(changed),
  }));
  return { ...suite, tables };
}

async function runOne(id: string, recipe?: (recipe: Recipe) => Recipe, plugin?: Plugin): Promise<RowResult> {
  const [result] = await runSuite(suiteWith(id, recipe), { standIn: true, ...(plugin && { plugins: [plugin] }) });
  return result!;
}

const held = ({ conditions }: RowResult) => Object.fromEntries(conditions.map(({ name, ok }) => [name, ok]));

describe("on stand-ins", () => {
  it.each([
    ["pictures", "validated-onnx/17"],
    ["sentences", "validated-onnx/39"],
    ["questions", "validated-onnx/79"],
    ["a language model", "validated-onnx/87"],
    ["tokens with boxes", "validated-onnx/88"],
    ["objects", "validated-onnx-qdq-hardware/8"],
    ["faces", "validated-onnx/34"],
    ["pixels", "validated-onnx/33"],
    ["products written as Einsum", "validated-onnx/71"],
  ])("%s: %s holds, and says what was replaced", async (_, id) => {
    const result = await runOne(id);
    expect(held(result)).toEqual({ steps: true, reloaded: true, macs: true, check: true, metric: true });
    expect(result).toMatchObject({
      id,
      ok: true,
      kind: "stand-in",
      replaced: { labels: "the float model's own answers" },
    });
    expect(result.figures!.macShare).toBeGreaterThan(0.8);
  });

  it("runs rows at the same time with the same figures", async () => {
    const rows = ["validated-onnx/17", "validated-onnx/18", "validated-onnx/39"];
    const [one, two] = [
      await runSuite(suite, { standIn: true, rows }),
      await runSuite(suite, { standIn: true, rows, jobs: 3 }),
    ];
    const figures = (results: readonly RowResult[]) => results.map(({ id, figures: found }) => ({ id, found }));
    expect(figures(two)).toEqual(figures(one));
    expect(one.map(({ id }) => id)).toEqual(rows);
  });
});

type Step = Recipe["steps"][number];

describe("a broken step is seen:", () => {
  const row = "validated-onnx/18";
  const withStep = (change: object) => (recipe: Recipe) => ({
    ...recipe,
    check: "none" as const,
    steps: recipe.steps.map(
      (step) => ({ ...step, quantize: { ...(step as { quantize: object }).quantize, ...change } }) as Step,
    ),
  });

  it("a recipe that leaves the convolutions float", async () => {
    const result = await runOne(row, withStep({ rules: [{ op: "Conv", precision: "float" }] }));
    expect(result.ok).toBe(false);
    expect(held(result)["macs"] ?? held(result)["steps"]).toBe(false);
  });

  it("ranges that wreck the outputs, although the recipe wants no check", async () => {
    const calibrator = defineCalibrator({
      name: "blind",
      observer: { observer: "min-max" },
      range: () => ({ min: -1e-6, max: 1e-6 }),
    });
    const result = await runOne(row, withStep({ calibrator: "blind" }), { name: "broken", calibrators: [calibrator] });
    expect(result.ok).toBe(false);
    expect(held(result)).toMatchObject({ steps: true, macs: true, check: false });
  });

  it("a metric that throws, and one that gives no number", async () => {
    const broken = (update: () => never[]): Plugin => ({
      name: "broken",
      metrics: [
        defineMetric({
          name: "f1-broken",
          higherIsBetter: true,
          kind: "other",
          begin: () => ({ update, value: () => NaN }),
        }),
      ],
    });
    const withMetric = (recipe: Recipe) => ({ ...recipe, metric: "f1-broken" });
    const throws = broken(() => {
      throw new Error("planted");
    });
    const thrown = await runOne(row, withMetric, throws);
    expect(thrown).toMatchObject({ ok: false, error: { message: "planted" } });
    const silent = await runOne(
      row,
      withMetric,
      broken(() => []),
    );
    expect(held(silent)).toMatchObject({ check: true, metric: false });
    expect(silent.ok).toBe(false);
  });

  it("a recipe without data to judge on", async () => {
    const result = await runOne(row, ({ goal: _, ...recipe }) => ({
      ...recipe,
      data: { calibration: recipe.data!.calibration! },
    }));
    expect(result.ok).toBe(false);
  });
});
