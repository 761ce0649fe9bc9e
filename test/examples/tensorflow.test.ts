// The suites of the TensorFlow and Keras tables: their figures are the published ones, rows start from files of their
// framework, and what is broken in a row is seen. All rows at once are run by `npm start -w tersor-suite-tensorflow` and
// `npm start -w tersor-suite-keras`.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { openSuite, rowsOf, runSuite, type Recipe, type RowResult, type Suite } from "tersor";

const open = (name: string): Promise<Suite> =>
  openSuite(fileURLToPath(new URL(`../../examples/${name}/`, import.meta.url)));
const suites = { tensorflow: await open("tensorflow"), keras: await open("keras") };
const all = Object.values(suites).flatMap(rowsOf);

/** Geometric mean of how many times faster INT8 is published to be. */
function speedup(suite: Suite): number {
  const logs = suite.tables[0]!.rows.map(({ published }) => Math.log(Number(published["throughput_ratio"])));
  return Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
}

describe("the published figures", () => {
  // Counted from the published tables by another program: rows, and geometric mean of INT8 over FP32 throughput.
  it.each([
    ["tensorflow", [29, 6], 2.64],
    ["keras", [10], 2.27],
  ] as const)("%s: %j rows, %f times as fast", (name, counts, times) => {
    expect(suites[name].tables.map(({ rows }) => rows.length)).toEqual(counts);
    expect(speedup(suites[name])).toBeCloseTo(times, 1);
  });

  it("agree with themselves: ratios are those of the figures beside them", () => {
    for (const { published, id } of all.filter((row) => row.published["accuracy_int8"] !== undefined)) {
      const of = (column: string) => Number(published[column]);
      const drop = (of("accuracy_int8") - of("accuracy_fp32")) / of("accuracy_fp32");
      const absolute = of("accuracy_int8") - of("accuracy_fp32");
      const stated = of("accuracy_ratio");
      expect(Math.min(Math.abs(drop - stated), Math.abs(absolute - stated)), id).toBeLessThan(1e-3);
      expect(of("throughput_int8") / of("throughput_fp32"), id).toBeCloseTo(of("throughput_ratio"), 2);
    }
  });

  it("carry the notes on what is wrong in them", () => {
    const notes = (id: string) => all.find((row) => row.id === id)!.notes.join(" ");
    expect(notes("validated-keras/6")).toContain("twice");
    expect(notes("validated-tensorflow/25")).toContain("0.83");
    expect(notes("validated-tensorflow/28")).toContain("BLEU");
  });
});

describe("the rows", () => {
  it("start from a file of their framework, and say how it comes about", () => {
    for (const [name, suite] of Object.entries(suites)) {
      for (const { model } of rowsOf(suite)) {
        expect(model.file, model.title).toMatch(name === "keras" ? /\.(h5|keras)$/ : /\.(pb|meta)$|saved_model/);
        expect((model.export?.how ?? "").length, model.title).toBeGreaterThan(20);
        expect(existsSync(join(suite.standIns, `${model.standIn.skeleton}.zip`)), model.title).toBe(true);
      }
    }
  });
});

const held = ({ conditions }: RowResult) => Object.fromEntries(conditions.map(({ name, ok }) => [name, ok]));

async function runOne(suite: Suite, id: string, recipe: (recipe: Recipe) => Recipe = (own) => own): Promise<RowResult> {
  const tables = suite.tables.map((table) => ({
    ...table,
    rows: table.rows.filter((row) => row.id === id).map((row) => ({ ...row, recipe: recipe(row.recipe) })),
  }));
  return (await runSuite({ ...suite, tables }, { standIn: true }))[0]!;
}

describe("on stand-ins", () => {
  it.each([
    ["tensorflow", "a frozen graph", "validated-tensorflow/12"],
    ["tensorflow", "a checkpoint", "validated-tensorflow/22"],
    ["tensorflow", "a SavedModel", "quantization-tensorflow/6"],
    ["keras", "an .h5 file", "validated-keras/9"],
    ["keras", "a .keras archive", "validated-keras/10"],
  ] as const)("%s, %s: %s holds", async (name, _, id) => {
    const result = await runOne(suites[name], id);
    expect(held(result)).toEqual({ steps: true, reloaded: true, macs: true, check: true, metric: true });
    expect(result).toMatchObject({ id, ok: true, kind: "stand-in" });
  });

  it("sees a broken step: a recipe that leaves the convolutions float", async () => {
    const broken = await runOne(suites.keras, "validated-keras/9", (recipe) => ({
      ...recipe,
      check: "none",
      steps: [{ quantize: { mode: "static", format: "qdq", rules: [{ op: "Conv", precision: "float" }] } }],
    }));
    expect(broken.ok).toBe(false);
    expect(held(broken)["macs"]).toBe(false);
  });
});
