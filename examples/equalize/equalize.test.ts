// Evening out channels does not change what the float model computes, so that all that differs is what rounding does:
// onnxruntime runs both files, and each method brings the quantized one nearer.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { equalized, methods } from "./equalize.ts";

const folder = mkdtempSync(join(tmpdir(), "tersor-equalize-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each(["bert_seqcls", "mobilenet_v1"])("%s gains by each method", async (model) => {
  const { "as it is": plain, ...even } = await equalized(model, folder);
  expect(Object.keys(even)).toHaveLength(Object.keys(methods).length - 1);
  for (const sqnrDb of Object.values(even)) expect(sqnrDb).toBeGreaterThan(plain! + 0.5);
});
