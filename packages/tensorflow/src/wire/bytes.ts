// Random access to the bytes of a file: what is not needed is not read.
// A file is opened anew for each read, so a graph never leaks a handle and needs no dispose.

import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { fileUnreadable, malformed } from "./errors.ts";

/** Bytes that can be read at any place. */
export interface ByteSource {
  /** Path, or what stands for it in messages. */
  readonly name: string;
  readonly sizeBytes: number;
  /**
   * `length` bytes from `offset`; a view that must not be written to.
   * @throws TENSORFLOW_MALFORMED when the stretch is not within the source.
   */
  read(offset: number, length: number): Uint8Array;
}

/** Bytes in memory. */
export function memorySource(bytes: Uint8Array, name = "<memory>"): ByteSource {
  const read = (offset: number, length: number): Uint8Array => {
    checkStretch(name, bytes.length, offset, length);
    return bytes.subarray(offset, offset + length);
  };
  return { name, sizeBytes: bytes.length, read };
}

/**
 * A file.
 * @throws TENSORFLOW_FILE_UNREADABLE when it is not there, not a regular file, not permitted, or changed since.
 */
export function fileSource(path: string): ByteSource {
  const opened = withFile(path, (handle) => fstatSync(handle));
  if (!opened.isFile()) throw fileUnreadable({ file: path, why: "it is not a file" });
  const sizeBytes = opened.size;
  const read = (offset: number, length: number): Uint8Array => {
    checkStretch(path, sizeBytes, offset, length);
    return withFile(path, (handle) => {
      if (!isSame(opened, fstatSync(handle))) throw changed(path);
      return fill(path, handle, new Uint8Array(length), offset);
    });
  };
  return { name: path, sizeBytes, read };
}

/** The whole of a file. Errors as `fileSource`. */
export function readWhole(path: string): Uint8Array {
  const source = fileSource(path);
  return source.read(0, source.sizeBytes);
}

function checkStretch(file: string, size: number, offset: number, length: number): void {
  if (offset >= 0 && length >= 0 && offset + length <= size) return;
  throw malformed({ file, where: `byte ${offset}`, why: `${length} bytes from there are not within its ${size}` });
}

/** Opening a pipe without this would wait for a writer for ever; Windows has neither. */
const WITHOUT_WAITING = constants.O_NONBLOCK ?? 0;

function withFile<T>(path: string, use: (handle: number) => T): T {
  let handle: number;
  try {
    handle = openSync(path, constants.O_RDONLY | WITHOUT_WAITING);
  } catch (error) {
    throw fileUnreadable({ file: path, why: reasonOf(error) }, error);
  }
  try {
    return use(handle);
  } finally {
    closeSync(handle);
  }
}

function isSame(a: Stats, b: Stats): boolean {
  return a.size === b.size && a.mtimeMs === b.mtimeMs && a.ino === b.ino;
}

function changed(file: string) {
  return fileUnreadable({ file, why: "it was changed while the model was in use" });
}

function fill(path: string, handle: number, bytes: Uint8Array, offset: number): Uint8Array {
  for (let done = 0; done < bytes.length;) {
    const count = readSync(handle, bytes, done, bytes.length - done, offset + done);
    if (count === 0) throw changed(path);
    done += count;
  }
  return bytes;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  EACCES: "permission is denied",
  EPERM: "permission is denied",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of the path is not a folder",
};

/** An error of the file system in words. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return reasons[code] ?? (code || String(error));
}
