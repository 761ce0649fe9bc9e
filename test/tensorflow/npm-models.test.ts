// Models that people load from npm packages: read, converted, quantized, written for each runtime, and held against the
// original in TensorFlow.js. Oracles: TensorFlow.js (graph and layers API), onnxruntime and LiteRT run what is written.

import { readdirSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  datasetOf,
  float32,
  numbersOf,
  type Adapter,
  type Executor,
  type Feeds,
  type Graph,
  type Tensor,
} from "@tersor/core";
import { kerasAdapter } from "@tersor/keras";
import { createExecutor } from "@tersor/onnx";
import { liteRtExecutor, tensorflowAdapter, tfjsExecutor } from "@tersor/tensorflow";
import { convert, quantize, type QuantizeOptions } from "tersor";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { relativeDifference } from "../../packages/tensorflow/src/test-support/differences.ts";
import { chord, picture } from "./made-inputs.ts";
import { basicPitch, layersRuns, nsfwjs } from "./npm-packages.ts";

/**
 * What a written model has to keep of the original's outputs, in dB, and its greatest size, in bytes. Integer kernels of
 * processors differ: what INT8 has to keep is 4 dB less than what one of them was measured to.
 */
interface Demand {
  readonly sqnrDb: number;
  readonly bytes: number;
}

interface Row {
  readonly model: string;
  readonly open: (folder: string) => Promise<string> | string;
  readonly adapter: Adapter;
  readonly input: (seed: number) => Tensor;
  /** What is compared of an output's elements. */
  readonly value: (element: number) => number;
  /** Nodes that stay float. */
  readonly exclude: readonly string[];
  /** How TensorFlow.js stores weights: where batch normalisations are folded in, eight bits for a whole weight are few. */
  readonly weightType: "uint8" | "uint16";
  readonly demands: Readonly<Record<"dynamic" | "static" | "lite" | "tfjs", Demand>>;
}

/** The answer of a classifier that is sure is 1 whatever its sums are; the logarithms tell those. */
const logProbability = (element: number): number => Math.log(element + 1e-12);

const rows: readonly Row[] = [
  {
    model: "NSFWJS MobileNetV2, a layers model",
    open: (folder) => nsfwjs("mobilenet_v2", folder),
    adapter: kerasAdapter as Adapter,
    input: picture,
    value: logProbability,
    exclude: [],
    weightType: "uint16",
    demands: {
      dynamic: { sqnrDb: 31, bytes: 2.9e6 },
      static: { sqnrDb: 29, bytes: 3.0e6 },
      lite: { sqnrDb: 29, bytes: 3.2e6 },
      tfjs: { sqnrDb: 50, bytes: 5.4e6 },
    },
  },
  {
    model: "NSFWJS MobileNetV2Mid, a graph model",
    open: (folder) => nsfwjs("mobilenet_v2_mid", folder),
    adapter: tensorflowAdapter as Adapter,
    input: picture,
    value: logProbability,
    exclude: [],
    weightType: "uint8",
    demands: {
      dynamic: { sqnrDb: 23, bytes: 5.0e6 },
      static: { sqnrDb: 24, bytes: 5.2e6 },
      lite: { sqnrDb: 24, bytes: 5.2e6 },
      tfjs: { sqnrDb: 100, bytes: 4.6e6 },
    },
  },
  {
    model: "Basic Pitch, a graph model",
    open: basicPitch,
    adapter: tensorflowAdapter as Adapter,
    input: chord,
    value: (element) => element,
    // Its constant-Q transform, whose energies span more than eight bits can hold before their logarithm is taken.
    exclude: ["*cq_t2010v2*"],
    weightType: "uint8",
    demands: {
      dynamic: { sqnrDb: 24, bytes: 160e3 },
      static: { sqnrDb: 26, bytes: 170e3 },
      lite: { sqnrDb: 26, bytes: 790e3 },
      tfjs: { sqnrDb: 19, bytes: 300e3 },
    },
  },
];

/** Figures of each case, printed at the end. */
const figures: string[] = [];
const onnx = createExecutor({ inProcess: true });
const tfjs = tfjsExecutor();
const lite = await liteRtExecutor();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tersor-npm-"));
});
afterAll(async () => {
  await Promise.all([onnx.dispose(), tfjs.dispose(), lite?.dispose()]);
  await rm(folder, { recursive: true });
  console.info(figures.join("\n"));
});

describe.each(rows)("$model", ({ model, open, adapter, input, value, exclude, weightType, demands }) => {
  let path: string;
  let graph: Graph;
  /** None that calibration has seen. */
  let feeds: readonly Feeds[];
  let expected: readonly Feeds[];
  const written = (ending: string) => join(folder, `${model.replaceAll(/\W+/g, "-")}${ending}`);
  let made: Promise<string> | undefined;
  const static8 = () => (made ??= quantized({ mode: "static", format: "qdq", output: written(".static.onnx") }));

  beforeAll(async () => {
    path = await open(folder);
    graph = await adapter.read(path);
    feeds = [101, 102, 103].map((seed) => ({ [graph.inputs[0]!.name]: input(seed) }));
    const isGraphModel = await tensorflowAdapter.accepts(path);
    expected = isGraphModel ? await runs(tfjs, path, feeds) : await layersRuns(path, feeds, graph.outputs[0]!.name);
  });

  it("gives in onnxruntime what the original gives in TensorFlow.js", async () => {
    const executable = await onnx.compile(graph);
    for (const [i, feed] of feeds.entries()) {
      const found = await executable.run(feed);
      const differences = Object.entries(expected[i]!).map(([name, tensor]) =>
        relativeDifference(mapped(found[name]!, value), mapped(tensor, value)),
      );
      figures.push(`${model}: ${Math.max(...differences).toExponential(1)} from TensorFlow.js`);
      expect(Math.max(...differences)).toBeLessThan(1e-4);
    }
    await executable.dispose();
  });

  it("becomes INT8 with ranges found at run time", async () => {
    const output = await quantized({ mode: "dynamic", output: written(".dynamic.onnx") });
    meets(output, await runs(onnx, output, feeds), "dynamic");
  });

  it("becomes static INT8", async () => {
    const output = await static8();
    meets(output, await runs(onnx, output, feeds), "static");
  });

  it.skipIf(lite === undefined)("becomes TensorFlow Lite in INT8", async () => {
    const output = written(".tflite");
    await convert(await static8(), { output, check: "none" });
    meets(output, await runs(lite!, output, feeds), "lite");
  });

  it("becomes a graph model of TensorFlow.js with weights of few bits", async () => {
    const output = written("-tfjs");
    await convert(path, { output, format: "tfjs", weightType, check: "none" });
    meets(output, await runs(tfjs, output, feeds), "tfjs");
  });

  async function quantized(options: QuantizeOptions & { readonly output: string }): Promise<string> {
    const samples = [1, 2, 3, 4].map((seed) => ({ feeds: { [graph.inputs[0]!.name]: input(seed) } }));
    const calibration = datasetOf("made up", () => samples, samples.length);
    const report = await quantize(path, { ...options, exclude, calibration });
    expect(report.check?.ok).toBe(true);
    return options.output;
  }

  function meets(output: string, found: readonly Feeds[], form: keyof Row["demands"]): void {
    const [least, bytes] = [leastSqnr(found, expected, value), sizeOf(output)];
    figures.push(`${model}: ${form} ${least.toFixed(1)} dB, ${bytes} bytes`);
    expect(least).toBeGreaterThan(demands[form].sqnrDb);
    expect(bytes).toBeLessThan(demands[form].bytes);
  }
});

async function runs(executor: Executor, file: string, feeds: readonly Feeds[]): Promise<readonly Feeds[]> {
  const executable = await executor.compile({ file }, { timeoutMs: 60_000 });
  try {
    const results: Feeds[] = [];
    for (const feed of feeds) results.push(await executable.run(feed, { timeoutMs: 60_000 }));
    return results;
  } finally {
    await executable.dispose();
  }
}

function mapped(tensor: Tensor, value: Row["value"]): Tensor {
  return float32(tensor.shape, Array.from(numbersOf(tensor), value));
}

/** Signal to noise of the worst output over all runs, in dB. */
function leastSqnr(found: readonly Feeds[], expected: readonly Feeds[], value: Row["value"]): number {
  const ratios = Object.keys(expected[0]!).map((name) => {
    let [signal, noise] = [0, 0];
    for (const [i, outputs] of expected.entries()) {
      const [original, values] = [numbersOf(outputs[name]!), numbersOf(found[i]![name]!)];
      for (let at = 0; at < original.length; at++) {
        const element = value(original[at]!);
        signal += element ** 2;
        noise += (element - value(values[at]!)) ** 2;
      }
    }
    return 10 * Math.log10(signal / noise);
  });
  return Math.min(...ratios);
}

/** Of a file, or of all in a folder. */
function sizeOf(path: string): number {
  const isFolder = statSync(path).isDirectory();
  const files = isFolder ? readdirSync(path).map((name) => join(path, name)) : [path];
  return files.reduce((sum, file) => sum + statSync(file).size, 0);
}
