import { expect, it } from "vitest";
import { matchesAny } from "./glob.ts";

it.each([
  ["data/train-00000-of-00002.parquet", "data/train-*.parquet", true],
  ["data/train-00000-of-00002.parquet", "data/*", true],
  ["data/en/train.csv", "data/*", false],
  ["data/en/train.csv", "data/**", true],
  ["data/en/train.csv", "**/train.csv", true],
  ["train.csv", "**/train.csv", true],
  ["train.csv", "*.{tsv,csv}", true],
  ["train.json", "*.{tsv,csv}", false],
  ["a1.csv", "[ab]?.csv", true],
  ["c1.csv", "[ab]?.csv", false],
  ["onnx/model.onnx", "onnx/", true],
  ["model.onnx", "{model}.onnx", true],
  ["model+x.onnx", "model+x.onnx", true],
])("%s and %s: %s", (path, pattern, expected) => {
  expect(matchesAny(path, [pattern])).toBe(expected);
});

it("takes no exponential time", () => {
  const begin = performance.now();
  expect(matchesAny("a".repeat(1000), [`${"*a".repeat(50)}b`, "{a,b}".repeat(40)])).toBe(false);
  expect(performance.now() - begin).toBeLessThan(2000);
});
