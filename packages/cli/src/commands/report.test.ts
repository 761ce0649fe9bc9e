import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Report } from "@tersor/core";
import { afterAll, describe, expect, test } from "vitest";
import { scratch, tersor } from "../test-support/run.ts";

const place = scratch();
afterAll(place.remove);

const model = place.copy("blobs.onnx");
const calibration = place.copy("calibration.npz");
place.copy("evaluation.npz");
const page = (name: string) => readFileSync(place.in(name), "utf8");
const sections = (name: string) => Array.from(page(name).matchAll(/<section id="([^"]*)"/g), ([, id]) => id);

const diagnosed = ["graph", "float", "check", "sensitivity", "histograms", "saturation", "profile"];

describe("quantize", () => {
  const args = ["quantize", model, "-c", calibration, "--force", "--quiet"];

  test("a page has the diagnosis, and the recipe as YAML", async () => {
    const { code, stderr } = await tersor([...args, "--report", place.in("page.html")]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(sections("page.html")).toEqual([...diagnosed, "notes", "recipe", "machine"]);
    expect(page("page.html")).toContain("steps:\n  - quantize:");
  });

  test("unless it is left out", async () => {
    await tersor([...args, "--report", place.in("bare.html"), "--no-diagnose"]);
    expect(sections("bare.html")).toEqual(["float", "check", "notes", "recipe", "machine"]);
  });

  test("other reports have it on request, the same facts in each", async () => {
    const { stdout } = await tersor(["quantize", model, "-c", calibration, "--force", "--diagnose", "--json"]);
    const { sensitivity, saturation, profile, graph } = JSON.parse(stdout) as Report;
    expect(sensitivity!.weights.map(({ node }) => node).sort()).toEqual(["first", "second"]);
    expect(saturation!.models.map(({ arithmetic, cured }) => [arithmetic, cured]).slice(-2)).toEqual([
      ["exact", true],
      ["saturating", true],
    ]);
    expect(profile!.int8!.totalMs).toBeGreaterThan(0);
    expect(graph!.nodes.filter(({ kind }) => kind === "integer").length).toBeGreaterThan(1);
    await tersor([...args, "--diagnose", "--report", place.in("report.md")]);
    expect(page("report.md")).toContain("## Error by layer");
    expect((await tersor([...args.slice(0, -1), "--json"])).stdout).not.toContain('"sensitivity"');
  });

  test("without data a model that runs on made-up inputs is diagnosed on them", async () => {
    await tersor(["quantize", model, "--quiet", "--report", place.in("dynamic.html")]);
    expect(sections("dynamic.html")).toEqual([...diagnosed, "notes", "recipe", "machine"]);
  });
});

test("run: emulated models are judged on the recipe's evaluation data", async () => {
  const recipe = `
version: 1
model: blobs.onnx
output: run.onnx
data: { calibration: calibration.npz, evaluation: { npz: evaluation.npz, label: label } }
metric: accuracy
steps: [{ quantize: { mode: static } }]`;
  writeFileSync(place.in("recipe.yaml"), recipe);
  const { code } = await tersor(["run", place.in("recipe.yaml"), "--quiet", "--report", place.in("run.html")]);
  expect(code).toBe(0);
  expect(page("run.html")).toMatch(/<th scope="col" class="n">accuracy<\/th>/);
  expect(page("run.html")).toMatch(/\d+ of 200 correct/);
});

test("inspect: a page of one model, with times where they are asked for", async () => {
  const { stdout } = await tersor(["inspect", model, "--profile", "--report", place.in("inspect.html")]);
  expect(stdout).toContain("Time by operator");
  expect(sections("inspect.html")).toEqual(["graph", "histograms", "profile", "notes", "machine"]);
  const json = JSON.parse((await tersor(["inspect", model, "--json"])).stdout) as Record<string, unknown>;
  expect(json).not.toHaveProperty("profile");
});

test("compare: a page of two models; inner tensors worst first, times by operator", async () => {
  const other = place.in("other.onnx");
  await tersor(["quantize", model, "-c", calibration, "-o", other, "--quiet"]);
  expect(existsSync(other)).toBe(true);
  const args = ["compare", model, other, "-d", calibration];
  const { stdout } = await tersor([...args, "--tensors", "--profile", "--report", place.in("compare.html")]);
  expect(stdout).toMatch(/Error by layer, on 4 feeds[\s\S]*Time by operator/);
  expect(sections("compare.html")).toEqual(["graph", "check", "sensitivity", "histograms", "profile", "machine"]);
  expect((await tersor(args)).stdout).not.toContain("Time by operator");
});
