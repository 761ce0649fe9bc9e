// Transformers, recurrent networks, beam search and detectors with loops: what they compute with other sizes than those
// of the stored runs. Oracle: the reference.onnx beside each model of the bank, made by tf2onnx, on onnxruntime.

import { dirname, join } from "node:path";
import {
  importPasses,
  numbersOf,
  runPasses,
  tensorFromNumbers,
  type Feeds,
  type Graph,
  type Tensor,
} from "@tersor/core";
import { createExecutor, readModel } from "@tersor/onnx";
import { convertGraph, readTensorFlow } from "@tersor/tensorflow";
import { afterAll, describe, expect, it } from "vitest";
import { convertedFile, convertedModels } from "../inference/bank.ts";

/** Sizes of the axes of the inputs. The stored runs have batches of 2, and the lengths of the last column. */
const sizes: Readonly<Record<string, readonly (readonly number[])[]>> = {
  bert_large_squad: [
    [1, 32],
    [5, 32],
  ],
  bert_mrpc_hf: [
    [1, 16],
    [5, 16],
  ],
  bert_mrpc_v1: [
    [1, 32],
    [5, 32],
  ],
  bert_squad_hf: [
    [1, 16],
    [5, 16],
  ],
  bilstm_v1: [
    [1, 10],
    [5, 10],
  ],
  distilgpt2_hf: [
    [1, 7],
    [5, 16],
    [3, 1],
    [2, 30],
  ],
  keras_bilstm_gru: [
    [1, 12],
    [5, 12],
  ],
  keras_blendcnn: [
    [1, 24],
    [5, 24],
  ],
  transformer_lt: [
    [1, 7],
    [3, 4],
    [4, 15],
  ],
  xlnet_mrpc_hf: [
    [1, 16],
    [5, 16],
  ],
};

const executor = createExecutor();
afterAll(() => executor.dispose());
const models = convertedModels.filter((model) => sizes[model] !== undefined);

describe.skipIf(models.length === 0)("sequence models of the bank with other sizes", () => {
  it.each(models.flatMap((model) => sizes[model]!.map((shape) => [model, shape] as const)))(
    "%s %j",
    async (model, shape) => {
      const graph = runPasses(convertGraph(readTensorFlow(frozen(model))), importPasses);
      const reference = await readModel(convertedFile(model));
      const feeds = feedsFor(graph, shape);
      const [found, expected] = [await outputsOf(graph, feeds), await outputsOf(reference, renamed(feeds, reference))];
      expect(found.length).toBe(expected.length);
      found.forEach((tensor, i) => expectClose(tensor, expected[i]!));
    },
  );
});

function frozen(model: string): string {
  return join(dirname(convertedFile(model)), "frozen.pb");
}

/** Words below 50 everywhere, and masks that cut off the end of every other row. */
function feedsFor({ inputs }: Graph, [rows, length]: readonly number[]): Feeds {
  const row = (name: string, at: number): readonly number[] =>
    Array.from({ length: length! }, (_, i) => {
      if (name.includes("mask")) return at % 2 === 0 || i < Math.ceil(length! / 2) ? 1 : 0;
      return name.includes("segment") || name.includes("type") ? i % 2 : 3 + ((7 * at + 13 * i) % 47);
    });
  return Object.fromEntries(
    inputs.map(({ name }) => {
      const numbers = Array.from({ length: rows! }, (_, at) => row(name, at)).flat();
      return [name, tensorFromNumbers("int32", [rows!, length!], numbers)];
    }),
  );
}

/** The reference has the names of tensors: "ids:0". */
function renamed(feeds: Feeds, { inputs }: Graph): Feeds {
  return Object.fromEntries(inputs.map(({ name }) => [name, feeds[name.replace(/:0$/, "")]!]));
}

async function outputsOf(graph: Graph, feeds: Feeds): Promise<readonly Tensor[]> {
  const executable = await executor.compile(graph);
  const outputs = await executable.run(feeds);
  await executable.dispose();
  return graph.outputs.map(({ name }) => outputs[name]!);
}

function expectClose(found: Tensor, expected: Tensor): void {
  expect([found.dtype, found.shape]).toEqual([expected.dtype, expected.shape]);
  const [a, b] = [numbersOf(found), numbersOf(expected)];
  const size = Array.from(b, Math.abs).reduce((most, x) => Math.max(most, x), 0);
  const difference = Array.from(b, (x, i) => Math.abs(x - a[i]!)).reduce((most, x) => Math.max(most, x), 0);
  expect(difference).toBeLessThanOrEqual(1e-4 * size);
}
