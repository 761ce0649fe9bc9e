// The row tells what the models did: a change of one weight, of a layer or of the labels shows in it, and the sizes
// are those of the files. The oracle for the source: 915 of the first 1,000 test images, counted with onnxruntime.

import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { numbersOf, originOf, sourceOf, tensorFromNumbers } from "@tersor/core";
import { parseRecipe, readModel, renderMarkdownRow, run, writeModel, type Graph, type Report } from "tersor";
import { quickstart, resnet20, type QuickstartOptions } from "./quickstart.ts";

const folder = mkdtempSync(join(tmpdir(), "tersor-quickstart-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The report of one format over the first images. */
async function report(options: Partial<QuickstartOptions> = {}): Promise<Report> {
  const [found] = await quickstart({ model: resnet20, folder, images: 100, only: "qdq", ...options });
  return found!;
}

/** The row's cells: model, format, accuracy INT8, FP32, ratio, throughput INT8, FP32, ratio, interval, size INT8, FP32. */
function cells(found: Report): readonly string[] {
  return renderMarkdownRow(found)
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
}

/** A copy of the model in which `change` was applied to the numbers of a weight. */
async function changed(name: string, weight: string, change: (numbers: number[]) => void): Promise<string> {
  const graph = await readModel(resnet20);
  const tensor = graph.weights.get(weight)!.source.tensor();
  const numbers = Array.from(numbersOf(tensor));
  change(numbers);
  const source = sourceOf(tensorFromNumbers("float32", tensor.shape, numbers));
  const weights: Graph["weights"] = new Map(graph.weights).set(weight, { source, origin: originOf(weight) });
  const file = join(folder, `${name}.onnx`);
  await writeModel({ ...graph, weights }, file, { force: true });
  return file;
}

const classifierBias = "linear.bias";

describe("the rows of ResNet-20", () => {
  let reports: readonly Report[];
  const formats = [
    ["qdq", 0],
    ["qoperator", 1],
    ["integerops", 2],
  ] as const;

  beforeAll(async () => {
    reports = await quickstart({ model: resnet20, folder });
  });

  it("are one for each format", () => {
    expect(reports.map((found) => cells(found)[1])).toEqual(formats.map(([format]) => format));
  });

  it.each(formats)("count what is right, of the source and of %s", (_, i) => {
    const { evaluation } = reports[i]!;
    expect(evaluation?.fp32).toMatchObject({ correct: 915, count: 1000 });
    expect(evaluation?.int8.correct).toBeGreaterThan(905);
    expect(evaluation?.mcnemar?.pValue).toBeGreaterThan(0.05);
  });

  it.each(formats)("have the sizes of the files of %s", (_, i) => {
    const {
      model,
      output: [file],
    } = reports[i]!;
    expect(model.sizeBytes).toBe(statSync(resnet20).size);
    expect(file?.sizeBytes).toBe(statSync(file?.path ?? "").size);
    expect(file?.sizeBytes).toBeLessThan(model.sizeBytes / 3);
  });

  it.each(formats)("divide the throughputs of %s", (_, i) => {
    const [int8, fp32, ratio] = cells(reports[i]!).slice(5, 8).map(Number.parseFloat);
    expect(ratio).toBeCloseTo(int8! / fp32!, 1);
  });

  it.each(formats)("have passed their check as %s", (_, i) => {
    expect(reports[i]!.check).toMatchObject({ ok: true, samples: 8 });
  });
});

describe("the row of another model", () => {
  it("sees one changed weight: with a huge bias every answer is class 3", async () => {
    const model = await changed("biased", classifierBias, (bias) => (bias[3] = 1000));
    const before = await report();
    const after = await report({ model });
    expect(after.evaluation?.fp32.correct).toBe(10); // cats among the first 100 test images
    expect(after.evaluation?.int8.correct).toBe(10);
    for (const column of [0, 2, 3]) expect(cells(after)[column]).not.toBe(cells(before)[column]);
  });

  it("sees a wrecked layer", async () => {
    const weight = [...(await readModel(resnet20)).weights].find(([, { source }]) => source.shape.length === 4)![0];
    const model = await changed("wrecked", weight, (kernel) => kernel.reverse());
    expect((await report({ model })).evaluation?.fp32.value).toBeLessThan(0.6);
  });

  it("sees other labels", async () => {
    const found = await report({ labels: new Array<number>(100).fill(3) });
    expect(found.evaluation?.fp32.value).toBeLessThan(0.3);
  });
});

it("the recipe does the same job and meets its goal", async () => {
  const here = fileURLToPath(new URL(".", import.meta.url));
  const recipe = await parseRecipe(readFileSync(join(here, "recipe.yaml"), "utf8"));
  const found = await run({ ...recipe, output: join(folder, "recipe.onnx") }, { folder: here });
  expect(found.evaluation?.fp32.correct).toBe(915);
  expect(found.evaluation?.int8.correct).toBeGreaterThan(905);
  expect(found.goal?.met).toBe(true);
});
