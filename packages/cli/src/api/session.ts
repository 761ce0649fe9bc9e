// What every command needs: the plugins of the house put together, an executor, a model, data that fits it.

import { existsSync, statSync } from "node:fs";
import { cpus } from "node:os";
import { castTo, openDataset } from "@tersor/data";
import {
  checkFeeds,
  createTersor,
  datasetOf,
  type Dataset,
  type Executor,
  type Graph,
  type Machine,
  type ModelInput,
  type Plugin,
  type Tersor,
} from "@tersor/core";
import { createExecutor, readModel } from "@tersor/onnx";
import { standardMetrics } from "@tersor/evaluate";
import { standardCalibrators } from "@tersor/quantize";
import { modelNotFound } from "../errors.ts";

/** Calibration or evaluation data: a dataset, or what a recipe would say of one (a path, or an object). */
export type DataSource = Dataset | string | Readonly<Record<string, unknown>>;

/** Options that every call takes. */
export interface CommonOptions {
  /** Plugins besides the ones of the house. */
  readonly plugins?: readonly Plugin[];
  /** Runs the models; default onnxruntime in a child process, ended when the call returns. */
  readonly executor?: Executor;
  readonly signal?: AbortSignal;
  /** Told what is being done, and how far it is. */
  readonly onProgress?: (progress: Progress) => void;
}

export interface Progress {
  readonly stage: string;
  readonly done?: number;
  readonly total?: number;
}

/** The methods that come with Tersor, as one plugin. */
export const house: Plugin = { name: "tersor", calibrators: standardCalibrators, metrics: standardMetrics };

export function compose({ plugins = [] }: CommonOptions): Tersor {
  return createTersor({ plugins: [house, ...plugins] });
}

/** Calls `work` with the executor of the options, or with one of its own that ends with it. */
export async function withExecutor<T>({ executor }: CommonOptions, work: (executor: Executor) => Promise<T>): Promise<T> {
  if (executor) return work(executor);
  const own = createExecutor();
  try {
    return await work(own);
  } finally {
    await own.dispose();
  }
}

/** @throws TERSOR_MODEL_NOT_FOUND, and what reading throws. */
export async function openModel(path: string): Promise<Graph> {
  if (!existsSync(path)) throw modelNotFound(path);
  return readModel(path);
}

export function fileSize(path: string): number {
  return statSync(path).size;
}

/** The inputs a caller has to feed: graph inputs that no weight stands for. */
export function inputsOf(graph: Graph): readonly ModelInput[] {
  return graph.inputs.filter(({ name }) => !graph.weights.has(name));
}

/** Data for a model: opened, widened to its element types, each sample checked against its inputs when it is read. */
export async function dataFor(source: DataSource, graph: Graph): Promise<Dataset> {
  const inputs = inputsOf(graph);
  const opened = isDataset(source) ? source : await openDataset(source, { inputs });
  const fitting = castTo(opened, inputs);
  const walk = async function* () {
    for await (const sample of fitting) {
      checkFeeds(sample.feeds, inputs, `${sample.id ?? "a sample"} of ${opened.name}`);
      yield sample;
    }
  };
  return datasetOf(opened.name, walk, opened.length);
}

function isDataset(source: DataSource): source is Dataset {
  return typeof source === "object" && Symbol.asyncIterator in source;
}

export function machineFacts(runtime: string): Machine {
  const list = cpus();
  return { cpu: list[0]?.model.trim() ?? "unknown", cores: list.length, platform: `${process.platform} ${process.arch}`, node: process.versions.node, runtime };
}
