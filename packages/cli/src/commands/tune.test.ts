// tersor tune, from the command line and as a call: what it keeps, how it goes on, and what a trial may do to itself.

import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { defineMetric, datasetOf, type Metric, type Report } from "@tersor/core";
import { createExecutor } from "@tersor/onnx";
import { npz } from "@tersor/data";
import { run } from "../api/run.ts";
import { tune } from "../api/tune.ts";
import { ended, scratch, start, tersor, type Ran } from "../test-support/run.ts";

const place = scratch();
const [model, calibration, evaluation] = ["blobs.onnx", "calibration.npz", "evaluation.npz"].map((name) =>
  place.copy(name),
) as [string, string, string];
const executor = createExecutor();
afterAll(async () => {
  await executor.dispose();
  place.remove();
});

const data = ["--data", evaluation, "--calibration", calibration];

async function loads(path: string): Promise<boolean> {
  const session = await executor.compile({ file: path });
  for await (const { feeds } of npz(calibration)) {
    await session.run(feeds);
    break;
  }
  await session.dispose();
  return true;
}

describe("a search from the command line", () => {
  const output = place.in("tuned.onnx");
  const journal = `${output}.tuning.jsonl`;
  const args = [
    "tune",
    model,
    ...data,
    "-o",
    output,
    "--strategy",
    "exhaustive",
    "--max-drop",
    "0",
    "--mode",
    "static",
  ];
  let first: Ran;
  let report: Report;

  beforeAll(async () => {
    first = await tersor([...args, "--trials", "2", "--json"]);
    report = JSON.parse(first.stdout) as Report;
  }, 120_000);

  it("keeps the best model, and nothing else but its journal", async () => {
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(await loads(output)).toBe(true);
    expect(readdirSync(place.path).filter((name) => name.startsWith("tuned"))).toEqual([
      "tuned.onnx",
      "tuned.onnx.tuning.jsonl",
    ]);
  });

  it("reports every trial with counts, interval and test", () => {
    const { tuning, goal, evaluation: judged } = report;
    expect(tuning).toMatchObject({
      strategy: "exhaustive",
      met: true,
      ended: "trials",
      budget: { minutes: 0, trials: 2 },
    });
    expect(tuning?.trials).toHaveLength(2);
    // 184 of 200, as onnxruntime in Python has it.
    expect(tuning?.goal).toMatchObject({ reference: 0.92, referenceObjectives: { sizeBytes: 2941 } });
    for (const trial of tuning!.trials) {
      expect(trial.outcome?.evaluation).toMatchObject({
        fp32: { correct: 184, count: 200 },
        int8: { count: 200, interval: { level: 0.95 } },
      });
      expect(trial.outcome?.evaluation?.mcnemar?.pValue).toBeGreaterThan(0);
    }
    expect(goal?.met).toBe(true);
    expect(judged?.int8.value).toBe(tuning?.trials[tuning.best!]?.outcome?.metric);
    expect(report.warnings.join()).toMatch(/too small/);
  });

  it("goes on where it ended, without trying again what was tried", async () => {
    const before = readFileSync(journal, "utf8");
    const again = await tersor([...args, "--trials", "3", "--json"]);
    const after = readFileSync(journal, "utf8");
    expect(again.code).toBe(0);
    expect(after.startsWith(before)).toBe(true);
    expect(after.match(/"kind":"finished"/g)).toHaveLength(3);
    const trials = (JSON.parse(again.stdout) as Report).tuning!.trials;
    expect(trials.slice(0, 2)).toEqual(report.tuning!.trials);
  }, 60_000);

  it("has nothing to do when it is given again, and brings back a model that was taken away", async () => {
    rmSync(output);
    const before = readFileSync(journal, "utf8");
    const again = await tersor([...args, "--trials", "3"]);
    expect(again.code).toBe(0);
    expect(again.stdout).toMatch(/Tuning: 3 trials by "exhaustive"/);
    expect(readFileSync(journal, "utf8")).toBe(before);
    expect(await loads(output)).toBe(true);
  }, 60_000);

  it("refuses the journal of another search", async () => {
    const other = await tersor([...args, "--seed", "7"]);
    expect(other.code).toBe(1);
    expect(other.stderr).toMatch(/TUNE_JOURNAL_OTHER: .*differs in: seed/);
  });
});

describe("a search that is stopped with Ctrl-C", () => {
  it("keeps what it found, counts nothing as failed, and goes on", async () => {
    const output = place.in("stopped.onnx");
    const journal = `${output}.tuning.jsonl`;
    const args = [
      "tune",
      model,
      ...data,
      "-o",
      output,
      "--strategy",
      "exhaustive",
      "--trials",
      "3",
      "--concurrency",
      "1",
    ];
    const child = start(args);
    const result = ended(child);
    const begun = () => existsSync(journal) && readFileSync(journal, "utf8").includes('"kind":"started","trial":1');
    while (!begun()) await wait(50);
    child.kill("SIGINT");
    expect(await result).toMatchObject({ code: 130, stderr: expect.stringMatching(/TERSOR_STOPPED/) as string });
    expect(await loads(output)).toBe(true);
    expect(readFileSync(journal, "utf8")).not.toMatch(/"kind":"failed"/);
    const again = await tersor([...args, "--json"]);
    expect((JSON.parse(again.stdout) as Report).tuning?.trials).toHaveLength(3);
  }, 90_000);
});

describe("what is refused", () => {
  it.each([
    ["no data", ["tune", model], 2, /required option '-d, --data/],
    ["an objective there is not", ["tune", model, ...data, "--objective", "speed"], 2, /latency, size, memory/],
    ["a strategy there is not", ["tune", model, ...data, "--strategy", "luck"], 1, /CORE_NOT_REGISTERED.*auto, basic/s],
    ["an output that is there", ["tune", model, ...data, "-o", evaluation], 1, /TERSOR_OUTPUT_EXISTS/],
  ] as const)("%s", async (_, args, code, message) => {
    const ran = await tersor(args);
    expect(ran.code).toBe(code);
    expect(ran.stderr).toMatch(message);
  });
});

describe("trials that end badly", () => {
  it("cost themselves only: one kills its process, one never ends", async () => {
    const plugin = place.in("deadly.mjs");
    const observer = `{ observer: "min-max" }`;
    writeFileSync(
      plugin,
      `const deadly = { name: "deadly", observer: ${observer}, range: () => process.kill(process.pid, "SIGKILL") };
       const endless = { name: "endless", observer: ${observer}, range: () => { for (;;); } };
       export const plugin = { name: "bad", calibrators: [deadly, endless] };`,
    );
    const { plugin: bad } = (await import(plugin)) as { plugin: { name: string } };
    const report = await tune(model, {
      evaluation,
      calibration,
      output: place.in("survivor.onnx"),
      strategy: "exhaustive",
      mode: "static",
      space: { calibrator: ["deadly", "endless", "mse"] },
      trials: 3,
      trialMinutes: 0.3,
      concurrency: 3,
      plugins: [bad],
      pluginModules: [plugin],
    });
    expect(report.tuning?.trials.map(({ failure }) => failure?.code)).toEqual([
      "TERSOR_TRIAL_ENDED",
      "TUNE_TRIAL_TIMEOUT",
      undefined,
    ]);
    expect(report.tuning?.best).toBe(2);
    expect(await loads(place.in("survivor.onnx"))).toBe(true);
  }, 90_000);

  it("are told when there is no other", async () => {
    const options = {
      evaluation,
      calibration,
      output: place.in("none.onnx"),
      space: { calibrator: ["nobody"] },
      mode: "static",
    } as const;
    await expect(tune(model, options)).rejects.toMatchObject({
      code: "TERSOR_TUNE_NOTHING",
      data: { failures: [{ code: "QUANTIZE_UNKNOWN_CALIBRATOR" }] },
    });
    expect(existsSync(place.in("none.onnx"))).toBe(false);
  }, 60_000);
});

describe("a goal that can't be met", () => {
  it("keeps the nearest model and says what stands in the way", async () => {
    let models = 0;
    // The first model it sees, the source, is right; the others are not, the later ones less so.
    const metric: Metric = defineMetric({
      name: "first-wins",
      higherIsBetter: true,
      kind: "other",
      begin: () => {
        const value = 1 / (1 + Math.min(models++, 3));
        return { update: () => [], value: () => value };
      },
    });
    const own = npz(evaluation, { label: "label" });
    const labelled = datasetOf("objects of this process", () => own, own.length);
    const report = await tune(model, {
      evaluation: labelled,
      metric,
      output: place.in("near.onnx"),
      strategy: "basic",
      trials: 4,
    });
    expect(report.goal).toMatchObject({ met: false, maxDrop: 0.01 });
    expect(report.tuning).toMatchObject({ met: false, best: 0 });
    expect(report.tuning?.inTheWay?.map(({ name }) => name).sort()).toEqual(["first", "second"]);
    expect(report.tuning?.inTheWay?.every(({ outputError = -1 }) => outputError >= 0)).toBe(true);
    expect(await loads(place.in("near.onnx"))).toBe(true);
    expect(report.toString()).toMatch(/In the way of the goal/);
  }, 60_000);
});

describe("objectives that are measured", () => {
  it("are there for each trial and for the source", async () => {
    const report = await tune(model, {
      evaluation,
      output: place.in("fast.onnx"),
      minimize: ["latencyMs", "memoryBytes"],
      strategy: "exhaustive",
      trials: 1,
    });
    const { goal, trials } = report.tuning!;
    for (const { latencyMs, memoryBytes } of [goal.referenceObjectives, trials[0]!.outcome!.objectives]) {
      expect(latencyMs).toBeGreaterThan(0);
      expect(memoryBytes).toBeGreaterThan(0);
    }
    expect(readFileSync(`${place.in("fast.onnx")}.tuning.jsonl`, "utf8")).toMatch(/"kind":"measured"/);
  }, 60_000);
});

describe("a recipe whose goal asks for a search", () => {
  it("is tuned", async () => {
    const report = await run(
      {
        version: 1,
        model,
        output: place.in("recipe.onnx"),
        data: { calibration, evaluation },
        steps: [{ quantize: { mode: "static" } }],
        goal: { maxDrop: 0.02, relative: true, minimize: "sizeBytes", budget: { trials: 2 } },
        seed: 3,
      },
      {},
    );
    expect(report).toMatchObject({ command: "run", goal: { met: true }, tuning: { strategy: "auto", seed: 3 } });
    expect(await loads(place.in("recipe.onnx"))).toBe(true);
  }, 60_000);
});
