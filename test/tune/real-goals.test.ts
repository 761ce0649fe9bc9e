// Real goals: at most half a point of accuracy lost within 20 trials, on trained models and real data.
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { parseRecipe, run, tune, type Report } from "tersor";

const scratch = mkdtempSync(join(tmpdir(), "tersor-goals-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function expectMet({ goal, tuning, output, model, evaluation }: Report): void {
  expect(goal).toMatchObject({ maxDrop: 0.005, relative: false, met: true });
  expect(evaluation!.fp32.value - evaluation!.int8.value).toBeLessThanOrEqual(0.005 + 1e-12);
  expect(tuning?.trials.length).toBeLessThanOrEqual(20);
  expect(output[0]!.sizeBytes).toBe(statSync(output[0]!.path).size);
  expect(output[0]!.sizeBytes).toBeLessThan(model.sizeBytes / 3);
}

describe("ResNet-20 on CIFAR-10", () => {
  it("meets the goal of the example's recipe", async () => {
    const folder = fileURLToPath(new URL("../../examples/quickstart/", import.meta.url));
    const recipe = await parseRecipe(readFileSync(join(folder, "tune.yaml"), "utf8"));
    const report = await run({ ...recipe, output: join(scratch, "resnet20.onnx") }, { folder });
    // Counted with onnxruntime in Python.
    expect(report.evaluation?.fp32).toMatchObject({ correct: 915, count: 1000 });
    expectMet(report);
  });
});

const sst2 = join(process.env["TERSOR_BANK"] ?? "", "real/sst2-minilm-l6");
const hasBank = process.env["TERSOR_BANK"] !== undefined && existsSync(sst2);

describe.skipIf(!hasBank)("MiniLM on SST-2 (skipped where TERSOR_BANK names no folder)", () => {
  const model = join(scratch, "minilm.onnx");
  const text = (file: string) => ({
    text: join(sst2, file),
    tokenizer: join(sst2, "tokenizer.json"),
    column: "sentence",
  });

  it("meets it too", async () => {
    writeFileSync(model, gunzipSync(readFileSync(join(sst2, "model.onnx.gz"))));
    const report = await tune(model, {
      calibration: text("train_sample.tsv"),
      samples: 64,
      evaluation: { ...text("dev.tsv"), label: "label" },
      evaluationSamples: 400,
      maxDrop: 0.005,
      relative: false,
      minimize: "sizeBytes",
      trials: 20,
      output: join(scratch, "minilm.int8.onnx"),
    });
    expectMet(report);
  });
});
