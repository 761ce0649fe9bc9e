// Every model of the bank through the ONNX reader and writer: unchanged it comes out byte for byte, and encoded anew
// message by message it reads the same. Skipped where the environment names no bank (TERSOR_BANK).
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { gunzipSync } from "node:zlib";
import { modelBytes, readModel, readModelBytes } from "@tersor/onnx";
import { describe, expect, it } from "vitest";
import { ExternalFiles } from "../../packages/onnx/src/read/external.ts";
import { readModelFrom } from "../../packages/onnx/src/read/model.ts";
import { described } from "../../packages/onnx/src/test-support/described.ts";
import { fresh } from "../../packages/onnx/src/test-support/fresh.ts";
import { memorySource } from "../../packages/onnx/src/wire/bytes.ts";
import { bankModels, modelFile } from "../inference/bank.ts";

describe.skipIf(bankModels.length === 0)("the bank (TERSOR_BANK), read and written", () => {
  it.each(bankModels)("%s", async (model) => {
    const graph = await readModel(modelFile(model));
    expect(Buffer.compare(modelBytes(graph), readFileSync(modelFile(model)))).toBe(0);
    const anew = readModelBytes(modelBytes(fresh(graph)));
    expect(isDeepStrictEqual(described(anew), described(graph))).toBe(true);
  });
});

const trained = join(process.env["TERSOR_BANK"] ?? "", "real/sst2-minilm-l6/model.onnx.gz");

describe.skipIf(!existsSync(trained))("a trained model of 91 MB (TERSOR_BANK)", () => {
  it("is read without its weights", () => {
    const file = memorySource(gunzipSync(readFileSync(trained)));
    let bytesRead = 0;
    const read = (offset: number, length: number) => {
      bytesRead += length;
      return file.read(offset, length);
    };
    const graph = readModelFrom({ ...file, read }, new ExternalFiles(undefined));
    expect(graph.nodes).toHaveLength(521);
    expect(bytesRead).toBeLessThan(0.03 * file.sizeBytes);
  });
});
