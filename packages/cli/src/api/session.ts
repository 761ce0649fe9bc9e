// What every call needs: the plugins of the house put together, an executor, and facts of the machine.

import { cpus } from "node:os";
import { createTersor, type Executor, type Machine, type Plugin, type Tersor } from "@tersor/core";
import { standardMetrics } from "@tersor/evaluate";
import { blockwiseExecutor, createExecutor, onnxAdapter, type OnnxExecutor } from "@tersor/onnx";
import { standardCalibrators, standardRoundings } from "@tersor/quantize";
import { standardStrategies } from "@tersor/tune";
import { doorExecutor } from "./door-executor.ts";
import { doorAdapters } from "./doors.ts";

/** Options that every call takes. */
export interface CommonOptions {
  /** Plugins besides the ones of the house. */
  readonly plugins?: readonly Plugin[];
  /** Runs the models; default onnxruntime in a child process, ended when the call returns. */
  readonly executor?: Executor;
  /**
   * Most bytes for a model while it is run. A larger one runs block by block, with the values between blocks on disk.
   * Default none.
   */
  readonly memoryLimitBytes?: number;
  /** Stops the work; nothing half-done is left behind. */
  readonly signal?: AbortSignal;
  /** Told what is being done, and how far it is. */
  readonly onProgress?: (progress: Progress) => void;
}

/** How far a stage is; counts are there where they are known. */
export interface Progress {
  readonly stage: string;
  readonly done?: number;
  readonly total?: number;
}

/** The methods that come with Tersor, as one plugin. */
export const house: Plugin = {
  name: "tersor",
  adapters: [onnxAdapter, ...doorAdapters],
  calibrators: standardCalibrators,
  roundings: standardRoundings,
  metrics: standardMetrics,
  tunings: standardStrategies,
};

/** The house with the plugins of a call. */
export function compose({ plugins = [] }: CommonOptions): Tersor {
  return createTersor({ plugins: [house, ...plugins] });
}

/** Calls `work` with the executor of the options, or with one of its own that ends with it. */
export async function withExecutor<T>(options: CommonOptions, work: (executor: Executor) => Promise<T>): Promise<T> {
  const { executor, memoryLimitBytes } = options;
  const adapters = compose(options).adapters.list();
  const own = executor ?? createExecutor();
  const within = memoryLimitBytes === undefined ? own : blockwiseExecutor(own, memoryLimitBytes);
  const door = doorExecutor(within, adapters);
  try {
    return await work(door);
  } finally {
    await door.dispose();
    if (executor === undefined) await own.dispose();
  }
}

/** Where the work is done: processor, platform, versions. */
export async function machineFacts(executor: Executor): Promise<Machine> {
  const list = cpus();
  return {
    cpu: list[0]?.model.trim() ?? "unknown",
    cores: list.length,
    platform: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    runtime: await runtimeOf(executor),
  };
}

/** Name and version, where something has run; else nothing is started just to ask for them. */
async function runtimeOf(executor: Executor): Promise<string> {
  if (!isOnnxExecutor(executor) || executor.pid === undefined) return executor.name;
  const { name, version } = await executor.runtime();
  return `${name} ${version}`;
}

function isOnnxExecutor(executor: Executor): executor is OnnxExecutor {
  return "runtime" in executor && "pid" in executor;
}

/** Options that are passed on to what runs a model. */
export function stopOption({ signal }: CommonOptions): { readonly signal?: AbortSignal } {
  return signal ? { signal } : {};
}
