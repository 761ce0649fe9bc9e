// The transformers.js set of a folder: the files that its loader asks for by `dtype`, from an export without weights
// whose weights a seed fills; decoders with a cache are read token by token.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readModel, writeModel } from "@tersor/onnx";
import { loadSkeleton, quantizeSet } from "tersor";
import { afterAll, beforeAll, expect, it } from "vitest";
import { opsOf } from "./models.ts";

const zoo = join(import.meta.dirname, "../../examples/zoo/onnx");
const folder = mkdtempSync(join(tmpdir(), "tersor-set-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const suffixes = ["_bnb4", "_fp16", "_int8", "_q4", "_q4f16", "_quantized", "_uint8"];

beforeAll(async () => {
  for (const [place, name] of [
    ["text", "distilbert_sst2"],
    ["decoder", "llama_past"],
  ] as const) {
    mkdirSync(join(folder, place, "onnx"), { recursive: true });
    await writeModel(loadSkeleton(join(zoo, `${name}.onnx.gz`)).graph, join(folder, place, "onnx/model.onnx"));
  }
});

it("makes every file, each near its source", async () => {
  const report = await quantizeSet(join(folder, "text"));
  expect(readdirSync(join(folder, "text/onnx")).sort()).toEqual(
    ["", ...suffixes].map((suffix) => `model${suffix}.onnx`).sort(),
  );
  expect(report.warnings).toEqual([]);
  expect(report.variants!.map(({ check }) => check?.ok)).toEqual(Array(7).fill(true));
  const [fp16, , , , q4, q4f16] = report.variants!;
  expect(fp16!.sizeBytes).toBeLessThan(0.56 * fp16!.sourceSizeBytes);
  expect(q4f16!.sizeBytes).toBeLessThan(q4!.sizeBytes);
  const ops = opsOf(await readModel(join(folder, "text/onnx/model_q4f16.onnx"))).join(" ");
  expect(ops).toMatch(/^Cast .*MatMulNBits.*Cast$|MatMulNBits/);
  expect(report.toString()).toContain("model_q4f16.onnx");
});

it("checks a decoder by its perplexity through the cache, and starts from sources only", async () => {
  const report = await quantizeSet(join(folder, "decoder"), { variants: ["fp16", "q8"] });
  expect(report.variants!.map(({ path }) => path)).toEqual([
    join(folder, "decoder/onnx/model_fp16.onnx"),
    join(folder, "decoder/onnx/model_quantized.onnx"),
  ]);
  for (const { check } of report.variants!) {
    expect(check!.perplexity).toMatchObject({ count: 47, cached: true });
    expect(check!.perplexity!.candidate / check!.perplexity!.reference).toBeCloseTo(1, 1);
  }
  const again = quantizeSet(join(folder, "decoder"), { variants: ["fp16"] });
  await expect(again).rejects.toMatchObject({ code: "TERSOR_OUTPUT_EXISTS" });
});

it("does not write a variant that falls short, and says why; the others are made", async () => {
  const output = join(folder, "strict");
  const report = await quantizeSet(join(folder, "text"), {
    output,
    variants: ["fp16", "q4"],
    check: { minSqnrDb: 40 },
  });
  expect(readdirSync(join(output, "onnx"))).toEqual(["model_fp16.onnx"]);
  expect(report.warnings.join()).toMatch(/^model_q4\.onnx was not made\. .*40/s);
});

it.each([
  ["TERSOR_SET_UNKNOWN", "text", { set: "other.js" }],
  ["TERSOR_SET_VARIANT", "text", { variants: ["q3"] }],
  ["TERSOR_SET_NO_MODEL", "nowhere", {}],
] as const)("%s", async (code, place, options) => {
  await expect(quantizeSet(join(folder, place), options)).rejects.toMatchObject({ code });
});

it("a broken source is an error like everywhere else", async () => {
  mkdirSync(join(folder, "broken"));
  writeFileSync(join(folder, "broken/model.onnx"), "no model");
  await expect(quantizeSet(join(folder, "broken"))).rejects.toMatchObject({ code: expect.stringMatching(/^ONNX_/) });
});
