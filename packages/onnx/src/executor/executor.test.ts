// The executor against onnxruntime for Python (fixtures/executor/make.py), and what happens when things go wrong.

import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { float32, int64, type Batches, type Feeds, type Tensor } from "@tersor/core";
import { afterAll, describe, expect, it } from "vitest";
import { readModel } from "../read/model.ts";
import { createExecutor, type OnnxExecutor } from "./executor.ts";
import { distance, fixture, oracle } from "./oracle.fixture.ts";

const child = createExecutor();
const web = createExecutor({ runtime: "web" });
const inline = createExecutor({ inProcess: true });
afterAll(() => Promise.all([child, web, inline].map((executor) => executor.dispose())));

function expectClose(actual: Feeds, expected: Feeds, tolerance = 1e-5): void {
  for (const [name, tensor] of Object.entries(expected))
    expect(distance(actual[name], tensor), name).toBeLessThan(tolerance);
}

function failsWith(code: string, data: Record<string, unknown> = {}) {
  return expect.objectContaining({ code, data: expect.objectContaining(data) as unknown });
}

/** Feeds for the model that loops: a million turns take many seconds. */
const turns = (count: number): Feeds => ({ times: int64([], [count]) });
const FOREVER = 100_000_000;

describe.each<[string, OnnxExecutor]>([
  ["in a child process", child],
  ["as WebAssembly", web],
  ["in the caller's process", inline],
])("running %s", (_, executor) => {
  it.each(["net", "types", "integer", "qoperator"])("gives what onnxruntime gives: %s", async (name) => {
    const { feeds, results } = oracle(name);
    const model = await executor.compile({ file: fixture(name) });
    const outputs = Object.fromEntries(model.outputs.map((output) => [output.name, results[output.name]!]));
    expectClose(await model.run(feeds), outputs);
    await model.dispose();
  });

  it("follows a file to its data file", async () => {
    const file = fileURLToPath(new URL("../../fixtures/external.onnx", import.meta.url));
    const x = float32([1, 16], Array<number>(16).fill(1));
    const model = await executor.compile({ file });
    const weight = (await readModel(file)).weights.get("w")!.source.tensor().data as Float32Array;
    const bias = (await readModel(file)).weights.get("b")!.source.tensor().data as Float32Array;
    const sums = bias.map((start, j) => weight.reduce((sum, w, i) => (i % 24 === j ? sum + w : sum), start));
    expectClose(await model.run({ x }), { y: float32([1, 24], sums) });
    await model.dispose();
  });

  it("taps inner values of files and of graphs", async () => {
    const { feeds, results } = oracle("net");
    for (const model of [{ file: fixture("net") }, await readModel(fixture("net"))]) {
      const executable = await executor.compile(model, { tap: ["mm1", "hidden"] });
      expectClose(await executable.run(feeds), results);
      await executable.dispose();
    }
  });

  it("observes inner values, inputs and weights", async () => {
    const { feeds, results } = oracle("net");
    const batches = batchesOf([feeds, feeds]);
    const names = ["hidden", "x", "mm1", "b1", "y"];
    const graph = await readModel(fixture("net"));
    const summaries = await executor.observe(
      graph,
      batches,
      names.map((tensor) => ({ tensor, observer: "min-max" })),
    );
    const all: Feeds = { ...results, ...feeds, b1: graph.weights.get("b1")!.source.tensor() };
    names.forEach((name, i) => expect(summaries[i], name).toMatchObject(rangeOf(all[name]!)));
  });
});

function batchesOf(all: readonly Feeds[]): Batches {
  return {
    length: all.length,
    async *[Symbol.asyncIterator]() {
      yield* all;
    },
  };
}

function rangeOf({ data }: Tensor): { min: unknown; max: unknown } {
  const values = [...(data as Float32Array)];
  return { min: expect.closeTo(Math.min(...values), 5), max: expect.closeTo(Math.max(...values), 5) };
}

describe("a compiled model", () => {
  it("lists its inputs and outputs with their types", async () => {
    const model = await child.compile({ file: fixture("net") });
    expect(model.inputs).toEqual([{ name: "x", type: { kind: "tensor", dtype: "float32", shape: ["batch", 8] } }]);
    expect(model.outputs).toEqual([{ name: "y", type: { kind: "tensor", dtype: "float32", shape: ["batch", 3] } }]);
  });

  it("is timed where it runs", async () => {
    const model = await child.compile({ file: fixture("loop") });
    const timings = await model.time(turns(20), { warmup: 1, iterations: 5 });
    expect(timings).toHaveLength(5);
    for (const { wallMs, cpuMs } of timings) expect(wallMs > 0 && cpuMs >= 0).toBe(true);
  });

  it("leaves lists out of its results and refuses to tap them", async () => {
    const model = await child.compile({ file: fixture("sequence") });
    expect(model.outputs.map(({ name, type }) => [name, type.kind])).toEqual([
      ["parts", "unknown"],
      ["y", "tensor"],
    ]);
    expect(Object.keys(await model.run({ x: float32([2, 3], [1, 2, 3, 4, 5, 6]) }))).toEqual(["y"]);
    const tapped = child.compile({ file: fixture("sequence") }, { tap: ["parts"] });
    await expect(tapped).rejects.toEqual(failsWith("ONNX_OUTPUT_NOT_TENSOR", { output: "parts" }));
  });

  it("can't be run after it was disposed of", async () => {
    const model = await child.compile({ file: fixture("net") });
    await model.dispose();
    await expect(model.run(oracle("net").feeds)).rejects.toEqual(failsWith("ONNX_SESSION_DISPOSED"));
  });
});

describe("wrong models and feeds", () => {
  it.each([
    ["unknown-op", { model: `"${fixture("unknown-op")}"` }],
    ["bad-shape", { node: "wrong_matmul" }],
  ])("says what the runtime refuses: %s", async (name, data) => {
    await expect(child.compile({ file: fixture(name) })).rejects.toEqual(failsWith("ONNX_MODEL_REJECTED", data));
  });

  it("says which file is missing", async () => {
    await expect(child.compile({ file: "no/such.onnx" })).rejects.toEqual(failsWith("ONNX_MODEL_REJECTED"));
  });

  it("names the node at which a run fails", async () => {
    const model = await child.compile({ file: fixture("bad-index") });
    const run = model.run({ x: float32([2], [1, 2]), i: int64([1], [7]) });
    await expect(run).rejects.toEqual(failsWith("ONNX_RUN_FAILED", { node: "far_gather" }));
  });

  it.each<[string, Feeds]>([
    ["CORE_FEED_MISSING", {}],
    ["CORE_FEED_UNKNOWN", { x: float32([1, 8], Array<number>(8).fill(0)), z: float32([1], [1]) }],
    ["CORE_FEED_TYPE", { x: int64([1, 8], Array<number>(8).fill(0)) }],
    ["CORE_FEED_SHAPE", { x: float32([1, 7], Array<number>(7).fill(0)) }],
    ["CORE_FEED_SHAPE", { x: float32([8], Array<number>(8).fill(0)) }],
  ])("refuses feeds before running them: %s", async (code, feeds) => {
    const model = await child.compile({ file: fixture("net") });
    await expect(model.run(feeds)).rejects.toEqual(failsWith(code));
  });

  it("refuses values that nobody makes or that can't be reached", async () => {
    const graph = await readModel(fixture("loop"));
    const observe = (tensor: string) => child.observe(graph, batchesOf([]), [{ tensor, observer: "min-max" }]);
    await expect(observe("nobody")).rejects.toEqual(failsWith("ONNX_TAP_UNKNOWN", { tensor: "nobody" }));
    await expect(observe("inner")).rejects.toEqual(
      failsWith("ONNX_TAP_INSIDE_BODY", { node: "long_loop", op: "Loop" }),
    );
    await expect(child.compile(graph, { tap: ["inner"] })).rejects.toEqual(failsWith("ONNX_TAP_INSIDE_BODY"));
  });
});

describe("the child process", () => {
  it("may be killed in the middle of a run: a typed error, and the next run works", async () => {
    const model = await child.compile({ file: fixture("loop") });
    const other = await child.compile({ file: fixture("net") });
    const run = model.run(turns(FOREVER));
    const waiting = other.run(oracle("net").feeds);
    setTimeout(() => process.kill(child.pid!, "SIGKILL"), 100);
    await expect(run).rejects.toEqual(failsWith("ONNX_RUNTIME_ENDED", { signal: "SIGKILL" }));
    await expect(waiting).rejects.toEqual(failsWith("ONNX_RUNTIME_ENDED"));
    expect((await model.run(turns(2))).end?.shape).toEqual([64, 64]);
    expectClose(await other.run(oracle("net").feeds), { y: oracle("net").results.y! });
  });

  it("is ended by a time-out, and the next run works", async () => {
    const model = await child.compile({ file: fixture("loop") });
    await expect(model.run(turns(FOREVER), { timeoutMs: 100 })).rejects.toEqual(
      failsWith("ONNX_RUN_TIMEOUT", { timeoutMs: 100 }),
    );
    expect((await model.run(turns(2), { timeoutMs: 30_000 })).end?.shape).toEqual([64, 64]);
  });

  it("is ended by an abort, and the next run works", async () => {
    const model = await child.compile({ file: fixture("loop") });
    const run = model.run(turns(FOREVER), { signal: AbortSignal.timeout(100) });
    await expect(run).rejects.toEqual(failsWith("ONNX_RUN_ABORTED"));
    await expect(model.run(turns(2), { signal: AbortSignal.abort() })).rejects.toEqual(failsWith("ONNX_RUN_ABORTED"));
    expect((await model.run(turns(2))).end?.shape).toEqual([64, 64]);
  });

  it("takes an observation with it", async () => {
    const graph = await readModel(fixture("loop"));
    const batches = batchesOf([turns(1), turns(FOREVER)]);
    const observed = child.observe(graph, batches, [{ tensor: "end", observer: "min-max" }], { timeoutMs: 2000 });
    await expect(observed).rejects.toEqual(failsWith("ONNX_RUN_TIMEOUT"));
  });

  it("does not keep its parent running, and ends with it", async () => {
    const pid = await outputOf(`
      await executor.compile({ file: ${JSON.stringify(fixture("loop"))} });
      console.log(executor.pid);`);
    await expect.poll(() => isRunning(Number(pid)), { timeout: 5000 }).toBe(false);
  });

  it("ends with a parent that is killed", async () => {
    const pid = await outputOf(`
      await executor.runtime();
      process.stdout.write(String(executor.pid), () => process.kill(process.pid, "SIGKILL"));`);
    await expect.poll(() => isRunning(Number(pid)), { timeout: 5000 }).toBe(false);
  });

  it("ends with a parent that is killed in the middle of a run", async () => {
    const pid = await outputOf(`
      const model = await executor.compile({ file: ${JSON.stringify(fixture("loop"))} });
      model.run({ times: { dtype: "int64", shape: [], data: BigInt64Array.of(${FOREVER}n) } }).catch(() => {});
      process.stdout.write(String(executor.pid));
      setTimeout(() => process.kill(process.pid, "SIGKILL"), 300);`);
    expect(isRunning(Number(pid))).toBe(true);
    await expect.poll(() => isRunning(Number(pid)), { timeout: 8000 }).toBe(false);
  });

  it("is waited for by a parent that has nothing else to do, and whose calls all end", async () => {
    const code = await outputOf(`
      const model = await executor.compile({ file: ${JSON.stringify(fixture("loop"))} });
      setTimeout(() => process.kill(executor.pid, "SIGKILL"), 100).unref();
      const times = { dtype: "int64", shape: [], data: BigInt64Array.of(${FOREVER}n) };
      await model.run({ times }).catch((error) => console.log(error.code));`);
    expect(code.trim()).toBe("ONNX_RUNTIME_ENDED");
  });
});

/** What a script with an executor of its own prints. */
async function outputOf(script: string): Promise<string> {
  const module = JSON.stringify(new URL("./executor.ts", import.meta.url).href);
  const whole = `import { createExecutor } from ${module}; const executor = createExecutor(); ${script}`;
  const args = ["--conditions=@tersor/source", "--import", "tsx", "--input-type=module", "-e", whole];
  const ended = promisify(execFile)(process.execPath, args, { timeout: 25_000 });
  return (await ended.catch((error: { stdout: string }) => error)).stdout;
}

/** A process that has ended but was not fetched by its parent yet (a zombie, Linux) does not run. */
function isRunning(pid: number): boolean {
  const status = `/proc/${pid}/status`;
  if (existsSync("/proc/self/status")) return existsSync(status) && !/State:\s*Z/.test(readFileSync(status, "utf8"));
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
