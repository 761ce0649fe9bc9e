// The oracles: sizes are those of the files and of so many bits a weight; the order of the methods is the one that their
// papers report.

import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { weightOnly, type Row } from "./weight-only.ts";

const folder = mkdtempSync(join(tmpdir(), "tersor-weight-only-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let rows: ReadonlyMap<string, Row>;
beforeAll(async () => {
  rows = new Map((await weightOnly(folder)).map((row) => [row.method, row]));
});

const row = (method: string): Row => rows.get(method)!;

it("files become smaller with the bits", () => {
  expect(row("float32").bytes).toBe(statSync(join(folder, "decoder.onnx")).size);
  expect(row("4 bits, gptq").bytes).toBe(statSync(join(folder, "decoder.4bits.gptq.onnx")).size);
  const sizes = ["float32", "8 bits, rtn", "4 bits, rtn", "2 bits, rtn"].map((method) => row(method).bytes);
  expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  expect(row("4 bits, rtn").bytes).toBeLessThan(row("float32").bytes / 4);
});

it("8 bits change next to nothing", () => {
  expect(row("8 bits, rtn").sqnrDb).toBeGreaterThan(35);
  expect(row("8 bits, rtn").perplexity / row("float32").perplexity).toBeCloseTo(1, 1);
});

it.each(["hqq", "k-quant", "gptq", "awq"])("%s is nearer than rounding to nearest in 4 bits", (algorithm) => {
  expect(row(`4 bits, ${algorithm}`).perplexity).toBeLessThan(row("4 bits, rtn").perplexity);
});

it("2 bits need an algorithm that looks at data, and are not enough for so small a model", () => {
  expect(row("2 bits, gptq").perplexity).toBeLessThan(row("2 bits, rtn").perplexity / 4);
  expect(row("2 bits, gptq").perplexity).toBeGreaterThan(2 * row("4 bits, gptq").perplexity);
});
