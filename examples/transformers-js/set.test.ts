// The names are those that transformers.js appends for its dtypes (https://huggingface.co/docs/transformers.js/guides/dtypes).

import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { transformersJsSet } from "./set.ts";

const folder = mkdtempSync(join(tmpdir(), "tersor-set-example-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("makes the files that fit the model, smaller and as good at the next token", async () => {
  const report = await transformersJsSet(folder);
  const suffixes = ["", "_fp16", "_int8", "_q4", "_q4f16", "_quantized", "_uint8"];
  expect(readdirSync(join(folder, "onnx")).sort()).toEqual(suffixes.map((suffix) => `model${suffix}.onnx`).sort());
  expect(report.warnings.join()).toMatch(/^model_bnb4\.onnx was not made/);
  for (const { sizeBytes, sourceSizeBytes, check } of report.variants!) {
    expect(sizeBytes).toBeLessThan(0.56 * sourceSizeBytes);
    expect(check!.perplexity!.cached).toBe(true);
    expect(check!.perplexity!.candidate / check!.perplexity!.reference).toBeLessThan(1.2);
  }
});
