import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isTersorError, TersorError, type Graph } from "@tersor/core";
import { readModel, writeModel, filesOf as sourceFiles } from "@tersor/onnx";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fixture, scratch } from "../test-support/run.ts";
import { defaultOutput, writeChecked, type WriteJob } from "./output.ts";

const place = scratch();
afterAll(place.remove);

let graph: Graph;
beforeAll(async () => {
  graph = await readModel(fixture("blobs.onnx"));
});

const write = async (it: Graph, path: string) => (await writeModel(it, path)).files;
/** Weights in a file beside the model. */
const writeExternal = async (it: Graph, path: string) =>
  (await writeModel(it, path, { externalData: "one-file", sizeThreshold: 0 })).files;

const job = (name: string, more: Partial<WriteJob> = {}): WriteJob => {
  mkdirSync(place.in(name), { recursive: true });
  const source = { path: fixture("blobs.onnx"), files: [fixture("blobs.onnx")] };
  const output = place.in(`${name}/out.onnx`);
  return { source, output, format: "qdq", force: false, write, check: async () => {}, ...more };
};
const filesOf = ({ output }: WriteJob) => readdirSync(dirname(output)).sort();

test("the name of a result says its format", () => {
  expect(defaultOutput(join("models", "net.onnx"), "qdq")).toBe(join("models", "net.qdq.onnx"));
  expect(defaultOutput("net", "qoperator")).toBe("net.qoperator.onnx");
});

test("the file is checked beside its place, then moved there with its data", async () => {
  let checked = "";
  const it = job("good", { write: writeExternal, check: async (file) => void (checked = file) });
  const file = await writeChecked(graph, it);
  expect(basename(checked)).toBe("out.onnx");
  expect(existsSync(checked)).toBe(false);
  expect(filesOf(it)).toEqual(["out.onnx", "out.onnx_data"]);
  expect(file).toMatchObject({ path: it.output, dataFiles: [place.in("good/out.onnx_data")] });
  const again = await readModel(it.output);
  expect(again.weights.get("w1")?.source.tensor()).toEqual(graph.weights.get("w1")?.source.tensor());
});

test("a disk that is full leaves nothing behind", async () => {
  const full = async (it: Graph, path: string) => {
    await write(it, path);
    throw new TersorError("ONNX_OUTPUT_DISK_FULL", "No space left.");
  };
  const it = job("full", { write: full });
  await expect(writeChecked(graph, it)).rejects.toSatisfy((error) => isTersorError(error, "ONNX_OUTPUT_DISK_FULL"));
  expect(filesOf(it)).toEqual([]);
});

test("a check that fails leaves what was there before", async () => {
  const check = () => Promise.reject(new TersorError("TERSOR_CHECK_FAILED", "Far off."));
  const it = job("failed", { check, force: true });
  writeFileSync(it.output, "earlier");
  await expect(writeChecked(graph, it)).rejects.toSatisfy((error) => isTersorError(error, "TERSOR_CHECK_FAILED"));
  expect(readFileSync(it.output, "utf8")).toBe("earlier");
  expect(filesOf(it)).toEqual(["out.onnx"]);
});

test("a data file is not written over one that is there, and never over the source's", async () => {
  const it = job("data", { write: writeExternal });
  writeFileSync(`${it.output}_data`, "another's");
  await expect(writeChecked(graph, it)).rejects.toSatisfy((error) => isTersorError(error, "TERSOR_OUTPUT_EXISTS"));
  expect(readFileSync(`${it.output}_data`, "utf8")).toBe("another's");

  const model = place.in("own/model.onnx");
  const own = job("own", { write: writeExternal, force: true });
  await writeModel(graph, model, { externalData: "one-file", sizeThreshold: 0, externalDataName: "out.onnx_data" });
  const read = await readModel(model);
  const source = { path: model, files: [...sourceFiles(read)] };
  const before = readFileSync(place.in("own/out.onnx_data"));
  const work = writeChecked(read, { ...own, source });
  await expect(work).rejects.toSatisfy((error) => isTersorError(error, "TERSOR_OUTPUT_IS_INPUT"));
  expect(readFileSync(place.in("own/out.onnx_data"))).toEqual(before);
  expect(filesOf(own)).toEqual(["model.onnx", "out.onnx_data"]);
});

test("a folder is moved as a whole, and replaces only the folder of a model", async () => {
  const folder = job("folder", {
    folder: true,
    output: place.in("folder/web"),
    write: async (_, path) => {
      mkdirSync(path);
      writeFileSync(join(path, "model.json"), "{}");
      return [{ path: join(path, "model.json"), sizeBytes: 2 }];
    },
  });
  await writeChecked(graph, folder);
  expect(readdirSync(place.in("folder/web"))).toEqual(["model.json"]);
  await expect(writeChecked(graph, folder)).rejects.toMatchObject({ code: "TERSOR_OUTPUT_EXISTS" });
  await writeChecked(graph, { ...folder, force: true });
  expect(readdirSync(place.in("folder"))).toEqual(["web"]);
  writeFileSync(place.in("folder/web/notes.txt"), "mine");
  const again = writeChecked(graph, { ...folder, force: true });
  await expect(again).rejects.toMatchObject({ code: "TERSOR_OUTPUT_NOT_WRITABLE" });
  expect(readdirSync(place.in("folder/web")).sort()).toEqual(["model.json", "notes.txt"]);
});

test("a folder never replaces the one its source lies in", async () => {
  const source = { path: place.in("inside/web/saved_model.pb"), files: [place.in("inside/web/saved_model.pb")] };
  const inside = job("inside", { folder: true, output: place.in("inside/web"), source, force: true });
  mkdirSync(inside.output);
  writeFileSync(source.path, "");
  const write = async (_: Graph, path: string) => (mkdirSync(path), []);
  await expect(writeChecked(graph, { ...inside, write })).rejects.toMatchObject({ code: "TERSOR_OUTPUT_IS_INPUT" });
});
