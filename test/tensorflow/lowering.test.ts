// What is lowered to TensorFlow and TensorFlow Lite computes what the ONNX graph does. Oracles: onnxruntime for the
// source, TensorFlow.js and LiteRT for the results.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Feeds, Graph } from "@tersor/core";
import { createExecutor } from "@tersor/onnx";
import { liteRtExecutor, lowerGraph, tfjsExecutor, tfliteBytes } from "@tersor/tensorflow";
import { describe, expect, it } from "vitest";
import { relativeDifference } from "../../packages/tensorflow/src/test-support/differences.ts";
import { cases, feedsOfCases, graphOfCases } from "./lowering-cases.ts";

const feeds = feedsOfCases();
/** What TensorFlow.js lacks; its Gather with batches writes over memory that is not its own. */
const notInTfjs: readonly string[] = ["softsign", "spaceToDepth", "gatherElements"];
const lite = await liteRtExecutor();

describe("lowered operators", () => {
  it("compute the same in TensorFlow.js", async () => {
    const graph = graphOfCases(notInTfjs);
    const names = Object.keys(cases).filter((name) => !notInTfjs.includes(name));
    expect(apart(await inTfjs(graph), await inOnnxruntime(graph), names)).toEqual([]);
  });

  it.skipIf(lite === undefined)("compute the same in LiteRT", async () => {
    const folder = await mkdtemp(join(tmpdir(), "tersor-"));
    try {
      const file = join(folder, "cases.tflite");
      await writeFile(file, tfliteBytes(graphOfCases()));
      const executable = await lite!.compile({ file });
      const expected = await inOnnxruntime(graphOfCases());
      expect(apart(await executable.run(feeds), expected, Object.keys(cases))).toEqual([]);
    } finally {
      await lite?.dispose();
      await rm(folder, { recursive: true });
    }
  });
});

async function inTfjs(graph: Graph): Promise<Feeds> {
  const executor = tfjsExecutor();
  try {
    return await (await executor.compileGraph(lowerGraph(graph))).run(feeds);
  } finally {
    await executor.dispose();
  }
}

async function inOnnxruntime(graph: Graph): Promise<Feeds> {
  const executor = createExecutor({ inProcess: true });
  try {
    return await (await executor.compile(graph)).run(feeds);
  } finally {
    await executor.dispose();
  }
}

function apart(found: Feeds, expected: Feeds, names: readonly string[]): readonly string[] {
  return names.flatMap((name) => {
    const difference = relativeDifference(found[name], expected[name]!);
    return difference < 1e-5 ? [] : [`${name} ${difference}`];
  });
}
