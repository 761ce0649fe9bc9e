// New elements in a copy of an HDF5 file: everything else in it, configuration, attributes and optimizer, is as it was.

import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { closeSync, openSync, readSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bytesOf, type Tensor } from "@tersor/core";
import * as h5wasm from "h5wasm/node";
import { h5Broken } from "../errors.ts";
import { withFile } from "../store/h5.ts";

const CHUNK_BYTES = 8 * 1024 * 1024;

/** Puts new elements into the datasets of a file, one at a time. */
export function updateDatasets(path: string, changes: ReadonlyMap<string, () => Tensor>): void {
  withFile(path, "a", (file) => {
    for (const [name, tensor] of changes) {
      const dataset = file.get(name);
      if (!(dataset instanceof h5wasm.Dataset)) throw h5Broken({ file: path, why: `"${name}" is no dataset` });
      writeElements(path, dataset, bytesOf(tensor()));
    }
    file.flush();
  });
}

/** All elements at once; slices, which the library offers, leave scalars out. */
function writeElements(file: string, { file_id, path, metadata }: h5wasm.Dataset, bytes: Uint8Array): void {
  const sizeBytes = metadata.size * metadata.total_size;
  if (bytes.length !== sizeBytes) throw h5Broken({ file, why: `"${path}" takes ${sizeBytes} bytes` });
  const { Module } = h5wasm;
  const pointer = Module._malloc(Math.max(1, bytes.length));
  if (pointer === 0) throw h5Broken({ file, why: `there is no memory for the ${bytes.length} bytes of "${path}"` });
  try {
    Module.HEAPU8.set(bytes, pointer);
    const status = Module.set_dataset_data(file_id, path, null, null, null, BigInt(pointer));
    if (status < 0) throw h5Broken({ file, why: `"${path}" can't be written` });
  } finally {
    Module._free(pointer);
  }
}

/** Runs `use` on a copy in a folder of its own, which is gone afterwards. */
export async function withCopy<Result>(
  source: string | Uint8Array,
  use: (path: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "tersor-keras-"));
  try {
    const path = join(folder, "copy.h5");
    await (typeof source === "string" ? copyFile(source, path) : writeFile(path, source));
    return await use(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The bytes of a file in pieces. */
export function* piecesOf(path: string): Iterable<Uint8Array> {
  const file = openSync(path, "r");
  try {
    for (;;) {
      const piece = new Uint8Array(CHUNK_BYTES);
      const count = readSync(file, piece);
      if (count === 0) return;
      yield piece.subarray(0, count);
    }
  } finally {
    closeSync(file);
  }
}
