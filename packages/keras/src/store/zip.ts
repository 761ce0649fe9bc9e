// Zip archives through fflate, within limits: sizes are those the directory declares, checked before and while
// anything is unpacked, and only entries that were asked for are. Nothing is ever written under an entry's name.
// fflate leaves the checksums alone (APPNOTE 4.4.7), so they are compared here.

import { readFile, stat } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { unzipSync } from "fflate";
import { isTersorError } from "@tersor/core";
import { tooLarge, zipBroken } from "../errors.ts";

/** Deflate reaches 1032 to 1. */
const MAX_RATIO = 1032;
const MAX_BYTES = 2 ** 31 - 1;
const MAX_ENTRIES = 10_000;
const END = { signature: 0x06054b50, bytes: 22 } as const;
const HEADER = { signature: 0x02014b50, bytes: 46 } as const;

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
    const found = unzipSync(bytes, {
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
    checkSums(file, bytes, [...seen], found);
    return found;
  } catch (error) {
    if (isTersorError(error)) throw error;
    throw zipBroken({ file, why: error instanceof Error ? error.message : "it is damaged" }, error);
  }
}

/** `names`: of all entries, in the order of the directory. */
function checkSums(
  file: string,
  bytes: Uint8Array,
  names: readonly string[],
  found: Readonly<Record<string, Uint8Array>>,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = view.getUint32(endOfDirectory(view) + 16, true);
  for (const name of names) {
    if (view.getUint32(at, true) !== HEADER.signature) throw zipBroken({ file, why: "its directory is damaged" });
    const entry = Object.hasOwn(found, name) ? found[name] : undefined;
    if (entry && crc32(entry) !== view.getUint32(at + 16, true))
      throw zipBroken({ file, why: `the entry "${name}" does not have the checksum that it says` });
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((field) => view.getUint16(at + field, true));
    at += HEADER.bytes + nameBytes! + extraBytes! + commentBytes!;
  }
}

/** The last record that is one, as fflate takes it. */
function endOfDirectory(view: DataView): number {
  let at = view.byteLength - END.bytes;
  while (view.getUint32(at, true) !== END.signature) at--;
  return at;
}
