import { readFileSync, writeFileSync } from "node:fs";
import type { Report } from "@tersor/core";
import { allowedCores } from "@tersor/evaluate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fixture, scratch, tersor } from "../test-support/run.ts";

const place = scratch();
afterAll(place.remove);

const model = fixture("blobs.onnx");
const quantized = place.in("blobs.qdq.onnx");
const data = fixture("evaluation.npz");
/** Counted by NumPy (fixtures/make.py). */
const oracle = JSON.parse(readFileSync(fixture("oracle.json"), "utf8")) as { correct: number; samples: number };

beforeAll(async () => {
  const args = ["quantize", model, "-c", fixture("calibration.npz"), "-o", quantized, "--quiet"];
  expect(await tersor(args)).toEqual({ code: 0, stdout: "", stderr: "" });
});

describe("evaluate", () => {
  test("one model: as many right answers as NumPy counts", async () => {
    const { stdout, code } = await tersor(["evaluate", model, "--data", data, "--json"]);
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as Report).metric).toMatchObject({ correct: oracle.correct, count: oracle.samples });
  });

  test("two models on the same samples, with the change and its test", async () => {
    const { stdout } = await tersor(["evaluate", model, quantized, "--data", data, "--batch", "16", "--threads", "1"]);
    expect(stdout).toContain(`${oracle.correct} of ${oracle.samples}`);
    expect(stdout).toMatch(/INT8 .* of 200/);
    expect(stdout).toContain("McNemar");
  });

  test("the first samples, another metric", async () => {
    const { stdout } = await tersor(["evaluate", model, "--data", data, "--samples", "10", "-m", "top-3", "--json"]);
    expect((JSON.parse(stdout) as Report).metric).toMatchObject({ metric: "top-3", count: 10 });
  });

  test.each([
    ["a metric nobody knows", ["-m", "beauty"], "EVALUATE_UNKNOWN_METRIC"],
    ["a metric that does not fit the output", ["-m", "top-9"], "EVALUATE_METRIC_MISMATCH"],
    ["an output that is not there", ["--output", "logits"], "EVALUATE_MISSING_OUTPUT"],
  ])("%s", async (_, args, code) => {
    const result = await tersor(["evaluate", model, "--data", data, ...args]);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain(`${code}: `);
  });

  test("data without labels, and no data", async () => {
    const unlabelled = await tersor(["evaluate", model, "--data", fixture("calibration.npz")]);
    expect(unlabelled.stderr).toContain("EVALUATE_LABEL_MISMATCH: ");
    expect(await tersor(["evaluate", model])).toMatchObject({ code: 2, stdout: "" });
  });
});

describe("benchmark", () => {
  test("one model on made-up inputs", async () => {
    const args = ["benchmark", fixture("pixels.onnx"), "--batch", "2", "--iterations", "6", "--warmup", "0"];
    const { stdout, code } = await tersor(args);
    expect(code).toBe(0);
    expect(stdout).toContain("Benchmark, batch 2, 1 thread");
    expect(stdout).toContain("image float32 [2, 3, 12, 12]");
  });

  test("two models by turns on given inputs", async () => {
    const args = ["benchmark", model, quantized, "-d", fixture("calibration.npz"), "--iterations", "10", "--json"];
    const { benchmark, notes } = JSON.parse((await tersor(args)).stdout) as Report;
    expect(benchmark?.pair).toMatchObject({ rounds: 2, fp32: { iterations: 10 }, int8: { iterations: 10 } });
    expect(notes).toEqual([]);
  });

  test("several processes at once", async () => {
    const args = ["benchmark", model, quantized, "--instances", "1", "--iterations", "5", "--warmup", "1", "--json"];
    const { benchmark } = JSON.parse((await tersor(args)).stdout) as Report;
    expect(benchmark?.instances?.fp32).toMatchObject({ instances: 1, coresPerInstance: 1, batchSize: 1 });
    expect(benchmark?.instances?.int8.throughput).toBeGreaterThan(0);
  });

  test("more processes than cores", async () => {
    const { code, stderr } = await tersor(["benchmark", model, "--instances", String(allowedCores().length + 1)]);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining("EVALUATE_TOO_FEW_CORES: ") });
  });
});

describe("compare", () => {
  test("what changed, and how far the outputs are apart", async () => {
    const { code, stdout } = await tersor(["compare", model, quantized, "-d", fixture("calibration.npz"), "--tensors"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/QuantizeLinear +– +\d/);
    expect(stdout).toContain("Check passed, against the source on 8 feeds");
    expect(stdout).toMatch(/Error by layer, on 4 feeds[\s\S]*^ {2}first +Gemm .* dB/m);
  });

  test("an output that falls short: exit code 3", async () => {
    const args = ["compare", model, quantized, "-d", fixture("calibration.npz"), "--min-sqnr", "90", "--quiet"];
    expect(await tersor(args)).toEqual({ code: 3, stdout: "", stderr: "" });
  });

  test("a candidate that can only be run: nothing is said of what is in it", async () => {
    const [image, lite] = [fixture("pixels.onnx"), place.in("pixels.tflite")];
    await tersor(["convert", image, "-o", lite, "--check", "none"]);
    const { code, stdout } = await tersor(["compare", image, lite, "--tensors"]);
    expect([code, stdout]).toEqual([0, expect.stringContaining("Check passed")]);
    expect(stdout).toContain("can only be run");
    expect(stdout).not.toContain("Before");
  });

  test("models with different inputs are compared without running them", async () => {
    const { code, stdout } = await tersor(["compare", model, fixture("pixels.onnx")]);
    expect(code).toBe(0);
    expect(stdout).toContain("so they were not run");
    expect(stdout).toContain('input "image"');
  });
});

describe("inspect", () => {
  test("operators, weights, multiply-accumulates for a size", async () => {
    const { stdout } = await tersor(["inspect", model, "--dim", "batch=3", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      macs: 3 * (16 * 32 + 32 * 4),
      weightBytes: 4 * (16 * 32 + 32 + 32 * 4 + 4),
    });
    expect((await tersor(["inspect", model])).stdout).toContain("[batch, 16]");
  });

  test("names as --exclude takes them", async () => {
    expect((await tersor(["inspect", model, "--nodes"])).stdout).toBe("Gemm  first\nRelu  relu\nGemm  second\n");
  });
});

describe("doctor", () => {
  test("runtimes that were really loaded, and packages", async () => {
    const { code, stdout } = await tersor(["doctor", "--json"]);
    const { ok, findings } = JSON.parse(stdout) as { ok: boolean; findings: { name: string }[] };
    expect(code).toBe(ok ? 0 : 1);
    const names = findings.map(({ name }) => name);
    const tensorflow = ["@tensorflow/tfjs-core", "@litertjs/core", "@tensorflow/tfjs-node"];
    const others = ["sharp", "@huggingface/tokenizers"];
    expect(names).toEqual(["Node", "onnxruntime-node", "onnxruntime-web", ...tensorflow, ...others]);
    expect((await tersor(["doctor"])).stdout).toMatch(/[✓✗] +onnxruntime-web/);
  });
});

describe("run", () => {
  const recipe = (goal: number, more = "") => `version: 1
model: blobs.onnx
output: run-${goal}.onnx
data: { calibration: calibration.npz, evaluation: { npz: evaluation.npz, label: label } }
metric: accuracy
steps: [{ quantize: { mode: static } }]
goal: { maxDrop: ${goal} }
${more}`;
  const file = (name: string, text: string) => {
    for (const name of ["blobs.onnx", "calibration.npz", "evaluation.npz"]) place.copy(name);
    writeFileSync(place.in(name), text);
    return place.in(name);
  };

  test("a goal that is met", async () => {
    const { code, stdout } = await tersor(["run", file("met.yaml", recipe(0.5))]);
    expect(code).toBe(0);
    expect(stdout).toContain("Goal met");
    expect(stdout).not.toContain("too small");
    expect(stdout).toContain(`${oracle.correct} of ${oracle.samples}`);
  });

  test("a goal that is missed: exit code 3", async () => {
    const bad = recipe(0).replace(
      "mode: static",
      "mode: static, activationType: uint8, calibrator: min-max, rules: [{ op: Gemm, reduceRange: true }]",
    );
    const { code, stdout } = await tersor([
      "run",
      file("missed.yaml", bad.replace("maxDrop: 0", "maxDrop: 0, relative: false")),
      "--json",
    ]);
    const { goal, warnings } = JSON.parse(stdout) as Report;
    expect(warnings.join()).toContain("too small to see the tolerated drop");
    expect(code).toBe(goal?.met ? 0 : 3);
    expect(goal?.met).toBe((goal?.drop ?? 1) <= 0);
  });

  test.each([
    ["no recipe", "steps: 3", "CORE_RECIPE_INVALID"],
    ["no YAML", "version: [", "CORE_RECIPE_SYNTAX"],
    ["two quantize steps", recipe(1).replace("steps: [", "steps: [{ quantize: {} }, "), "TERSOR_RECIPE_STEPS"],
    ["a plugin that nobody allowed", recipe(1, "plugins: [tersor-plugin-x]"), "TERSOR_PLUGIN_NOT_ALLOWED"],
    ["a goal without data", recipe(1).replace(/, evaluation: {.*?}/, ""), "TERSOR_OPTION_MISSING"],
  ])("%s", async (name, text, error) => {
    const { code, stderr } = await tersor(["run", file(`${name}.yaml`, text)]);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining(`${error}: `) });
  });

  test("a recipe that is not there", async () => {
    expect((await tersor(["run", place.in("absent.yaml")])).stderr).toContain("TERSOR_FILE_UNREADABLE: ");
  });
});

describe("plugins", () => {
  const plugin = () => {
    const code = `const calibrator = { name: "wide", observer: { observer: "min-max" }, range: () => ({ min: -8, max: 8 }) };
export const plugin = { name: "test-plugin", calibrators: [calibrator] };`;
    writeFileSync(place.in("plugin.mjs"), code);
    return place.in("plugin.mjs");
  };
  const calibration = fixture("calibration.npz");

  test("a calibrator of a plugin that was allowed", async () => {
    const args = ["quantize", model, "-c", calibration, "-o", place.in("wide.onnx"), "--calibrator", "wide"];
    expect((await tersor(args)).stderr).toContain("QUANTIZE_UNKNOWN_CALIBRATOR: ");
    const { code, stderr } = await tersor([...args, "--plugin", plugin()]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  test("a module without a plugin", async () => {
    writeFileSync(place.in("empty.mjs"), "export const other = 1;");
    const { stderr } = await tersor(["quantize", model, "--plugin", place.in("empty.mjs")]);
    expect(stderr).toContain("TERSOR_PLUGIN_INVALID: ");
  });
});
