// Zip archives through fflate, within limits: sizes are those the directory declares, checked before and while
// anything is unpacked, and only entries that were asked for are. Nothing is ever written under an entry's name.

import { readFile, stat } from "node:fs/promises";
import { unzipSync } from "fflate";
import { isTersorError } from "@tersor/core";
import { tooLarge, zipBroken } from "../errors.ts";

/** Deflate reaches 1032 to 1. */
const MAX_RATIO = 1032;
const MAX_BYTES = 2 ** 31 - 1;
const MAX_ENTRIES = 10_000;

/**
 * Names of the entries of an archive.
 * @throws KERAS_ZIP_BROKEN, KERAS_TOO_LARGE
 */
export async function listZip(path: string): Promise<readonly string[]> {
  const names: string[] = [];
  read(path, await bytesOf(path), (name) => {
    names.push(name);
    return false;
  });
  return names;
}

/**
 * Entries of an archive by name, those of `wanted`; all without it.
 * @throws KERAS_ZIP_BROKEN, KERAS_TOO_LARGE
 */
export async function unzip(path: string, wanted?: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
  const found = read(path, await bytesOf(path), (name) => wanted === undefined || wanted.includes(name));
  return new Map(Object.entries(found));
}

async function bytesOf(path: string): Promise<Uint8Array> {
  const { size } = await stat(path);
  if (size > MAX_BYTES) throw tooLarge({ file: path, what: `${size} bytes`, limit: `${MAX_BYTES}` });
  return readFile(path);
}

function read(
  file: string,
  bytes: Uint8Array,
  wanted: (name: string) => boolean,
): Readonly<Record<string, Uint8Array>> {
  const seen = new Set<string>();
  let total = 0;
  try {
    return unzipSync(bytes, {
      filter: ({ name, size, originalSize }) => {
        if (seen.has(name)) throw zipBroken({ file, why: `it has "${name}" twice` });
        if (seen.add(name).size > MAX_ENTRIES) throw tooLarge({ file, what: "entries", limit: `${MAX_ENTRIES}` });
        if (!wanted(name)) return false;
        total += originalSize;
        if (originalSize > size * MAX_RATIO || size > bytes.length || total > MAX_BYTES)
          throw tooLarge({
            file,
            what: `the entry "${name}" of ${originalSize} bytes`,
            limit: "its packed size allows",
          });
        return true;
      },
    });
  } catch (error) {
    if (isTersorError(error)) throw error;
    throw zipBroken({ file, why: error instanceof Error ? error.message : "it is damaged" }, error);
  }
}
