// The suite of the PyTorch tables: its figures are the published ones, its rows run on stand-ins, pictures are drawn and
// texts written, and what is broken in a row is seen. All rows at once: `npm start -w tersor-suite-torchscript`.

import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  defineCalibrator,
  openSuite,
  rowsOf,
  runSuite,
  type Plugin,
  type Recipe,
  type RowResult,
  type Suite,
} from "tersor";

const folder = fileURLToPath(new URL("../../examples/torchscript/", import.meta.url));
const suite = await openSuite(folder);
const [quantized, ipex, validated] = suite.tables;
let results: string;
beforeAll(() => {
  results = mkdtempSync(join(tmpdir(), "tersor-suite-torch-"));
});
afterAll(() => rmSync(results, { recursive: true, force: true }));

describe("the published rows", () => {
  it("are 18 models with their columns, 2 and 27, each once", () => {
    expect(new Set(quantized!.rows.map(({ id }) => id.split("/")[1])).size).toBe(18);
    expect([quantized!.rows.length, ipex!.rows.length, validated!.rows.length]).toEqual([34, 2, 27]);
    expect(new Set(rowsOf(suite).map(({ id }) => id)).size).toBe(63);
  });

  it("run what a column says, dynamic or static, also where it said WIP", () => {
    for (const { id, example, published, notes } of quantized!.rows) {
      expect(id.endsWith(`/${example}`)).toBe(true);
      const column = published[example === "static" ? "PostTrainingStatic" : "PostTrainingDynamic"];
      expect(["yes", "WIP"], id).toContain(column);
      expect(
        notes.some((note) => note.includes("WIP")),
        id,
      ).toBe(column === "WIP");
    }
  });

  it("agree with themselves: ratios are those of the figures beside them", () => {
    for (const { id, published } of validated!.rows) {
      const of = (column: string) => Number(published[column]);
      expect((of("accuracy_int8") - of("accuracy_fp32")) / of("accuracy_fp32"), id).toBeCloseTo(
        of("accuracy_ratio"),
        3,
      );
      expect(of("throughput_int8") / of("throughput_fp32"), id).toBeCloseTo(of("throughput_ratio"), 3);
    }
  });

  it("have a skeleton for each model, and say how it is exported", () => {
    for (const { model } of rowsOf(suite)) {
      const parts = Object.values(model.parts ?? { model }).map(({ standIn }) => standIn.skeleton);
      for (const skeleton of parts)
        expect(existsSync(join(suite.standIns, `${skeleton}.onnx.gz`)), skeleton).toBe(true);
      expect((model.export?.how ?? "").length, model.title).toBeGreaterThan(20);
    }
  });
});

async function runOne(
  id: string,
  recipe: (recipe: Recipe) => Recipe = (own) => own,
  plugin?: Plugin,
): Promise<RowResult> {
  const tables = suite.tables.map((table) => ({
    ...table,
    rows: table.rows.filter((row) => row.id === id).map((row) => ({ ...row, recipe: recipe(row.recipe) })),
  }));
  const one: Suite = { ...suite, tables };
  const [result] = await runSuite(one, { standIn: true, folder: results, ...(plugin && { plugins: [plugin] }) });
  return result!;
}

const held = ({ conditions }: RowResult) => Object.fromEntries(conditions.map(({ name, ok }) => [name, ok]));
const all = { steps: true, reloaded: true, macs: true, check: true, metric: true };

describe("on stand-ins", () => {
  it.each([
    ["pictures", "validated-pytorch-ptq/1", "accuracy"],
    ["pairs of sentences, two at once in the skeleton", "validated-pytorch-ptq/25", "f1"],
    ["numbers for pairs", "validated-pytorch-ptq/18", "pearson"],
    ["hidden tokens", "quantization-pytorch/6/static", "mlm-perplexity"],
    ["tags", "quantization-pytorch/16/dynamic", "tagging-f1"],
    ["a translation by two models", "quantization-pytorch/17/dynamic", "bleu"],
    ["a summary with beams", "quantization-pytorch/12/static", "rouge-1"],
  ])("%s: %s holds", async (_, id, metric) => {
    const result = await runOne(id);
    expect(held(result)).toEqual(all);
    expect(result).toMatchObject({ id, ok: true, kind: "stand-in", figures: { metric } });
  });

  it("Stable Diffusion draws, quantized nearly as in float", async () => {
    const result = await runOne("quantization-pytorch/4/dynamic");
    expect(held(result)).toEqual(all);
    expect(result.figures!.int8).toBeGreaterThan(0.8);
    for (const kind of ["float", "int8"]) {
      const picture = readFileSync(join(results, `quantization-pytorch-4-dynamic.${kind}.png`));
      expect([...picture.subarray(1, 4)]).toEqual([...Buffer.from("PNG")]);
      expect([picture.readUInt32BE(16), picture.readUInt32BE(20)]).toEqual([64, 64]);
      expect(picture.length).toBeGreaterThan(1000);
    }
  });
});

describe("a broken step is seen:", () => {
  const broken = (recipe: Recipe, change: object): Recipe => ({
    ...recipe,
    check: "none",
    steps: recipe.steps.map((step) => ({
      ...step,
      quantize: { ...(step as { quantize: object }).quantize, ...change },
    })) as Recipe["steps"],
  });
  const blind = defineCalibrator({
    name: "blind",
    observer: { observer: "min-max" },
    range: () => ({ min: -1e-6, max: 1e-6 }),
  });

  it("products that stay float", async () => {
    const result = await runOne("quantization-pytorch/17/dynamic", (recipe) =>
      broken(recipe, { rules: [{ name: "*/block.0/*", precision: "float" }] }),
    );
    expect(result.ok).toBe(false);
    expect(held(result)["macs"] ?? held(result)["steps"]).toBe(false);
  });

  it.each(["validated-pytorch-ptq/1", "quantization-pytorch/12/static"])("wrecked ranges in %s", async (id) => {
    const plugin: Plugin = { name: "broken", calibrators: [blind] };
    const result = await runOne(id, (recipe) => broken(recipe, { calibrator: "blind" }), plugin);
    expect(result.ok).toBe(false);
    expect(held(result)).toMatchObject({ steps: true, check: false });
  });
});
