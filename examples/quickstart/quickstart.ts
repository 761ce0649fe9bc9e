// The way from a float model to a row of a table: quantize, check, evaluate, benchmark. Nothing in a row is known
// beforehand: every figure comes from running both models here.

import { statSync } from "node:fs";
import { cpus } from "node:os";
import { basename, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import {
  batchesOf,
  take,
  type Batches,
  type CheckResult,
  type Executor,
  type Feeds,
  type LatencyPair,
  type Machine,
  type Report,
} from "@tersor/core";
import { rawImages } from "@tersor/data";
import { accuracy, benchmarkPair, checkModel, compareEvaluations, evaluate, type Evaluation } from "@tersor/evaluate";
import { createExecutor, readModel, writeModel, type OnnxExecutor } from "@tersor/onnx";
import { quantizeGraph, type QuantizationOptions } from "@tersor/quantize";

const data = (name: string): string => fileURLToPath(new URL(`data/${name}`, import.meta.url));
const cifar = { height: 32, width: 32, input: "input", preprocessing: "cifar10" } as const;

/** The trained model that `npm start` quantizes. */
export const resnet20 = data("resnet20.onnx");

/** Training images, to find the ranges of activations with. */
const calibration = rawImages({ file: data("calibration-images.bin"), ...cifar });

/** The three forms of an INT8 model; docs/formats.md says which runtime likes which. */
const formats = [
  { mode: "static", format: "qdq" },
  { mode: "static", format: "qoperator" },
  { mode: "dynamic", format: "integerops" },
] as const satisfies readonly QuantizationOptions[];

export interface QuickstartOptions {
  /** The float model. */
  readonly model: string;
  /** Folder for the INT8 models. */
  readonly output: string;
  /** Test images to judge with, at most 1,000. */
  readonly samples?: number;
  /** Class of each test image. */
  readonly labels?: string | readonly number[];
  /** Which of the formats to make; default all. */
  readonly only?: (typeof formats)[number]["format"];
}

/** Quantizes the model into each format, checks it and measures it against its source: one report per format. */
export async function quickstart(options: QuickstartOptions): Promise<readonly Report[]> {
  const executor = createExecutor();
  try {
    const fp32 = await judge(executor, options.model, options);
    const reports: Report[] = [];
    for (const how of formats.filter(({ format }) => format === (options.only ?? format))) {
      reports.push(await measure(executor, how, fp32, options));
    }
    return reports;
  } finally {
    await executor.dispose();
  }
}

async function measure(
  executor: OnnxExecutor,
  how: (typeof formats)[number],
  fp32: Evaluation,
  options: QuickstartOptions,
): Promise<Report> {
  const { model } = options;
  const start = performance.now();
  const file = await quantize(executor, how, options);
  const seconds = (performance.now() - start) / 1000;
  const check = await checkFile(executor, model, file);
  const int8 = await judge(executor, file, options);
  const pair = await race(executor, model, file);
  return {
    version: 1,
    command: "quickstart",
    model: { path: relative(".", model), sizeBytes: statSync(model).size },
    output: [{ path: relative(".", file), sizeBytes: statSync(file).size, format: how.format }],
    machine: await machine(executor),
    check,
    evaluation: compareEvaluations(fp32, int8),
    benchmark: { pair },
    notes: [],
    warnings: [],
    seconds: { quantize: seconds },
  };
}

/** Reads the model, quantizes its graph and writes it; gives the file. */
async function quantize(
  executor: Executor,
  how: (typeof formats)[number],
  { model, output }: QuickstartOptions,
): Promise<string> {
  const source = await readModel(model);
  const { graph } = await quantizeGraph(source, how, {
    executor,
    calibration: batchesOf(calibration, { batchSize: 32 }),
  });
  const file = join(output, `${basename(model, ".onnx")}.${how.format}.onnx`);
  await writeModel(graph, file, { force: true });
  return file;
}

/** Holds the outputs of both files against each other: no model is worth measuring that does not compute the same. */
function checkFile(executor: Executor, model: string, file: string): Promise<CheckResult> {
  const batches = batchesOf(take(calibration, 8), { batchSize: 8 });
  return checkModel({ executor, reference: { file: model }, candidate: { file }, batches });
}

/** The accuracy on the test images. */
function judge(executor: Executor, file: string, { samples = 1000, labels }: QuickstartOptions): Promise<Evaluation> {
  const images = { file: data("test-images.bin"), count: samples, labels: labels ?? data("test-labels.bin") };
  const dataset = rawImages({ ...images, ...cifar });
  return evaluate({ executor, model: { file }, dataset, metric: accuracy(), batchSize: 50 });
}

/** Times both models by turns: eight images per run, one thread. */
async function race(executor: Executor, model: string, file: string): Promise<LatencyPair> {
  const feeds = await first(batchesOf(take(calibration, 8), { batchSize: 8 }));
  return benchmarkPair({ executor, fp32: { file: model }, int8: { file }, feeds, threads: 1, rounds: 20 });
}

async function first(batches: Batches): Promise<Feeds> {
  for await (const feeds of batches) return feeds;
  return {};
}

async function machine(executor: OnnxExecutor): Promise<Machine> {
  const { name, version } = await executor.runtime();
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    platform: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    runtime: `${name} ${version}`,
  };
}
