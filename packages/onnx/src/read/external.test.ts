import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { described, expectedOf, fixtureBytes, fixturePath } from "../test-support/described.ts";
import { readModel, readModelBytes } from "./model.ts";

let folder: string;
let model: string;
beforeEach(() => {
  const outer = mkdtempSync(join(tmpdir(), "tersor-external-"));
  folder = join(outer, "model");
  mkdirSync(folder);
  model = join(folder, "external.onnx");
  copyFileSync(fixturePath("external.onnx"), model);
});
afterEach(() => {
  rmSync(join(folder, ".."), { recursive: true });
});

/** The model with another location of the same length as "external.bin". */
function locate(location: string): void {
  expect(location).toHaveLength("external.bin".length);
  const text = Buffer.from(fixtureBytes("external")).toString("latin1").replaceAll("external.bin", location);
  writeFileSync(model, Buffer.from(text, "latin1"));
}

const failure = (code: string, facts: object = {}) =>
  expect.objectContaining({ code, data: expect.objectContaining(facts) });

describe("external data", () => {
  it("is read from the model's folder, or from the one that is given", async () => {
    copyFileSync(fixturePath("external.bin"), join(folder, "external.bin"));
    expect(described(await readModel(model))).toEqual(expectedOf("external"));
    const elsewhere = readModelBytes(fixtureBytes("external"), { dataFolder: folder });
    expect(described(elsewhere)).toEqual(expectedOf("external"));
  });

  it("may be behind a link that stays inside the folder", async () => {
    copyFileSync(fixturePath("external.bin"), join(folder, "data"));
    symlinkSync("data", join(folder, "external.bin"));
    expect(described(await readModel(model))).toEqual(expectedOf("external"));
  });

  it("is missing", async () => {
    const facts = { weight: "w", location: "external.bin", folder };
    await expect(readModel(model)).rejects.toThrow(failure("ONNX_EXTERNAL_DATA_MISSING", facts));
    expect(() => readModelBytes(fixtureBytes("external"))).toThrow(failure("ONNX_EXTERNAL_DATA_LOCATION"));
  });

  it("is too short", async () => {
    copyFileSync(fixturePath("external.bin"), join(folder, "external.bin"));
    truncateSync(join(folder, "external.bin"), 1535);
    const facts = { weight: "w", needsBytes: 1536, hasBytes: 1535 };
    await expect(readModel(model)).rejects.toThrow(failure("ONNX_EXTERNAL_DATA_SHORT", facts));
  });

  it("lies outside the folder", async () => {
    writeFileSync(join(folder, "..", "outside1"), new Uint8Array(4096));
    for (const location of [
      "../outside1/",
      "../outside1\0",
      "/etc/passwd/",
      "sub/../../in",
      "C:\\data.bin.",
      "\\\\host\\data.",
    ]) {
      locate(location);
      const code = location.includes("\0") ? "ONNX_EXTERNAL_DATA_LOCATION" : "ONNX_EXTERNAL_DATA_OUTSIDE";
      await expect(readModel(model), location).rejects.toThrow(failure(code, { weight: "w" }));
    }
  });

  it("lies behind a link that leaves the folder", async () => {
    const outside = join(folder, "..", "outside");
    writeFileSync(outside, new Uint8Array(4096));
    symlinkSync(outside, join(folder, "external.bin"));
    await expect(readModel(model)).rejects.toThrow(failure("ONNX_EXTERNAL_DATA_OUTSIDE"));
    mkdirSync(join(folder, "..", "data"));
    copyFileSync(fixturePath("external.bin"), join(folder, "..", "data", "weights"));
    symlinkSync(join(folder, "..", "data"), join(folder, "link1"));
    locate("link1/weight");
    writeFileSync(join(folder, "..", "data", "weight"), new Uint8Array(4096));
    await expect(readModel(model)).rejects.toThrow(failure("ONNX_EXTERNAL_DATA_OUTSIDE"));
  });

  it("is a folder", async () => {
    mkdirSync(join(folder, "external.bin"));
    await expect(readModel(model)).rejects.toThrow(failure("ONNX_FILE_UNREADABLE"));
  });

  it.skipIf(process.platform === "win32")("is a pipe that nobody writes to", async () => {
    execFileSync("mkfifo", [join(folder, "external.bin")]);
    await expect(readModel(model)).rejects.toThrow(failure("ONNX_FILE_UNREADABLE"));
  });

  it("has a place that is no number, or a length that does not fit", async () => {
    copyFileSync(fixturePath("external.bin"), join(folder, "external.bin"));
    const text = Buffer.from(fixtureBytes("external")).toString("latin1");
    writeFileSync(model, Buffer.from(text.replace("1536", "15x6"), "latin1"));
    await expect(readModel(model)).rejects.toThrow(failure("ONNX_EXTERNAL_DATA_LOCATION"));
    writeFileSync(model, Buffer.from(text.replace("1536", "1535"), "latin1"));
    await expect(readModel(model)).rejects.toThrow(failure("ONNX_TENSOR_SIZE", { tensor: "w" }));
  });

  it("says in words what is wrong and what to do", async () => {
    await expect(readModel(model)).rejects.toThrow(
      `The weight "w" is in the file "external.bin", which is not in the folder "${folder}". Put the data file beside the model, or pass { dataFolder }.`,
    );
  });
});
