// Oracles: TensorFlow.js runs the original, onnxruntime-web what was made of it.

import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { makeForWeb } from "./web-model.ts";

const folder = mkdtempSync(join(tmpdir(), "tersor-web-example-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("makes files that give what the original gives in TensorFlow.js, in INT8 a fifth of its size", async () => {
  const [float, int8] = await makeForWeb(folder);
  expect(Math.min(...Object.values(float!.sqnrDb))).toBeGreaterThan(60);
  expect(Math.min(...Object.values(int8!.sqnrDb))).toBeGreaterThan(25);
  expect(Object.keys(int8!.sqnrDb)).toHaveLength(3);
  expect(statSync(int8!.path).size).toBe(int8!.bytes);
  expect(int8!.bytes).toBeLessThan(float!.bytes / 4);
});
