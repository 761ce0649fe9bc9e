// Each result runs in a runtime that is not ours (TensorFlow.js, LiteRT, onnxruntime): floats agree to float32's
// rounding, and what is stored in a byte is about a quarter of the size and still near.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { converted } from "./convert.ts";

const folder = mkdtempSync(join(tmpdir(), "tersor-convert-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("writes the model in six ways that agree", { timeout: 120_000 }, async () => {
  const rows = await converted(folder);
  expect(rows).toHaveLength(6);
  for (const { name, sizeBytes, sqnrDb } of rows) {
    const isSmall = /int8/.test(name);
    expect(sqnrDb, name).toBeGreaterThan(isSmall ? 20 : 100);
    expect(sizeBytes, name).toBeGreaterThan(isSmall ? 270_000 : 1_000_000);
    expect(sizeBytes, name).toBeLessThan(isSmall ? 350_000 : 1_200_000);
  }
});
