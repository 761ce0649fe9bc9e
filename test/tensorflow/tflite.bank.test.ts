// INT8 of the bank's convolutional models as TensorFlow Lite and as a frozen graph with FakeQuant. Oracles: onnxruntime
// on the quantized graph, LiteRT and TensorFlow.js on what is written, and the labels of the trained digits model.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { float32, float32Of, numbersOf, type Executor, type Feeds, type Graph, type Tensor } from "@tersor/core";
import { npz } from "@tersor/data";
import { createExecutor } from "@tersor/onnx";
import { quantizeGraph } from "@tersor/quantize";
import {
  frozenBytes,
  liteRtExecutor,
  lowerGraph,
  tensorflowAdapter,
  tfjsExecutor,
  tfliteBytes,
} from "@tersor/tensorflow";
import { afterAll, describe, expect, it } from "vitest";
import { bankFile, bankModels, storedRuns } from "../../packages/tensorflow/src/test-support/bank.ts";

const networks = [
  "inception_v1",
  "inception_v3",
  "inception_v4",
  "keras_digits_cnn",
  "mobilenet_v1",
  "mobilenet_v2",
  "resnet50_v1_0",
  "vgg16",
].filter((name) => bankModels("frozen.pb").includes(name));
const lite = await liteRtExecutor();

describe.skipIf(networks.length === 0 || !lite)("INT8 of the bank (skipped where TERSOR_BANK names no folder)", () => {
  const folder = mkdtempSync(join(tmpdir(), "tersor-"));
  const onnx = createExecutor({ inProcess: true });
  const tfjs = tfjsExecutor();
  afterAll(async () => {
    await Promise.all([onnx.dispose(), tfjs.dispose(), lite?.dispose()]);
    rmSync(folder, { recursive: true });
  });

  async function quantized(name: string, batches: readonly Feeds[]): Promise<Graph> {
    const graph = await tensorflowAdapter.read(bankFile(name, "frozen.pb"));
    const calibration = {
      async *[Symbol.asyncIterator]() {
        yield* batches;
      },
    };
    return (await quantizeGraph(graph, { mode: "static", format: "qdq" }, { executor: onnx, calibration })).graph;
  }

  async function resultOf(executor: Executor, model: Graph | { file: string }, feeds: Feeds): Promise<Tensor> {
    const executable = await executor.compile(model);
    const [result] = Object.values(await executable.run(feeds));
    await executable.dispose();
    return result!;
  }

  function written(name: string, bytes: Uint8Array): { file: string } {
    const file = join(folder, name);
    writeFileSync(file, bytes);
    return { file };
  }

  it.each(networks)("%s comes as near to floats as its QDQ graph", async (name) => {
    const runs = storedRuns(name).map(({ feeds, outputs }) => ({
      feeds: firstOf(feeds),
      expected: outputs[0]!.tensor,
    }));
    const graph = await quantized(
      name,
      runs.map(({ feeds }) => feeds),
    );
    const files = {
      tflite: written(`${name}.tflite`, tfliteBytes(graph)),
      pb: written(`${name}.pb`, frozenBytes(lowerGraph(graph))),
    };
    expect(lowerGraph(graph).nodes.filter(({ op }) => op === "Transpose")).toEqual([]);
    const { feeds, expected } = runs[0]!;
    const floats = float32Of(expected).subarray(0, expected.data.length / expected.shape[0]!);
    const own = sqnr(floats, await resultOf(onnx, graph, feeds));
    // Roundings that fall to the other side are noise of the same size as quantization itself, and no more.
    expect(sqnr(floats, await resultOf(lite!, files.tflite, feeds))).toBeGreaterThan(own - 6);
    expect(sqnr(floats, await resultOf(tfjs, files.pb, feeds))).toBeGreaterThan(own - 6);
  });

  it.skipIf(!networks.includes("keras_digits_cnn"))("digits are told apart as well as by floats", async () => {
    const calibration = await digits("digits_calib.npz", 128);
    const graph = await quantized("keras_digits_cnn", [{ image: calibration.images }]);
    const float = await tensorflowAdapter.read(bankFile("keras_digits_cnn", "frozen.pb"));
    const { images, labels } = await digits("digits_test.npz", 2000);
    const right = async (executor: Executor, model: Graph | { file: string }) =>
      countRight(await resultOf(executor, model, { image: images }), labels);
    const most = await right(onnx, float);
    expect(most).toBe(1953);
    const lessThree = most - 0.003 * labels.length;
    const shapes = { image: images.shape };
    expect(await right(onnx, graph)).toBeGreaterThanOrEqual(lessThree);
    expect(await right(lite!, written("digits.tflite", tfliteBytes(graph, { shapes })))).toBeGreaterThanOrEqual(
      lessThree,
    );
    expect(await right(tfjs, written("digits.pb", frozenBytes(lowerGraph(graph))))).toBeGreaterThanOrEqual(lessThree);
  });
});

/** The first sample of a batch: TensorFlow Lite files have a batch of 1. */
function firstOf(feeds: Feeds): Feeds {
  return Object.fromEntries(
    Object.entries(feeds).map(([name, tensor]) => {
      const shape = [1, ...tensor.shape.slice(1)];
      return [
        name,
        float32(
          shape,
          float32Of(tensor).slice(
            0,
            shape.reduce((a, b) => a * b, 1),
          ),
        ),
      ];
    }),
  );
}

function sqnr(expected: Float32Array, found: Tensor): number {
  const values = numbersOf(found);
  let [signal, noise] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    signal += expected[i]! ** 2;
    noise += (expected[i]! - values[i]!) ** 2;
  }
  return 10 * Math.log10(signal / noise);
}

async function digits(file: string, count: number): Promise<{ images: Tensor; labels: ArrayLike<number> }> {
  const images = new Float32Array(count * 784);
  const labels: number[] = [];
  for await (const { feeds, label } of npz(bankFile("keras_digits_cnn", file))) {
    if (labels.length === count) break;
    images.set(
      Float32Array.from(numbersOf(feeds["x"]!), (value) => value / 255),
      labels.length * 784,
    );
    labels.push(Number(label));
  }
  return { images: float32([count, 28, 28, 1], images), labels };
}

function countRight(scores: Tensor, labels: ArrayLike<number>): number {
  const values = numbersOf(scores);
  return Array.from(labels).filter((label, row) => {
    const line = Array.from({ length: 10 }, (_, i) => values[row * 10 + i]!);
    return line.indexOf(Math.max(...line)) === label;
  }).length;
}
