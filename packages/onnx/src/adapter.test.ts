import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { onnxAdapter } from "./adapter.ts";

const model = fileURLToPath(new URL("../fixtures/types.onnx", import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tersor-adapter-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("a model is known by its name, or by how it begins", async () => {
  await copyFile(model, join(folder, "model.bin"));
  await writeFile(join(folder, "text.txt"), "words");
  expect(await onnxAdapter.accepts("anything.ONNX")).toBe(true);
  expect(await onnxAdapter.accepts(join(folder, "model.bin"))).toBe(true);
  expect(await onnxAdapter.accepts(join(folder, "text.txt"))).toBe(false);
  expect(await onnxAdapter.accepts(folder)).toBe(false);
  expect(await onnxAdapter.accepts(join(folder, "absent"))).toBe(false);
});

test("what it writes, it reads again", async () => {
  const graph = await onnxAdapter.read(model);
  const copy = join(folder, "copy.onnx");
  const files = await onnxAdapter.write(graph, copy);
  expect(files.map(({ path }) => path)).toEqual([copy]);
  expect((await onnxAdapter.read(copy)).nodes.map(({ op }) => op)).toEqual(graph.nodes.map(({ op }) => op));
});
