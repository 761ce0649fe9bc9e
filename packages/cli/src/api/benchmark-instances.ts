// A benchmark with several processes: what each of them is asked, and how it is started.

import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { InstancesResult } from "@tersor/core";
import { benchmarkInstances, type InstanceCommand } from "@tersor/evaluate";
import { optionMissing } from "../errors.ts";
import type { BenchmarkOptions } from "./benchmark.ts";
import { isDataset } from "./data.ts";
import { stopOption } from "./session.ts";

/** What one process is asked, as JSON on its command line. */
export type InstanceRequest = { readonly model: string } & Pick<
  BenchmarkOptions,
  "data" | "batchSize" | "threads" | "warmup" | "iterations"
>;

/** Runs `instances` processes of one model at once. */
export function measureInstances(
  model: string,
  instances: number,
  options: BenchmarkOptions,
): Promise<InstancesResult> {
  const { coresPerInstance = 1, data, batchSize, warmup, iterations } = options;
  if (data !== undefined && isDataset(data))
    throw optionMissing("data", "processes open their data themselves; give a path or a description, not a dataset");
  const said = { data, batchSize, warmup, iterations };
  const asked = Object.entries(said).filter(([, value]) => value !== undefined);
  const request: InstanceRequest = { model, threads: coresPerInstance, ...Object.fromEntries(asked) };
  options.onProgress?.({ stage: "benchmark" });
  return benchmarkInstances({ command: commandFor(request), instances, coresPerInstance, ...stopOption(options) });
}

/** Built, the entry lies beside this file; read from source, it needs a loader for TypeScript. */
function commandFor(request: InstanceRequest): InstanceCommand {
  const source = import.meta.url.endsWith(".ts");
  const entry = fileURLToPath(new URL(source ? "../instance.ts" : "./instance.js", import.meta.url));
  const loader = source ? ["--conditions=@tersor/source", "--import", typescriptLoader()] : [];
  return { file: process.execPath, args: [...loader, entry, JSON.stringify(request)] };
}

function typescriptLoader(): string {
  return pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
}
