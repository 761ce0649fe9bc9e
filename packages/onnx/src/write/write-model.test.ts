import {
  copyFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dropped, float32, lazySource, sourceOf } from "@tersor/core";
import { readModel } from "../read/model.ts";
import { described, expectedOf, fixtureBytes, fixturePath } from "../test-support/described.ts";
import { writeTogether } from "./files.ts";
import { bytesPiece } from "../wire/piece.ts";
import { writeModel } from "./write-model.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tersor-write-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const at = (name: string) => join(folder, name);
const failsWith = (code: string, facts: object = {}) =>
  expect.objectContaining({ code, data: expect.objectContaining(facts) });

describe("writeModel", () => {
  it("copies an untouched model and says what it wrote", async () => {
    const graph = await readModel(fixturePath("types.onnx"));
    const { files } = await writeModel(graph, at("out.onnx"));
    expect(new Uint8Array(readFileSync(at("out.onnx")))).toEqual(fixtureBytes("types"));
    expect(files).toEqual([{ path: at("out.onnx"), sizeBytes: fixtureBytes("types").length }]);
    expect(readdirSync(folder)).toEqual(["out.onnx"]);
  });

  it("takes data files into the model file while it is small", async () => {
    await writeModel(await readModel(fixturePath("external.onnx")), at("out.onnx"));
    expect(readdirSync(folder)).toEqual(["out.onnx"]);
    expect(described(await readModel(at("out.onnx")))).toEqual(expectedOf("external"));
  });

  it("writes one data file, aligned", async () => {
    const graph = await readModel(fixturePath("bodies.onnx"));
    const options = { externalData: "one-file", sizeThreshold: 16, alignment: 64 } as const;
    const { files } = await writeModel(graph, at("out.onnx"), options);
    expect(files.map(({ path }) => path)).toEqual([at("out.onnx_data"), at("out.onnx")]);
    for (const { path, sizeBytes } of files) expect(statSync(path).size).toBe(sizeBytes);
    const written = await readModel(at("out.onnx"));
    expect(described(written)).toEqual(expectedOf("bodies"));
    expect(await runs(at("out.onnx"))).toEqual(await runs(fixturePath("bodies.onnx")));
  });

  it("puts weights at multiples of the alignment", async () => {
    const weights = new Map(["a", "b"].map((name) => [name, weightOf([3])]));
    const graph = { ...(await readModel(fixturePath("bodies.onnx"))), weights };
    await writeModel(graph, at("out.onnx"), { externalData: "one-file", sizeThreshold: 0, alignment: 4096 });
    expect(statSync(at("out.onnx_data")).size).toBe(4096 * 3 + 12); // two weights of bodies, a and b
    const written = await readModel(at("out.onnx"));
    expect(written.weights.get("b")!.source.tensor()).toEqual(float32([3], [0, 1, 2]));
  });

  it("writes a data file per tensor, under names that are safe", async () => {
    const weights = new Map(["../evil", "a/b", "a_b"].map((name) => [name, weightOf([300])]));
    const graph = { ...(await readModel(fixturePath("bodies.onnx"))), weights };
    await writeModel(graph, at("out.onnx"), { externalData: "per-tensor", externalDataName: "w" });
    expect(readdirSync(folder).sort()).toEqual(["out.onnx", "w.0..._evil", "w.1.a_b", "w.2.a_b"]);
    expect((await readModel(at("out.onnx"))).weights.get("../evil")!.source.sizeBytes).toBe(1200);
  });

  it("chooses data files by itself when the model file would be too large", async () => {
    const weights = new Map([["huge", { source: lazySource("float32", [2 ** 20], zeros), origin: dropped("test") }]]);
    const graph = { ...(await readModel(fixturePath("bodies.onnx"))), weights };
    await writeModel(graph, at("out.onnx"), { limitBytes: 100_000 });
    expect(readdirSync(folder).sort()).toEqual(["out.onnx", "out.onnx_data"]);
    const none = writeModel(graph, at("none.onnx"), { limitBytes: 100_000, externalData: "none" });
    await expect(none).rejects.toThrow(failsWith("ONNX_TOO_LARGE", { limitBytes: 100_000 }));
    expect((await writeModel(graph, at("small.onnx"))).files).toHaveLength(1);
  });

  it("replaces a file only when told to", async () => {
    const graph = await readModel(fixturePath("bodies.onnx"));
    writeFileSync(at("out.onnx"), "mine");
    await expect(writeModel(graph, at("out.onnx"))).rejects.toThrow(failsWith("ONNX_OUTPUT_EXISTS"));
    expect(readFileSync(at("out.onnx"), "utf8")).toBe("mine");
    await writeModel(graph, at("out.onnx"), { force: true });
    expect(readFileSync(at("out.onnx")).length).toBe(fixtureBytes("bodies").length);
  });

  it("never writes over the model it read, nor over its data", async () => {
    for (const file of ["external.onnx", "external.bin"]) copyFileSync(fixturePath(file), at(file));
    symlinkSync(at("external.onnx"), at("link.onnx"));
    linkSync(at("external.bin"), at("hard.bin"));
    const graph = await readModel(at("external.onnx"));
    const force = { force: true } as const;
    for (const target of ["external.onnx", "link.onnx", "external.bin"]) {
      await expect(writeModel({ ...graph }, at(target), force)).rejects.toThrow(failsWith("ONNX_OUTPUT_IS_INPUT"));
    }
    const overData = { ...force, externalData: "one-file", externalDataName: "external.bin" } as const;
    await expect(writeModel(graph, at("out.onnx"), overData)).rejects.toThrow(failsWith("ONNX_OUTPUT_IS_INPUT"));
    expect(described(await readModel(at("external.onnx")))).toEqual(expectedOf("external"));
  });

  it("leaves nothing behind in a folder that is not there or is a file", async () => {
    const graph = await readModel(fixturePath("bodies.onnx"));
    writeFileSync(at("file"), "");
    for (const target of ["no/such/out.onnx", "file/out.onnx"]) {
      await expect(writeModel(graph, at(target))).rejects.toThrow(failsWith("ONNX_OUTPUT_NOT_WRITABLE"));
    }
    mkdirSync(at("taken"));
    await expect(writeModel(graph, at("taken"), { force: true })).rejects.toThrow(
      failsWith("ONNX_OUTPUT_NOT_WRITABLE"),
    );
    expect(readdirSync(folder).sort()).toEqual(["file", "taken"]);
  });

  it("takes only a plain name for the data file", async () => {
    const graph = await readModel(fixturePath("bodies.onnx"));
    for (const externalDataName of ["../out.data", "", "..", "a/b"]) {
      const written = writeModel(graph, at("out.onnx"), { externalData: "one-file", externalDataName });
      await expect(written).rejects.toThrow(failsWith("ONNX_EXTERNAL_DATA_NAME"));
    }
  });

  it("stops when it is told to and leaves nothing behind", async () => {
    const signal = AbortSignal.abort(new Error("stopped"));
    const graph = await readModel(fixturePath("bodies.onnx"));
    await expect(writeModel(graph, at("out.onnx"), { signal })).rejects.toThrow("stopped");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("notices that the model was changed while it was in use", async () => {
    copyFileSync(fixturePath("types.onnx"), at("in.onnx"));
    const graph = await readModel(at("in.onnx"));
    writeFileSync(at("in.onnx"), fixtureBytes("bodies"));
    await expect(writeModel(graph, at("out.onnx"))).rejects.toThrow(failsWith("ONNX_FILE_CHANGED"));
    expect(readdirSync(folder)).toEqual(["in.onnx"]);
  });
});

describe("writeTogether", () => {
  it("says that the disk is full and leaves nothing behind", async () => {
    const { open } = await import("node:fs/promises");
    const openOnFullDisk = async (path: string) => {
      const file = await open(path, "wx");
      const write = () => Promise.reject(Object.assign(new Error("no space left on device"), { code: "ENOSPC" }));
      return { write, close: () => file.close() };
    };
    const file = { path: at("out.onnx"), content: [bytesPiece(new Uint8Array(10))], sizeBytes: 10 };
    await expect(writeTogether([file], undefined, openOnFullDisk)).rejects.toThrow(
      failsWith("ONNX_OUTPUT_DISK_FULL", { sizeBytes: 10 }),
    );
    expect(readdirSync(folder)).toEqual([]);
  });
});

function zeros(_: number, length: number): Uint8Array {
  return new Uint8Array(length);
}

function weightOf(shape: readonly number[]) {
  return {
    source: sourceOf(
      float32(
        shape,
        Array.from({ length: shape[0]! }, (_, i) => i),
      ),
    ),
    origin: dropped("test"),
  };
}

async function runs(path: string) {
  const session = await InferenceSession.create(path);
  const feeds = {
    x: new Tensor(
      "float32",
      Float32Array.from({ length: 8 }, (_, i) => i - 3),
      [2, 4],
    ),
  };
  return (await session.run(feeds))["y"]!.data;
}
