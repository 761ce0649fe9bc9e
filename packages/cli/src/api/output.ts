// Where a result goes: never over its source, never half-written. The model is written into a folder of its own beside
// the target, checked there, and moved into place with its data files at the end.

import { accessSync, constants, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { Graph, OutputFile, WrittenFile } from "@tersor/core";
import { outputExists, outputIsInput, outputNotWritable } from "../errors.ts";
import { isOnHub, type ModelFile } from "./model.ts";

/** Endings that an output's name does not keep from its source. */
const ENDINGS = /\.(onnx|pb|meta|h5|hdf5|keras|json|safetensors|pt|pth)$/i;

/** `model.onnx` and "qdq" give `model.qdq.onnx`, beside the source; for a model on the hub in the current folder. */
export function defaultOutput(model: string, format: string): string {
  const name = basename(model).replace(ENDINGS, "");
  if (isOnHub(model)) return `${name.replace(/^hf:|@.*$/g, "")}.${format}.onnx`;
  return join(dirname(model), `${name}.${format}.onnx`);
}

/**
 * Refuses a target before any work is done for it.
 * @throws TERSOR_OUTPUT_IS_INPUT, TERSOR_OUTPUT_EXISTS, TERSOR_OUTPUT_NOT_WRITABLE
 */
export function assertWritable(model: string, output: string, force: boolean, folder = false): void {
  if (folder) assertFolderFree(output, [model], force);
  else assertFree(output, [model], force);
  try {
    accessSync(dirname(resolve(output)), constants.W_OK);
  } catch (error) {
    throw outputNotWritable(output, error);
  }
}

function assertFree(target: string, sources: Iterable<string>, force: boolean): void {
  for (const source of sources) if (samePlace(source, target)) throw outputIsInput(target);
  if (!existsSync(target)) return;
  if (statSync(target).isDirectory()) throw outputNotWritable(target, new Error("it is a folder"));
  if (!force) throw outputExists(target);
}

/** A folder that is there is replaced on request, unless a source lies in it or it holds folders of another kind. */
function assertFolderFree(target: string, sources: Iterable<string>, force: boolean): void {
  const inside = `${resolve(target)}/`;
  for (const source of sources)
    if (samePlace(source, target) || resolve(source).startsWith(inside)) throw outputIsInput(target);
  if (!existsSync(target)) return;
  if (!statSync(target).isDirectory()) throw outputNotWritable(target, new Error("it is a file"));
  const content = readdirSync(target);
  if (content.length > 0 && !force) throw outputExists(target);
  if (!content.every(isOfModel)) throw outputNotWritable(target, new Error("it holds more than a model"));
}

/** Names that the folder of a model may have in it: only such a folder is ever replaced. */
function isOfModel(name: string): boolean {
  return /^(model\.json|saved_model\.pb|fingerprint\.pb|variables|assets|group\d+-shard\d+of\d+(\.bin)?)$/.test(name);
}

/** One file under two names counts: symbolic and hard links. */
function samePlace(a: string, b: string): boolean {
  if (resolve(a) === resolve(b)) return true;
  if (!existsSync(a) || !existsSync(b)) return false;
  const [first, second] = [statSync(a, { bigint: true }), statSync(b, { bigint: true })];
  return first.dev === second.dev && first.ino === second.ino && first.ino !== 0n;
}

/** How a graph gets into a file, such as `adapter.write`. */
export type Write = (graph: Graph, path: string) => Promise<readonly WrittenFile[]>;

export interface WriteJob {
  /** The model that the graph came from. */
  readonly source: Pick<ModelFile, "path" | "files">;
  readonly output: string;
  /** Whether the output is a folder. */
  readonly folder?: boolean;
  readonly format: string;
  readonly force: boolean;
  readonly write: Write;
  /** Looks at the written file; what it throws keeps the result from its place. */
  readonly check: (file: string) => Promise<void>;
}

/** Writes a graph, has it checked, and moves it into place with its data files. Nothing is left behind otherwise. */
export async function writeChecked(graph: Graph, job: WriteJob): Promise<OutputFile> {
  const { output, format, write, check } = job;
  return withFolderBeside(output, async (folder) => {
    const written = join(folder, basename(output));
    const files = await write(graph, written);
    await check(written);
    const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
    if (job.folder) {
      await moveFolder(written, folder, job);
      return { path: output, sizeBytes, format };
    }
    const moved = await moveBeside(files, job);
    const dataFiles = moved.filter((path) => basename(path) !== basename(output));
    return { path: output, sizeBytes, format, ...(dataFiles.length > 0 && { dataFiles }) };
  });
}

/** Moves files beside the output, in the order they were written: the model comes last. */
async function moveBeside(
  files: readonly WrittenFile[],
  { source, output, force }: WriteJob,
): Promise<readonly string[]> {
  const moves = files.map(({ path }) => ({ from: path, to: join(dirname(output), basename(path)) }));
  const sources = [source.path, ...source.files];
  for (const { to } of moves) assertFree(to, sources, force);
  for (const { from, to } of moves) await rename(from, to);
  return moves.map(({ to }) => to);
}

/** Puts a folder in place; one that was there goes only when the new one is whole. */
async function moveFolder(from: string, scratch: string, { source, output, force }: WriteJob): Promise<void> {
  assertFolderFree(output, [source.path, ...source.files], force);
  if (existsSync(output)) await rename(output, join(scratch, "before"));
  await rename(from, output);
}

/** Folders to remove when the process is ended in the middle of the work. */
const folders = new Set<string>();

function removeAll(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

async function withFolderBeside<T>(output: string, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = makeFolder(output);
  if (folders.size === 0) process.on("exit", removeAll);
  folders.add(folder);
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
    folders.delete(folder);
    if (folders.size === 0) process.off("exit", removeAll);
  }
}

function makeFolder(output: string): string {
  try {
    return mkdtempSync(join(dirname(resolve(output)), `.${basename(output)}-`));
  } catch (error) {
    throw outputNotWritable(output, error);
  }
}
