import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { tersor } from "../test-support/run.ts";
import type { RowResult } from "../suite/row-result.ts";

const suite = fileURLToPath(new URL("../../../../examples/onnx", import.meta.url));

describe("run <suite>", () => {
  test("prints an object per row", async () => {
    const args = ["run", suite, "--row", "validated-onnx/17, validated-onnx/39", "--stand-in", "--json"];
    const { stdout, code } = await tersor(args);
    const rows = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as RowResult);
    expect(code).toBe(0);
    expect(rows.map(({ id, ok, kind }) => ({ id, ok, kind }))).toEqual([
      { id: "validated-onnx/17", ok: true, kind: "stand-in" },
      { id: "validated-onnx/39", ok: true, kind: "stand-in" },
    ]);
  });

  test("says in words what was replaced, and that the figures are no accuracy", async () => {
    const { stdout } = await tersor(["run", suite, "--row", "validated-onnx/17", "--stand-in"]);
    expect(stdout).toContain("replaced: model by squeezenet");
    expect(stdout).toContain("preprocessing by imagenet, at 64 x 64");
    expect(stdout).toContain("agreement with the float model, no accuracy: accuracy INT8");
    expect(stdout).toContain("1 of 1 rows hold");
  });

  test("ends with the exit code of a result that does not hold", async () => {
    const { stdout, code } = await tersor(["run", suite, "--row", "validated-onnx/37", "--data-folder", "nowhere"]);
    expect(code).toBe(3);
    expect(stdout).toContain("FAIL validated-onnx/37");
    expect(stdout).toContain("torch.onnx.export");
  });

  test.each([
    ["no choice of rows", [], 1, "TERSOR_OPTION_MISSING: "],
    ["a row that is not there", ["--row", "validated-onnx/91"], 1, "TERSOR_SUITE_ROWS: "],
    ["no number of jobs", ["--all", "--jobs", "many"], 2, "whole number"],
  ])("refuses %s", async (_, args, exit, message) => {
    const { stderr, code } = await tersor(["run", suite, ...args]);
    expect(code).toBe(exit);
    expect(stderr).toContain(message);
  });
});
