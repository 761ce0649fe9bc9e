// A model as the host can load it: the file it came from where nothing was changed, bytes where it is small, and a
// temporary file else (a pipe would copy the weights several times).

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Graph, Runnable } from "@tersor/core";
import { trackedField } from "../tracked.ts";
import { modelBytes } from "../write/model.ts";
import { writeModel } from "../write/write-model.ts";
import type { ModelSource } from "./protocol.ts";

/** A model for the host, and what to do once it has loaded it. */
export interface Materialized {
  readonly source: ModelSource;
  discard(): Promise<void>;
}

/** Weights of at most this size go to the host as bytes. */
const MOST_PIPED_BYTES = 4 * 2 ** 20;

export async function materialize(model: Runnable): Promise<Materialized> {
  if ("file" in model) return { source: { file: resolve(model.file) }, discard: nothing };
  if (model.path !== undefined && trackedField(model, "") !== undefined) {
    return { source: { file: resolve(model.path) }, discard: nothing };
  }
  return weightBytes(model) <= MOST_PIPED_BYTES
    ? { source: { bytes: modelBytes(model) }, discard: nothing }
    : temporaryFile(model);
}

async function nothing(): Promise<void> {}

function weightBytes(graph: Graph): number {
  let sum = 0;
  for (const { source } of graph.weights.values()) sum += source.sizeBytes;
  return sum;
}

async function temporaryFile(graph: Graph): Promise<Materialized> {
  const folder = await mkdtemp(join(tmpdir(), "tersor-"));
  const discard = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const file = join(folder, "model.onnx");
    await writeModel(graph, file);
    return { source: { file }, discard };
  } catch (error) {
    await discard();
    throw error;
  }
}
