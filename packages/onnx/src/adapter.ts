// The ONNX door as an adapter: what the command line asks whether a file is its own.

import { open } from "node:fs/promises";
import { defineAdapter } from "@tersor/core";
import { readModel, type ReadOptions } from "./read/model.ts";
import { writeModel, type WriteOptions } from "./write/write-model.ts";

/** A ModelProto begins with its field 1, the IR version: a varint, and small. */
const IR_VERSION_TAG = 0x08;
const MOST_IR_VERSION = 0x7f;

/** Reads and writes ONNX models. */
export const onnxAdapter = defineAdapter<ReadOptions, WriteOptions>({
  name: "onnx",
  formats: [".onnx"],
  writes: [{ name: "onnx", ending: ".onnx" }],
  accepts: async (path) => /\.onnx$/i.test(path) || beginsLikeModel(await firstBytes(path, 2)),
  read: readModel,
  write: async (graph, path, options) => (await writeModel(graph, path, options)).files,
});

function beginsLikeModel([tag, version = 0]: Uint8Array): boolean {
  return tag === IR_VERSION_TAG && version > 0 && version <= MOST_IR_VERSION;
}

/** None where the path is no file that can be read; reading it tells why. */
async function firstBytes(path: string, count: number): Promise<Uint8Array> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return new Uint8Array();
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(count), 0, count, 0);
    return buffer.subarray(0, bytesRead);
  } catch {
    return new Uint8Array();
  } finally {
    await file.close();
  }
}
