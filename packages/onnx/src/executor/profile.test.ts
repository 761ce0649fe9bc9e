import { describe, expect, it } from "vitest";
import { createExecutor } from "./executor.ts";
import { fixture, oracle } from "./oracle.fixture.ts";
import { summaryOf, type TraceEvent } from "./profile.ts";

describe("profile", () => {
  it("times the operators of a model in the child process, and leaves no file behind", async () => {
    const executor = createExecutor();
    const { feeds } = oracle("integer");
    const found = await executor.profile!({ file: fixture("integer") }, feeds, { warmup: 1, iterations: 3 });
    expect(found!.iterations).toBe(3);
    expect(found!.nodes.length).toBeGreaterThan(0);
    expect(found!.byOp.reduce((sum, { meanMs }) => sum + meanMs, 0)).toBeCloseTo(found!.totalMs, 9);
    await executor.dispose();
  });

  it("has nothing where the runtime has no profiler", async () => {
    const executor = createExecutor({ runtime: "web", inProcess: true });
    const { feeds } = oracle("integer");
    const options = { warmup: 0, iterations: 1 };
    expect(await executor.profile!({ file: fixture("integer") }, feeds, options)).toBeUndefined();
    await executor.dispose();
  });

  it("tells models that can't be loaded", async () => {
    const executor = createExecutor();
    const missing = executor.profile!({ file: "nowhere.onnx" }, {}, { warmup: 0, iterations: 1 });
    await expect(missing).rejects.toMatchObject({ code: "ONNX_MODEL_REJECTED" });
    await executor.dispose();
  });
});

describe("events of the profiler", () => {
  const run = (ts: number): TraceEvent => ({ cat: "Session", name: "model_run", ts, dur: 90 });
  const kernel = (node: string, op: string, ts: number, dur: number): TraceEvent => ({
    cat: "Node",
    name: `${node}_kernel_time`,
    ts,
    dur,
    args: { op_name: op },
  });

  it("are summed by node and by operator, without the runs of the warm-up", () => {
    const events = [
      run(0),
      kernel("a", "Conv", 1, 9000),
      run(100),
      kernel("a", "Conv", 101, 3000),
      kernel("b", "Conv", 104, 1000),
      { cat: "Node", name: "a_fence_before", ts: 105, dur: 7 },
      run(200),
      kernel("a", "Conv", 201, 5000),
      kernel("c", "Relu", 206, 500),
    ];
    expect(summaryOf(events, 1)).toEqual({
      nodes: [
        { node: "a", op: "Conv", meanMs: 4 },
        { node: "b", op: "Conv", meanMs: 0.5 },
        { node: "c", op: "Relu", meanMs: 0.25 },
      ],
      byOp: [
        { op: "Conv", count: 2, meanMs: 4.5 },
        { op: "Relu", count: 1, meanMs: 0.25 },
      ],
      totalMs: 4.75,
      iterations: 2,
    });
  });

  it("say nothing where there were no more runs than the warm-up", () => {
    expect(summaryOf([run(0)], 1)).toBeUndefined();
    expect(summaryOf([], 0)).toBeUndefined();
  });
});
