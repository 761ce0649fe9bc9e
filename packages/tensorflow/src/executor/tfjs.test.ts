// Models in TensorFlow.js. Oracle: outputs of TensorFlow 2.15 (tools/make-tfjs-cases.py).
import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { dimOfName, float32, tensorFromNumbers, type DataType, type Feeds, type Tensor } from "@tersor/core";
import { afterAll, describe, expect, it } from "vitest";
import { relativeDifference } from "../test-support/differences.ts";
import { readTensorFlow } from "../read/read.ts";
import { runnerOf } from "./runner.ts";
import { tfjsNodeExecutor } from "./tfjs-node.ts";
import { tfjsExecutor } from "./tfjs.ts";

interface Listed {
  readonly dtype: DataType;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

type Cases = Readonly<
  Record<string, { readonly feeds: Record<string, Listed>; readonly outputs: Record<string, Listed> }>
>;

const folder = fileURLToPath(new URL("../../fixtures/executor/", import.meta.url));
const cases = JSON.parse(readFileSync(`${folder}cases.json`, "utf8")) as Cases;
const file = (name: string) => `${folder}${name}.pb`;
const tensorOfList = ({ dtype, shape, data }: Listed): Tensor => tensorFromNumbers(dtype, shape, data);

function feedsOf(name: string): Feeds {
  const feeds = Object.entries(cases[name]!.feeds);
  return Object.fromEntries(feeds.map(([key, listed]) => [key, tensorOfList(listed)]));
}

const executor = tfjsExecutor();
afterAll(() => executor.dispose());

describe("TensorFlow.js", () => {
  it.each(["operations", "lists", "frames"])("gives what TensorFlow gives for %s", async (name) => {
    const model = await executor.compile({ file: file(name) });
    for (let i = 0; i < 2; i++) {
      const results = await model.run(feedsOf(name));
      for (const [output, listed] of Object.entries(cases[name]!.outputs)) {
        expect(relativeDifference(results[output], tensorOfList(listed)), output).toBeLessThan(1e-6);
        expect(results[output]!.dtype).toBe(listed.dtype);
      }
    }
    await model.dispose();
    await expect(model.run(feedsOf(name))).rejects.toMatchObject({ code: "TENSORFLOW_MODEL_DISPOSED" });
  });

  it("runs graphs in memory, and times them", async () => {
    const model = await executor.compileGraph(readTensorFlow(file("lists")));
    expect(model.inputs).toEqual([
      { name: "x", type: { kind: "tensor", dtype: "float32", shape: [dimOfName("?0"), 3, 4] } },
    ]);
    const timings = await model.time(feedsOf("lists"), { warmup: 1, iterations: 3 });
    expect(timings).toHaveLength(3);
    expect(Math.min(...timings.map(({ wallMs, cpuMs }) => Math.min(wallMs, cpuMs)))).toBeGreaterThan(0);
    await model.dispose();
  });

  it("names the operations that it does not have", async () => {
    const operations = [expect.objectContaining({ op: "Betainc" })];
    await expect(executor.compile({ file: file("missing") })).rejects.toMatchObject({
      code: "TENSORFLOW_OPERATION_MISSING",
      data: { operations },
    });
    expect(await runnerOf(file("missing"))).toBeUndefined();
  });

  it("refuses what it has no way to do", async () => {
    const graph = { name: "net", nodes: [], inputs: [], outputs: [], weights: new Map(), types: new Map() };
    const onnx = { ...graph, opsets: new Map(), functions: [], metadata: new Map() };
    await expect(executor.compile(onnx)).rejects.toMatchObject({ code: "TENSORFLOW_GRAPH_NOT_RUNNABLE" });
    await expect(executor.observe(onnx, (async function* () {})(), [])).rejects.toMatchObject({
      code: "TENSORFLOW_OBSERVE_UNSUPPORTED",
    });
    await expect(executor.compile({ file: file("lists") }, { tap: ["x"] })).rejects.toMatchObject({
      code: "TENSORFLOW_TAP_UNSUPPORTED",
    });
    const model = await executor.compile({ file: file("lists") });
    await expect(model.run({ x: float32([1, 2, 4], new Float32Array(8)) })).rejects.toThrow(/"x"/);
    await model.dispose();
  });

  it("ends a run that takes too long or is stopped, and goes on after it", async () => {
    const model = await executor.compile({ file: file("endless") });
    const feeds = feedsOf("lists");
    await expect(model.run(feeds, { timeoutMs: 300 })).rejects.toMatchObject({ code: "TENSORFLOW_RUN_TIMEOUT" });
    const stop = AbortSignal.timeout(1500);
    await expect(model.run(feeds, { signal: stop })).rejects.toMatchObject({ code: "TENSORFLOW_RUN_ABORTED" });
    await model.dispose();
  });
});

describe("TensorFlow through tfjs-node", () => {
  it("says how to install what is not there, and leaves nothing behind", async () => {
    const left = () => readdirSync(tmpdir()).filter((name) => name.startsWith("tersor-saved-model-"));
    const before = left();
    const missing = tfjsNodeExecutor({ folder: folder });
    await expect(missing.compile({ file: file("lists") })).rejects.toMatchObject({
      code: "TENSORFLOW_NODE_MISSING",
      message: expect.stringContaining("npm install @tensorflow/tfjs-node"),
    });
    expect(left()).toEqual(before);
  });
});
