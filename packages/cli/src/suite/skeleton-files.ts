// Skeletons as models on disk, in the format of the suite; each is made once for all rows of a run.

import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Executor, Graph } from "@tersor/core";
import { writeModel } from "@tersor/onnx";
import { writeSafetensors } from "@tersor/torchscript";
import { compose, type CommonOptions } from "../api/session.ts";
import { writeSkeletonModel } from "./framework-skeleton.ts";
import { renamedInputs, singleSample } from "./single-sample.ts";
import { loadSkeleton, type InputSketch } from "./skeleton.ts";
import type { StandInModel, Suite } from "./suite.ts";

/** What rows of one run share. */
export interface StandInRun {
  readonly suite: Suite;
  /** Folder for skeletons, made-up data and results. */
  readonly folder: string;
  readonly executor: Executor;
  /** Work on float models that several rows need, by what it is. */
  readonly shared: Map<string, Promise<unknown>>;
  readonly common: CommonOptions;
}

/** A skeleton on disk. */
export interface StandInFile {
  readonly file: string;
  readonly graph: Graph;
  readonly sketches: readonly InputSketch[];
}

/** The skeleton as a model on disk, made once for all rows. */
export function skeletonOf(standIn: SkeletonChoice, run: StandInRun): Promise<StandInFile> {
  const { skeleton, seed = 0, singleSample: single = false } = standIn;
  return once(run, `model ${skeleton} ${seed} ${single}`, () => standInModel(run, standIn));
}

/** Which skeleton, and how it is filled. */
export type SkeletonChoice = Pick<StandInModel, "skeleton" | "seed" | "singleSample" | "rename">;

/** ONNX skeletons are one file, or a folder of PyTorch's; those of other frameworks an archive of the model's own files. */
async function standInModel(
  { suite, folder, common }: StandInRun,
  { skeleton, seed = 0, singleSample: single = false, rename = {} }: SkeletonChoice,
): Promise<StandInFile> {
  const archive = join(suite.standIns, `${skeleton}.zip`);
  if (existsSync(archive)) {
    const { inputs: sketches, ...model } = await writeSkeletonModel(
      archive,
      folder,
      seed,
      compose(common).adapters.list(),
    );
    return { ...model, sketches };
  }
  const loaded = loadSkeleton(join(suite.standIns, `${skeleton}.onnx.gz`), seed);
  const named = renamedInputs(loaded.graph, rename);
  const graph = single ? singleSample(named) : named;
  const place = join(folder, `${skeleton}-${seed}`);
  const file = suite.standInFormat === "torch" ? place : `${place}.onnx`;
  if (suite.standInFormat === "torch") await writeTorchFolder(graph, place);
  else await writeModel(graph, file, { force: true });
  return { file, graph, sketches: loaded.inputs };
}

/** The graph, and its weights as PyTorch's users keep them. */
async function writeTorchFolder(graph: Graph, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await writeModel(graph, join(folder, "model.onnx"), { force: true });
  const parameters = new Map(Array.from(graph.weights, ([name, { source }]) => [name, source] as const));
  await writeSafetensors(parameters, join(folder, "model.safetensors"), new Map([["format", "pt"]]), { force: true });
}

/** The result of work that several rows need, done once. */
export function once<T>({ shared }: StandInRun, key: string, work: () => Promise<T>): Promise<T> {
  const known = shared.get(key) as Promise<T> | undefined;
  if (known !== undefined) return known;
  const started = work();
  shared.set(key, started);
  return started;
}
