// Writes files that appear together or not at all: each to a temporary file beside its target, then renamed.

import { randomBytes } from "node:crypto";
import { open, rename, rm, type FileHandle } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { outputDiskFull, outputNotWritable } from "../errors.ts";
import { codeOf, reasonOf } from "../wire/bytes.ts";
import { holdSources, joined, type Message } from "../wire/piece.ts";

/** A file to write. */
export interface OutputFile {
  readonly path: string;
  readonly content: Message;
  readonly sizeBytes: number;
}

/** Opens a file for writing; a parameter so that tests can fill a disk. */
export type OpenForWriting = (path: string) => Promise<Pick<FileHandle, "write" | "close">>;

const openNew: OpenForWriting = (path) => open(path, "wx");
const BUFFER_BYTES = 1024 * 1024;

/**
 * Writes the files and renames them into place, in order, the last one last.
 * @throws ONNX_OUTPUT_DISK_FULL, ONNX_OUTPUT_NOT_WRITABLE; the reason of `signal` when it is aborted.
 */
export async function writeTogether(
  files: readonly OutputFile[],
  signal?: AbortSignal,
  openFile: OpenForWriting = openNew,
): Promise<void> {
  const temporaries: string[] = [];
  try {
    for (const file of files) {
      const temporary = join(dirname(file.path), `.${basename(file.path)}.${randomBytes(6).toString("hex")}.tmp`);
      temporaries.push(temporary);
      await translated(file, () => writeOne(temporary, file.content, openFile, signal));
    }
    signal?.throwIfAborted();
    for (const [index, file] of files.entries()) await translated(file, () => rename(temporaries[index]!, file.path));
  } finally {
    await Promise.all(temporaries.map((path) => rm(path, { force: true }).catch(() => undefined)));
  }
}

async function writeOne(path: string, content: Message, openFile: OpenForWriting, signal?: AbortSignal): Promise<void> {
  const file = await openFile(path);
  const release = holdSources(content);
  try {
    for (const chunk of buffered(content)) {
      signal?.throwIfAborted();
      await writeAll(file, chunk);
    }
  } finally {
    release();
    await file.close();
  }
}

async function writeAll(file: Pick<FileHandle, "write">, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += (await file.write(bytes, done)).bytesWritten;
}

/** The chunks of a message, small ones gathered. */
function* buffered(content: Message): Iterable<Uint8Array> {
  const buffer = new Uint8Array(BUFFER_BYTES);
  let filled = 0;
  for (const piece of joined(content)) {
    for (const chunk of piece.chunks()) {
      if (filled + chunk.length > BUFFER_BYTES) {
        yield buffer.subarray(0, filled);
        filled = 0;
      }
      if (chunk.length >= BUFFER_BYTES) yield chunk;
      else {
        buffer.set(chunk, filled);
        filled += chunk.length;
      }
    }
  }
  if (filled > 0) yield buffer.subarray(0, filled);
}

const full = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

async function translated(file: OutputFile, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const code = codeOf(error);
    if (full.has(code)) throw outputDiskFull({ file: file.path, sizeBytes: file.sizeBytes }, error);
    if (/^E[A-Z]+$/.test(code)) throw outputNotWritable({ file: file.path, why: reasonOf(error) }, error);
    throw error;
  }
}
