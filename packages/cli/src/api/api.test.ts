import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import {
  benchmark,
  compare,
  createExecutor,
  defineCalibrator,
  defineMetric,
  doctor,
  evaluate,
  inspect,
  isTersorError,
  npz,
  quantize,
  recipeFrom,
  renderMarkdownRow,
  renderTerminal,
  run,
  type Progress,
} from "../index.ts";
import { fixture, scratch } from "../test-support/run.ts";
import { nodeFinding, renderDoctor } from "./doctor.ts";
import { goalResult } from "./run.ts";

const place = scratch();
afterAll(place.remove);

const model = fixture("blobs.onnx");
const calibration = fixture("calibration.npz");
const oracle = JSON.parse(readFileSync(fixture("oracle.json"), "utf8")) as { correct: number };

describe("quantize", () => {
  test("gives a report that prints itself, with the plan behind it", async () => {
    const report = await quantize(model, { output: place.in("a.onnx"), calibration, samples: 16 });
    expect(report.toString()).toBe(renderTerminal(report));
    expect(`${report}`).toContain("Quantized 2 of 2 operators (static, qdq)");
    expect(report.plan.nodes.map(({ node }) => node)).toEqual(expect.arrayContaining(["first", "second"]));
    expect(Object.keys(report)).not.toContain("plan");
    expect(JSON.parse(JSON.stringify(report))).toMatchObject({ version: 1, command: "quantize", check: { ok: true } });
    expect(renderMarkdownRow(report)).toContain("| blobs | qdq |");
  });

  test("takes a dataset, a description, an executor, plugins, and tells its progress", async () => {
    const executor = createExecutor();
    const progress: Progress[] = [];
    const wide = defineCalibrator({
      name: "wide",
      observer: { observer: "min-max" },
      range: () => ({ min: -9, max: 9 }),
    });
    const report = await quantize(model, {
      output: place.in("b.onnx"),
      calibration: npz(calibration, { inputs: ["x"] }),
      executor,
      plugins: [{ name: "test", calibrators: [wide] }],
      calibrator: "wide",
      onProgress: (it) => progress.push(it),
    });
    expect(report.recipe).not.toHaveProperty("data");
    expect(report.plan.activations["x"]?.scale[0]).toBeCloseTo(18 / 255, 5);
    expect(progress).toContainEqual({ stage: "calibrate", done: 64, total: 64 });
    expect(executor.pid).toBeDefined();
    await executor.dispose();
  });

  test("the recipe of its report gives the same bytes again", async () => {
    const first = await quantize(model, { output: place.in("c.onnx"), calibration, samples: 16, exclude: ["op:Relu"] });
    const recipe = { ...(await recipeFrom(first.recipe)), output: place.in("d.onnx") };
    await run(recipe);
    expect(readFileSync(place.in("d.onnx"))).toEqual(readFileSync(place.in("c.onnx")));
  });

  test("a plugin that brings what is there already is refused", async () => {
    const twice = defineMetric({
      name: "accuracy",
      higherIsBetter: true,
      kind: "other",
      begin: () => ({ update: () => [], value: () => 1 }),
    });
    const work = evaluate(model, { data: calibration, plugins: [{ name: "test", metrics: [twice] }] });
    await expect(work).rejects.toSatisfy((error) => isTersorError(error));
  });
});

describe("the other calls", () => {
  test("evaluate counts as NumPy does", async () => {
    const report = await evaluate(model, { data: fixture("evaluation.npz"), batchSize: 50 });
    expect(report.metric).toMatchObject({ correct: oracle.correct });
    expect(report.toString()).toContain("Evaluation, higher is better");
  });

  test("compare a model with itself", async () => {
    const report = await compare(model, model, { samples: 2 });
    expect(report.difference).toMatchObject({ ops: [], opsets: [], interface: [] });
    expect(report.check?.outputs[0]).toMatchObject({ sqnrDb: Infinity });
    expect(report.toString()).toContain("The same operators.");
  });

  test("benchmark and inspect", async () => {
    expect((await benchmark(model, { iterations: 3 })).toString()).toContain("Benchmark, batch 1");
    expect((await inspect(model)).toString()).toContain("Graph blobs");
  });

  test("doctor: what is missing comes with what to do", async () => {
    const report = await doctor();
    expect(report.toString()).toContain("onnxruntime-web");
    for (const name of ["@tensorflow/tfjs-core", "@litertjs/core", "@tensorflow/tfjs-node"])
      expect(report.findings.find((one) => one.name === name)).toSatisfy(
        (one) => one?.usable === true || /^Run "npm install @/.test(one?.advice ?? ""),
      );
    expect(nodeFinding("20.18.3")).toMatchObject({ usable: false, advice: expect.stringContaining("20.19") });
    expect(nodeFinding("24.0.0").usable).toBe(true);
    const missing = {
      name: "sharp",
      purpose: "reads images",
      usable: false,
      problem: "not there",
      advice: "Install it.",
    };
    const text = renderDoctor({ version: "1", platform: "here", findings: [missing], ok: false });
    expect(text).toContain("sharp not there\n  Install it.");
    expect(text).toContain("Not ready");
  });
});

test.each([
  [{ maxDrop: 0.01, relative: true }, true, 0.8, 0.79, { drop: 0.0125, met: false }],
  [{ maxDrop: 0.01, relative: false }, true, 0.8, 0.795, { drop: 0.005, met: true }],
  [{ maxDrop: 0.1, relative: true }, false, 2, 2.1, { drop: 0.05, met: true }],
  [{ maxDrop: 0, relative: true }, true, 0.5, 0.6, { drop: -0.2, met: true }],
])("a goal %o, higher is better: %s, %d to %d", (goal, higherIsBetter, fp32, int8, expected) => {
  const value = (it: number) => ({ metric: "m", higherIsBetter, value: it, count: 1, seconds: 0 });
  const result = goalResult(goal, { fp32: value(fp32), int8: value(int8), ratio: 0 });
  expect(result.met).toBe(expected.met);
  expect(result.drop).toBeCloseTo(expected.drop, 10);
});
