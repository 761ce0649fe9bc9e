// The weight files of TensorFlow.js: a group of weights lies end to end over several files (shards).
// A manifest is not trusted: a path is a relative one that stays inside the model's folder, links followed.

import { existsSync, realpathSync } from "node:fs";
import { isAbsolute, resolve, sep, win32 } from "node:path";
import { shardPath } from "../read/errors.ts";
import { fileSource, type ByteSource } from "../wire/bytes.ts";

/**
 * The files of a group as one run of bytes.
 * @throws TENSORFLOW_SHARD_PATH for paths that leave the folder or lead nowhere, TENSORFLOW_FILE_UNREADABLE
 */
export function shardsSource(folder: string, paths: readonly string[], file: string): ByteSource {
  const parts = paths.map((path) => fileSource(pathWithin(folder, path, file)));
  const starts = [0];
  for (const { sizeBytes } of parts) starts.push(starts.at(-1)! + sizeBytes);
  const read = (offset: number, length: number): Uint8Array => {
    const chunks = parts.flatMap((part, i) => {
      const from = Math.max(offset, starts[i]!);
      const to = Math.min(offset + length, starts[i + 1]!);
      return to > from ? [part.read(from - starts[i]!, to - from)] : [];
    });
    return chunks.length === 1 ? chunks[0]! : joined(chunks, length);
  };
  return { name: file, sizeBytes: starts.at(-1)!, read };
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const out = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  return out;
}

/** Errors as `shardsSource`. */
export function pathWithin(folder: string, path: string, file: string): string {
  const refuse = (why: string) => shardPath({ file, path, why });
  if (path === "" || path.includes("\0")) throw refuse("that is not the name of a file");
  const outside = () => refuse("that is outside the model's folder");
  if (isAbsolute(path) || win32.isAbsolute(path) || /^[a-z]+:/i.test(path)) throw outside();
  const full = resolve(folder, path);
  if (!isInside(resolve(folder), full)) throw outside();
  if (!existsSync(full)) throw refuse("there is no such file");
  if (!isInside(realpathSync(folder), realpathSync(full))) throw outside();
  return full;
}

function isInside(folder: string, path: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
