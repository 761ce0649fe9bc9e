// Random access to the bytes of a file or of memory, and spans of them: what is not needed is not read.
// A file is opened anew for each read unless it is held, so a graph never leaks a handle and needs no dispose.

import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { fileChanged, fileUnreadable } from "../errors.ts";

/** Bytes that can be read at any place. */
export interface ByteSource {
  /** Path, or what stands for it in messages. */
  readonly name: string;
  /** The file, if it is one: another process can read the same bytes. */
  readonly file?: string;
  readonly sizeBytes: number;
  /** `length` bytes from `offset`, both within the source; a view that must not be written to. */
  read(offset: number, length: number): Uint8Array;
  /** Keeps the file open until the returned function is called. */
  hold(): () => void;
}

/** A stretch of bytes, offsets from the start of its source. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A stretch of a source. */
export interface Span extends Range {
  readonly source: ByteSource;
}

export function bytesOfSpan({ source, start, end }: Span): Uint8Array {
  return source.read(start, end - start);
}

/** Bytes in memory. */
export function memorySource(bytes: Uint8Array, name = "<memory>"): ByteSource {
  return {
    name,
    sizeBytes: bytes.length,
    read: (offset, length) => bytes.subarray(offset, offset + length),
    hold: () => () => {},
  };
}

/**
 * A file.
 * @throws ONNX_FILE_UNREADABLE when it is not there, not a regular file or not permitted.
 */
export function fileSource(path: string): ByteSource {
  return new FileSource(path);
}

class FileSource implements ByteSource {
  readonly name: string;
  readonly file: string;
  readonly sizeBytes: number;
  readonly #opened: Stats;
  #handle = -1;
  #holders = 0;

  constructor(path: string) {
    this.name = path;
    this.file = path;
    const handle = open(path);
    try {
      this.#opened = fstatSync(handle);
    } finally {
      closeSync(handle);
    }
    if (!this.#opened.isFile()) throw fileUnreadable({ file: path, why: "it is not a file" });
    this.sizeBytes = this.#opened.size;
  }

  read(offset: number, length: number): Uint8Array {
    const release = this.hold();
    try {
      return this.#fill(new Uint8Array(length), offset);
    } finally {
      release();
    }
  }

  hold(): () => void {
    if (this.#holders === 0) this.#handle = this.#reopen();
    this.#holders++;
    return () => {
      this.#holders--;
      if (this.#holders === 0) closeSync(this.#handle);
    };
  }

  #reopen(): number {
    const handle = open(this.name);
    const { size, mtimeMs, ino } = fstatSync(handle);
    if (size === this.#opened.size && mtimeMs === this.#opened.mtimeMs && ino === this.#opened.ino) return handle;
    closeSync(handle);
    throw fileChanged({ file: this.name });
  }

  #fill(bytes: Uint8Array, offset: number): Uint8Array {
    for (let done = 0; done < bytes.length;) {
      const count = readSync(this.#handle, bytes, done, bytes.length - done, offset + done);
      if (count === 0) throw fileChanged({ file: this.name });
      done += count;
    }
    return bytes;
  }
}

/** Opening a pipe without this would wait for a writer for ever; Windows has neither. */
const WITHOUT_WAITING = constants.O_NONBLOCK ?? 0;

function open(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | WITHOUT_WAITING);
  } catch (error) {
    throw fileUnreadable({ file: path, why: reasonOf(error) }, error);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  EACCES: "permission is denied",
  EPERM: "permission is denied",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of the path is not a folder",
  ELOOP: "its links go in a circle",
  EROFS: "the disk is read-only",
  ENAMETOOLONG: "the name is too long",
};

/** An error of the file system in words. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error);
  return reasons[code] ?? (code || String(error));
}

/** The code of an error of the file system, such as "ENOENT", or "". */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
