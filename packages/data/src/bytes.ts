// Bytes that are read where they are needed: a file by position, or memory. And a reader of exact amounts over chunks.

import { closeSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { badArray, notFound, tooLarge } from "./errors.ts";

/** A file path, or the contents of one. */
export type ByteInput = string | Uint8Array;

/** Random access to bytes. Each read opens and closes the file, so nothing stays open between walks. */
export interface Bytes {
  /** What messages call it: the path, or "bytes" for memory. */
  readonly name: string;
  readonly size: number;
  /** Up to `length` bytes from `offset`; fewer at the end. */
  read(offset: number, length: number): Uint8Array;
}

/** Bytes of a file or of memory. @throws DATA_NOT_FOUND when the file can't be read. */
export function bytesFrom(input: ByteInput, what = "file"): Bytes {
  if (typeof input !== "string") {
    return { name: "bytes", size: input.byteLength, read: (offset, length) => input.subarray(offset, offset + length) };
  }
  const size = withFile(input, what, (handle) => {
    const stat = fstatSync(handle);
    if (!stat.isFile()) throw notFound(input, what, { code: "not a file" });
    return stat.size;
  });
  return {
    name: input,
    size,
    read: (offset, length) => withFile(input, what, (handle) => readSpan(handle, offset, length, size)),
  };
}

/** A whole file as text. @throws DATA_NOT_FOUND, DATA_TOO_LARGE over `limit` bytes. */
export function textOf(path: string, what: string, limit: number): string {
  const { size } = bytesFrom(path, what);
  if (size > limit) throw tooLarge(path, size, limit);
  return readFileSync(path, "utf8");
}

/** The bytes in order, in chunks. */
export function* chunksOf(bytes: Bytes, offset: number, end: number, chunkBytes: number): Generator<Uint8Array> {
  for (let at = offset; at < end; at += chunkBytes) {
    const chunk = bytes.read(at, Math.min(chunkBytes, end - at));
    if (chunk.length === 0) return;
    yield chunk;
  }
}

/** Takes exact amounts from chunks; allocates no more than what has really arrived. */
export class ChunkReader {
  readonly #name: string;
  readonly #chunks: Iterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(name: string, chunks: Iterable<Uint8Array>) {
    this.#name = name;
    this.#chunks = chunks[Symbol.iterator]();
  }

  /** The next `length` bytes, in memory of their own. @throws DATA_ARRAY when the data ends before. */
  take(length: number): Uint8Array {
    const parts: Uint8Array[] = [];
    let missing = length;
    while (missing > 0) {
      if (this.#rest.length === 0) this.#rest = this.#next(length, missing);
      const part = this.#rest.subarray(0, missing);
      this.#rest = this.#rest.subarray(part.length);
      parts.push(part);
      missing -= part.length;
    }
    return concat(parts, length);
  }

  /** Reads to the end, which checks sums; there must be nothing left. */
  finish(): void {
    const extra = this.#rest.length > 0 || this.#chunks.next().done !== true;
    if (extra) throw badArray(this.#name, "goes on after its last element");
  }

  #next(length: number, missing: number): Uint8Array {
    const { value, done } = this.#chunks.next();
    if (done === true) throw badArray(this.#name, `ends too early: ${missing} of the next ${length} bytes are missing`);
    return value;
  }
}

function concat(parts: readonly Uint8Array[], length: number): Uint8Array {
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function withFile<T>(path: string, what: string, use: (handle: number) => T): T {
  const handle = openFile(path, what);
  try {
    return use(handle);
  } finally {
    closeSync(handle);
  }
}

function openFile(path: string, what: string): number {
  try {
    return openSync(path, "r");
  } catch (error) {
    throw notFound(path, what, error);
  }
}

function readSpan(handle: number, offset: number, length: number, size: number): Uint8Array {
  const out = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
  let done = 0;
  while (done < out.length) {
    const count = readSync(handle, out, done, out.length - done, offset + done);
    if (count === 0) break;
    done += count;
  }
  return out.subarray(0, done);
}
