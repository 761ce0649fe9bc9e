// Writes files that appear together or not at all: each to a temporary file beside its target, then renamed.

import { randomBytes } from "node:crypto";
import { existsSync, realpathSync } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { WrittenFile } from "@tersor/core";
import { reasonOf } from "../wire/bytes.ts";
import { outputExists, outputIsInput, outputNotWritable } from "./errors.ts";

/** A file to write: its bytes in pieces, made one at a time. */
export interface OutputFile {
  readonly path: string;
  readonly pieces: () => Iterable<Uint8Array>;
}

/** What may be overwritten. */
export interface WriteTogetherOptions {
  /** Replace files that are there already; never one of `inputs`. */
  readonly force?: boolean;
  /** Files of the model that was read. */
  readonly inputs?: readonly string[];
}

/**
 * Writes the files, making their folders, and renames them into place, in order.
 * @throws TENSORFLOW_OUTPUT_EXISTS, TENSORFLOW_OUTPUT_IS_INPUT, TENSORFLOW_OUTPUT_NOT_WRITABLE
 */
export async function writeTogether(
  files: readonly OutputFile[],
  { force = false, inputs = [] }: WriteTogetherOptions = {},
): Promise<readonly WrittenFile[]> {
  const taken = new Set(inputs.filter((path) => existsSync(path)).map((path) => realpathSync(path)));
  for (const { path } of files) checkTarget(path, taken, force);
  const temporaries: string[] = [];
  const folders: string[] = [];
  let isDone = false;
  try {
    const written: WrittenFile[] = [];
    for (const { path, pieces } of files) {
      const made = await translated(path, () => mkdir(dirname(path), { recursive: true }));
      if (made !== undefined) folders.push(made);
      const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
      temporaries.push(temporary);
      written.push({ path, sizeBytes: await translated(path, () => writeOne(temporary, pieces())) });
    }
    for (const [index, { path }] of files.entries()) await translated(path, () => rename(temporaries[index]!, path));
    isDone = true;
    return written;
  } finally {
    await Promise.all(temporaries.map((path) => rm(path, { force: true }).catch(() => undefined)));
    if (!isDone)
      await Promise.all(folders.map((path) => rm(path, { recursive: true, force: true }).catch(() => undefined)));
  }
}

function checkTarget(path: string, inputs: ReadonlySet<string>, force: boolean): void {
  if (!existsSync(path)) return;
  if (inputs.has(realpathSync(path))) throw outputIsInput({ file: path });
  if (!force) throw outputExists({ file: path });
}

async function writeOne(path: string, pieces: Iterable<Uint8Array>): Promise<number> {
  const file = await open(path, "wx");
  let sizeBytes = 0;
  try {
    for (const piece of pieces) {
      for (let done = 0; done < piece.length;) done += (await file.write(piece, done)).bytesWritten;
      sizeBytes += piece.length;
    }
  } finally {
    await file.close();
  }
  return sizeBytes;
}

async function translated<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && "syscall" in error) throw outputNotWritable({ file, why: reasonOf(error) }, error);
    throw error;
  }
}
