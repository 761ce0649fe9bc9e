import { expect, test } from "vitest";
import type { Adapter } from "@tersor/core";
import { isFolder, targetOf } from "./target.ts";

const adapter = (name: string, ...formats: readonly (readonly [string, string])[]): Adapter => ({
  name,
  formats: [],
  writes: formats.map(([format, ending]) => ({ name: format, ending })),
  accepts: () => false,
  read: () => Promise.reject(new Error("not in this test")),
  write: () => Promise.resolve([]),
});
const onnx = adapter("onnx", ["onnx", ".onnx"]);
const tensorflow = adapter("tensorflow", ["pb", ".pb"], ["tfjs", "/"], ["saved-model", "/"]);
const keras = adapter("keras", ["h5", ".h5"], ["tfjs-layers", "/"]);
const all = [onnx, tensorflow, keras];

test.each([
  ["out.onnx", undefined, "onnx"],
  ["OUT.PB", undefined, "pb"],
  ["web/", undefined, "tfjs"],
  ["my.models/web", undefined, "tfjs"],
  ["web", "saved-model", "saved-model"],
])("%s as %s", (output, format, expected) => {
  expect(targetOf(output, all, undefined, format).format.name).toBe(expected);
});

test("the adapter of the source goes first", () => {
  expect(targetOf("web/", all, keras).format.name).toBe("tfjs-layers");
  expect(isFolder(targetOf("web/", all, keras))).toBe(true);
});

test("says what can be written", () => {
  const error = expect.objectContaining({ code: "TERSOR_OUTPUT_FORMAT" });
  expect(() => targetOf("out.xyz", all)).toThrow(error);
  expect(() => targetOf("out.onnx", all, undefined, "coreml")).toThrow(error);
});
