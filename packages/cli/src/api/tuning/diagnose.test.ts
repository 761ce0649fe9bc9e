// What is slower quantized, on a runtime whose times are known; errors of nodes, on the real one.

import { afterAll, describe, expect, it } from "vitest";
import type { Executable, Executor, Runnable, TunableNode } from "@tersor/core";
import { npz } from "@tersor/data";
import { createExecutor, readModel } from "@tersor/onnx";
import { fixture, scratch } from "../../test-support/run.ts";
import { measureErrors, measureSlowdowns, ratioOf, type Measured } from "./diagnose.ts";

const place = scratch();
const executor = createExecutor();
afterAll(async () => {
  await executor.dispose();
  place.remove();
});

const config = { settings: { mode: "dynamic" }, float: [] };

async function toolsFor(model: string, runtime: Executor): Promise<Measured> {
  const typical = npz(fixture("calibration.npz"));
  return {
    graph: await readModel(fixture(model)),
    options: { evaluation: typical },
    executor: runtime,
    calibration: undefined,
    typical,
    feeds: {},
    memory: place.in("summaries"),
    common: {},
    alone: (work) => work(),
  };
}

/** Integer convolutions cost 6 ms where float ones cost 5; integer products save 2 of 4 ms. */
function timed(model: Runnable): Executable {
  const ops = "nodes" in model ? model.nodes.map(({ op }) => op) : [];
  const wallMs = (ops.includes("ConvInteger") ? 6 : 5) + (ops.includes("MatMulInteger") ? 2 : 4);
  return {
    inputs: [],
    outputs: [],
    run: async () => ({}),
    time: async (_, { iterations }) => Array.from({ length: iterations }, () => ({ wallMs, cpuMs: wallMs })),
    dispose: async () => {},
  };
}

describe("slowdowns", () => {
  const runtime: Executor = {
    name: "timed",
    compile: async (model) => timed(model),
    observe: () => Promise.reject(new Error("not asked")),
    dispose: async () => {},
  };

  it("are told of the types that are slower as integers, by the time of the whole model", async () => {
    const tools = await toolsFor("pixels.onnx", runtime);
    const nodes = tools.graph.nodes.flatMap(({ name, op }): TunableNode[] =>
      ["Conv", "Gemm"].includes(op) ? [{ name, op, weightBytes: 1 }] : [],
    );
    const slow = await measureSlowdowns(tools, config, nodes);
    expect([...slow.keys()]).toEqual(["Conv"]);
    expect(slow.get("Conv")).toBeCloseTo(8 / 7, 12);
  });

  it("count the processor's time of one thread, and the time that goes by of several", () => {
    const latency = {} as Parameters<typeof ratioOf>[0]["fp32"];
    const [cpu, wall] = [2, 3].map((value) => ({ value, min: value, max: value }));
    const pair = { fp32: latency, int8: latency, cpu: cpu!, wall: wall!, rounds: 1 };
    expect(ratioOf(pair, {}).value).toBe(2);
    expect(ratioOf(pair, { threads: 4 }).value).toBe(3);
  });
});

describe("errors of nodes", () => {
  const nodes = ["first", "second"].map((name): TunableNode => ({ name, op: "Gemm", weightBytes: 1 }));

  it("are measured where a strategy needs them", async () => {
    const tools = await toolsFor("blobs.onnx", executor);
    const none = await measureErrors(tools, config, nodes, ["slowdown"]);
    expect([none.outputError.size, none.networkError.size]).toEqual([0, 0]);
    const both = await measureErrors(tools, config, nodes, ["outputError", "networkError"]);
    // INT8 of a trained classifier: some noise, far below the signal.
    for (const name of ["first", "second"]) {
      expect(both.networkError.get(name)).toBeGreaterThan(0);
      expect(both.networkError.get(name)).toBeLessThan(0.01);
    }
    expect(both.outputError.get("first")).toBeGreaterThan(0);
  });

  it("are left out where the configuration can't be made", async () => {
    const tools = await toolsFor("blobs.onnx", executor);
    const wrong = { settings: { mode: "static" }, float: [] };
    expect((await measureErrors(tools, wrong, nodes, ["outputError"])).outputError.size).toBe(0);
  });
});
