// Without onnxruntime-node: onnxruntime-web stands in, with one notice, and the doctor says what is missing.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createExecutor } from "./executor.ts";
import { distance, fixture, oracle } from "./oracle.fixture.ts";
import { runtimeInfo } from "./runtime-info.ts";

const hook = new URL("../../fixtures/executor/without-native.mjs", import.meta.url).href;

describe("where onnxruntime-node is not installed", () => {
  const before = process.env["NODE_OPTIONS"];
  beforeEach(() => {
    process.env["NODE_OPTIONS"] = `--import=${hook}`;
  });
  afterEach(() => {
    if (before === undefined) delete process.env["NODE_OPTIONS"];
    else process.env["NODE_OPTIONS"] = before;
  });

  it("runs models in onnxruntime-web and says so once", async () => {
    const notices: string[] = [];
    const executor = createExecutor({ onNotice: (notice) => notices.push(notice) });
    const { feeds, results } = oracle("integer");
    for (let i = 0; i < 2; i++) {
      const model = await executor.compile({ file: fixture("integer") });
      expect(distance((await model.run(feeds))["y"], results["y"]!)).toBeLessThan(1e-5);
    }
    expect(await executor.runtime()).toMatchObject({ name: "onnxruntime-web" });
    expect(notices).toEqual([expect.stringContaining("npm install onnxruntime-node")]);
    await executor.dispose();
  });

  it("refuses where the native runtime was asked for by name", async () => {
    const executor = createExecutor({ runtime: "node" });
    await expect(executor.compile({ file: fixture("net") })).rejects.toMatchObject({ code: "ONNX_RUNTIME_MISSING" });
    await executor.dispose();
  });

  it("is told by runtimeInfo", async () => {
    const [node, web] = await runtimeInfo();
    expect(node).toMatchObject({
      name: "onnxruntime-node",
      usable: false,
      advice: expect.stringContaining("npm install") as string,
    });
    expect(web).toMatchObject({ name: "onnxruntime-web", usable: true });
  });
});

it("finds both runtimes where they are installed", async () => {
  const infos = await runtimeInfo();
  for (const info of infos)
    expect(info).toMatchObject({ usable: true, version: expect.stringMatching(/^\d+\.\d+/) as string });
  expect(infos[0]!.path).toMatch(/onnxruntime-node$/);
});
