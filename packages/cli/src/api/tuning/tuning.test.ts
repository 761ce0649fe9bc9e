// The parts of a search that touch the world: files, locks, processes, names of nodes.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import type { Executor, ObserverRequest, Summary } from "@tersor/core";
import { scratch } from "../../test-support/run.ts";
import { blockOf } from "./blocks.ts";
import { journalFile } from "./journal-file.ts";
import { withLock } from "./lock.ts";
import { trialModels } from "./models.ts";
import { dimensionsOf, sharesSummaries, stepOf } from "./options.ts";
import { remembering } from "./remember.ts";

const place = scratch();
afterAll(() => place.remove());

describe("a journal in a file", () => {
  it("is empty before it is there, appended to, and replaced as a whole", async () => {
    const store = journalFile(place.in("journal.jsonl"));
    expect(await store.read()).toBe("");
    await store.append("a\n");
    await store.append("b\n");
    expect(await store.read()).toBe("a\nb\n");
    await store.replace("c\n");
    expect(await store.read()).toBe("c\n");
    expect(readdirSync(place.path)).toEqual(["journal.jsonl"]);
  });

  it("says when it can't be written", async () => {
    const store = journalFile(place.in("no/such/journal.jsonl"));
    await expect(store.append("a\n")).rejects.toMatchObject({ code: "TERSOR_OUTPUT_NOT_WRITABLE" });
    await expect(store.replace("a\n")).rejects.toMatchObject({ code: "TERSOR_OUTPUT_NOT_WRITABLE" });
  });
});

describe("the lock", () => {
  const { signal } = new AbortController();

  it("lets one in at a time", async () => {
    let inside = 0;
    let most = 0;
    const work = () =>
      withLock(place.in("lock"), signal, async () => {
        most = Math.max(most, ++inside);
        await wait(5);
        inside--;
      });
    await Promise.all([work(), work(), work()]);
    expect(most).toBe(1);
    expect(existsSync(place.in("lock"))).toBe(false);
  });

  it("is let go when the work fails", async () => {
    await expect(withLock(place.in("lock"), signal, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(existsSync(place.in("lock"))).toBe(false);
  });

  it("is taken from a process that is gone", async () => {
    // The largest number that a process can have on Linux is 2^22.
    writeFileSync(place.in("lock"), "4194305 0.5");
    expect(await withLock(place.in("lock"), signal, async () => "in")).toBe("in");
  });

  it("waits for one that runs, until it is told not to", async () => {
    writeFileSync(place.in("lock"), `${process.ppid} 0.5`);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 120);
    await expect(withLock(place.in("lock"), controller.signal, async () => "in")).rejects.toThrow(/abort/i);
    expect(readFileSync(place.in("lock"), "utf8")).toBe(`${process.ppid} 0.5`);
  });
});

describe("models of trials", () => {
  const output = place.in("best.onnx");
  const models = trialModels(`${output}.tuning.jsonl`, output);

  async function make(index: number, data = false): Promise<void> {
    const path = models.begin(index);
    writeFileSync(path, `model ${index}`);
    if (data) writeFileSync(`${path}.data`, `data ${index}`);
    await models.settle(index);
  }

  it("wait until they are kept or dropped", async () => {
    await make(0);
    await make(1);
    expect(existsSync(output)).toBe(false);
    expect(readFileSync(models.pathOf(1)!, "utf8")).toBe("model 1");
    await models.keep(0);
    expect(readFileSync(output, "utf8")).toBe("model 0");
    models.drop(1);
    expect(models.pathOf(1)).toBeUndefined();
  });

  it("that are kept again, as a search that goes on does, change nothing", async () => {
    await models.keep(0);
    expect(readFileSync(output, "utf8")).toBe("model 0");
  });

  it("have data files of their own names, and the ones of the best before go", async () => {
    await make(2, true);
    await models.keep(2);
    expect(readFileSync(place.in("best.trial-2.onnx.data"), "utf8")).toBe("data 2");
    await make(3, true);
    await models.keep(3);
    expect(readdirSync(place.path).filter((name) => name.endsWith(".data"))).toEqual(["best.trial-3.onnx.data"]);
    expect(readFileSync(output, "utf8")).toBe("model 3");
  });

  it("leave nothing but the output", async () => {
    await make(4);
    mkdirSync(models.memory, { recursive: true });
    models.clear();
    expect(existsSync(`${output}.tuning.jsonl.work`)).toBe(false);
    expect(existsSync(output)).toBe(true);
  });
});

describe("remembered summaries", () => {
  const asked: string[][] = [];
  const summary: Summary = { kind: "min-max", min: -1, max: 2, count: 3, batches: 1, nonFinite: 0 };
  const executor: Executor = {
    name: "fake",
    compile: () => Promise.reject(new Error("not here")),
    observe: async (_, __, requests) => {
      asked.push(requests.map(({ tensor }) => tensor));
      return requests.map(({ tensor }) => ({ ...summary, max: tensor.length }));
    },
    dispose: async () => {},
  };
  const request = (tensor: string): ObserverRequest => ({ tensor, observer: "min-max" });
  const graph = {} as Parameters<Executor["observe"]>[0];
  const batches = { length: 4, async *[Symbol.asyncIterator]() {} };

  it("are observed once, in any order, by any process that shares the folder", async () => {
    const memory = { folder: place.in("summaries") };
    const first = await remembering(executor, memory).observe(graph, batches, [request("a"), request("bb")]);
    const again = await remembering(executor, memory).observe(graph, batches, [
      request("bb"),
      request("ccc"),
      request("a"),
    ]);
    expect(asked).toEqual([["a", "bb"], ["ccc"]]);
    expect(again).toEqual([first[1], { ...summary, max: 3 }, first[0]]);
  });

  it("are not taken for those of other data or another observer", async () => {
    asked.length = 0;
    const folder = place.in("summaries");
    await remembering(executor, { folder }).observe(graph, { ...batches, length: 5 }, [request("a")]);
    const moving: ObserverRequest = { tensor: "a", observer: "moving", constant: 0.1 };
    await remembering(executor, { folder }).observe(graph, batches, [moving]);
    expect(asked).toEqual([["a"], ["a"]]);
  });

  it("that can't be read are observed again", async () => {
    const memory = { folder: place.in("torn") };
    await remembering(executor, memory).observe(graph, batches, [request("a")]);
    for (const name of readdirSync(memory.folder)) writeFileSync(join(memory.folder, name), "torn");
    asked.length = 0;
    await remembering(executor, memory).observe(graph, batches, [request("a")]);
    expect(asked).toEqual([["a"]]);
  });
});

describe("blocks", () => {
  it.each([
    ["/bert/encoder/layer.3/attention/self/query/MatMul", "/bert/encoder/layer.3"],
    ["/layer1/layer1.0/conv1/Conv", "/layer1/layer1.0"],
    ["/layer2/layer2.0/downsample/downsample.0/Conv", "/layer2/layer2.0"],
    ["/features/features.4/conv/conv.1/conv.1.0/Conv", "/features/features.4"],
    ["/conv1/Conv", undefined],
    ["node_conv2d_3", undefined],
    ["", undefined],
  ])("of %s is %s", (name, block) => {
    expect(blockOf(name)).toBe(block);
  });
});

describe("what is searched", () => {
  const usual = ["mode", "equalize", "correct", "calibrator", "activationScheme", "granularity"];
  const evaluation = "dev.npz";
  const names = (options: Parameters<typeof dimensionsOf>[0]) => dimensionsOf(options).map(({ name }) => name);

  it("is static and dynamic where there is calibration data", () => {
    expect(dimensionsOf({ evaluation, calibration: "c.npz" })[0]).toEqual({
      name: "mode",
      values: ["static", "dynamic"],
    });
    expect(names({ evaluation, calibration: "c.npz" })).toEqual(usual);
  });

  it("is dynamic alone where there is none", () => {
    expect(dimensionsOf({ evaluation })).toEqual([
      { name: "mode", values: ["dynamic"] },
      { name: "granularity", values: ["per-channel", "per-tensor"] },
    ]);
  });

  it("leaves out what is fixed", () => {
    expect(names({ evaluation, calibration: "c", mode: "static", calibrator: "mse" })).toEqual([
      "equalize",
      "correct",
      "activationScheme",
      "granularity",
    ]);
    expect(names({ evaluation, calibration: "c", format: "qoperator" })).toEqual(usual);
    expect(dimensionsOf({ evaluation, calibration: "c", format: "qoperator" })[0]?.values).toEqual(["static"]);
    expect(names({ evaluation, mode: "fp16" })).toEqual([]);
  });

  it("has algorithms with data for weight-only where there is data", () => {
    expect(dimensionsOf({ evaluation, mode: "weight-only" })[0]?.values).not.toContain("gptq");
    expect(dimensionsOf({ evaluation, mode: "weight-only", calibration: "c" })[0]?.values).toContain("gptq");
  });

  it("is what the caller says, the mode first", () => {
    const space = { calibrator: ["mse", "entropy"], mode: ["static", "dynamic"] };
    expect(dimensionsOf({ evaluation, space })).toEqual([
      { name: "mode", values: ["static", "dynamic"] },
      { name: "calibrator", values: ["mse", "entropy"], when: { mode: ["static"] } },
    ]);
  });
});

describe("the step of a configuration", () => {
  const config = { settings: { calibrator: "entropy" }, float: ["a", "b"] };

  it("has what was fixed, what is tried, and the float nodes as the last rules", () => {
    const rules = [{ op: "Conv", granularity: "per-tensor" as const }];
    expect(
      stepOf({ evaluation: "e", calibration: "c", maxDrop: 0.1, strategy: "tpe", samples: 8, rules }, config),
    ).toEqual({
      calibration: "c",
      samples: 8,
      calibrator: "entropy",
      rules: [...rules, { name: "a", precision: "float" }, { name: "b", precision: "float" }],
    });
  });

  it("leaves out what is null", () => {
    expect(stepOf({ evaluation: "e" }, { settings: { equalize: null }, float: [] })).toEqual({ rules: [] });
  });

  it.each([
    ["calibrator and rules", {}, { settings: { calibrator: "entropy" }, float: ["a"] }, true],
    ["a setting that is left out", {}, { settings: { equalize: null }, float: [] }, true],
    ["equalization that is tried", {}, { settings: { equalize: "smooth-quant" }, float: [] }, false],
    ["equalization that is fixed", { equalize: "cross-layer" as const }, { settings: {}, float: [] }, false],
    ["correction", {}, { settings: { correct: ["bias"] }, float: [] }, false],
    ["weights alone", { mode: "weight-only" as const }, { settings: {}, float: [] }, false],
  ])("shares what is observed: %s", (_, fixed, config, shares) => {
    expect(sharesSummaries({ evaluation: "e", calibration: "c", ...fixed }, config)).toBe(shares);
  });
});
