// A file with some stretches of it replaced, written without being in memory.

import type { OutputFile } from "../write/files.ts";
import { fileSource } from "../wire/bytes.ts";

/** Bytes that replace those of equal length at a place. */
export interface Patch {
  readonly offset: number;
  readonly bytes: () => Uint8Array;
  readonly sizeBytes: number;
}

const CHUNK_BYTES = 8 * 1024 * 1024;

/** A copy of a file with patches, which must not overlap. */
export function patchedFile(from: string, path: string, patches: readonly Patch[]): OutputFile {
  return { path, pieces: () => patchedPieces(from, patches) };
}

function* patchedPieces(from: string, patches: readonly Patch[]): Iterable<Uint8Array> {
  const source = fileSource(from);
  let at = 0;
  for (const { offset, bytes, sizeBytes } of patches.toSorted((a, b) => a.offset - b.offset)) {
    yield* chunks(source, at, offset);
    yield bytes();
    at = offset + sizeBytes;
  }
  yield* chunks(source, at, source.sizeBytes);
}

function* chunks(source: ReturnType<typeof fileSource>, start: number, end: number): Iterable<Uint8Array> {
  for (let at = start; at < end; at += CHUNK_BYTES) yield source.read(at, Math.min(CHUNK_BYTES, end - at));
}
