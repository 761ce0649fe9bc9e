import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import type { Report } from "@tersor/core";
import { fixture, scratch, tersor } from "../test-support/run.ts";

const place = scratch();
afterAll(place.remove);

const model = fixture("blobs.onnx");

test("writes the model again, and says what ran beside what", async () => {
  const { code, stdout } = await tersor(["convert", model, "-o", place.in("again.onnx"), "--json"]);
  expect(code).toBe(0);
  const report = JSON.parse(stdout) as Report;
  expect(report).toMatchObject({ command: "convert", output: [{ format: "onnx" }], check: { ok: true, samples: 2 } });
  expect(report.notes[0]).toContain("the source in onnxruntime");
  expect(readFileSync(place.in("again.onnx")).length).toBe(report.output[0]!.sizeBytes);
});

describe("what is refused leaves nothing behind", () => {
  test.each([
    ["a format nobody writes", place.in("x.caffemodel"), "TERSOR_OUTPUT_FORMAT"],
    ["the source itself", model, "TERSOR_OUTPUT_IS_INPUT"],
    ["a folder that is not there", place.in("no/where.onnx"), "TERSOR_OUTPUT_NOT_WRITABLE"],
  ])("%s", async (_, output, code) => {
    const before = existsSync(output);
    const result = await tersor(["convert", model, "-o", output]);
    expect(result).toMatchObject({ code: 1, stdout: "" });
    expect(result.stderr).toContain(code);
    expect(existsSync(output)).toBe(before);
  });
});

test("a model that is not there", async () => {
  const { code, stderr } = await tersor(["convert", fixture("absent.onnx"), "-o", place.in("y.onnx")]);
  expect([code, stderr]).toEqual([1, expect.stringContaining("TERSOR_MODEL_NOT_FOUND")]);
});

test("a checkpoint is named by what its files have in common", async () => {
  const prefix = fileURLToPath(new URL("../../../tensorflow/fixtures/read/checkpoint/model", import.meta.url));
  const { code, stderr } = await tersor(["inspect", prefix, "--quiet"]);
  expect([code, stderr]).toEqual([0, ""]);
});
