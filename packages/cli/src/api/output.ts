// Where a result goes: never over its source, never half-written. The model is written into a folder of its own beside
// the target, checked there, and moved into place with its data files at the end.

import { existsSync, realpathSync } from "node:fs";
import { mkdtemp, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { Graph, OutputFile } from "@tersor/core";
import { writeModel } from "@tersor/onnx";
import { outputExists, outputIsInput, outputNotWritable } from "../errors.ts";

/** `model.onnx` and "qdq" give `model.qdq.onnx`, beside the source. */
export function defaultOutput(model: string, format: string): string {
  const name = basename(model).replace(/\.onnx$/i, "");
  return join(dirname(model), `${name}.${format}.onnx`);
}

/**
 * Refuses a target before any work is done for it.
 * @throws TERSOR_OUTPUT_IS_INPUT, TERSOR_OUTPUT_EXISTS, TERSOR_OUTPUT_NOT_WRITABLE
 */
export function assertWritable(model: string, output: string, force: boolean): void {
  if (samePlace(model, output)) throw outputIsInput(output);
  if (existsSync(output) && !force) throw outputExists(output);
  if (!existsSync(dirname(resolve(output)))) throw outputNotWritable(output, new Error(`the folder "${dirname(output)}" does not exist`));
}

function samePlace(a: string, b: string): boolean {
  if (resolve(a) === resolve(b)) return true;
  return existsSync(a) && existsSync(b) && realpathSync(a) === realpathSync(b);
}

/**
 * Writes a graph, lets `check` look at the written file, and moves it into place when the check did not throw.
 * Nothing is left behind otherwise.
 */
export async function writeChecked(graph: Graph, output: string, format: string, check: (file: string) => Promise<void>): Promise<OutputFile> {
  const folder = await mkdtemp(join(dirname(resolve(output)), `.${basename(output)}-`)).catch((error: unknown) => {
    throw outputNotWritable(output, error);
  });
  try {
    const { files } = await writeModel(graph, join(folder, basename(output)));
    await check(join(folder, basename(output)));
    for (const { path } of files) await rename(path, join(dirname(resolve(output)), basename(path)));
    const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
    const dataFiles = files.slice(0, -1).map(({ path }) => join(dirname(output), basename(path)));
    return { path: output, sizeBytes, format, ...(dataFiles.length > 0 && { dataFiles }) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
