// TensorFlow Lite as an adapter: files are written and run, and not read into a graph.

import { open } from "node:fs/promises";
import { defineAdapter, type Graph, type WriteOptions } from "@tersor/core";
import { filesOfModel } from "../read/files.ts";
import { formatOf } from "../read/read.ts";
import { liteUnreadable } from "../errors.ts";
import { liteRtRunner } from "./runner.ts";
import { writeTflite } from "./write.ts";

const ENDING = ".tflite";
/** The file identifier of FlatBuffers, behind the offset of the root table. */
const IDENTIFIER = "TFL3";

/** Writes TensorFlow Lite files, and runs them in LiteRT. */
export const tfliteAdapter = defineAdapter<undefined, WriteOptions>({
  name: "tensorflow-lite",
  formats: [ENDING],
  runOnly: true,
  writes: [{ name: "tflite", ending: ENDING }],
  accepts: async (path) => path.toLowerCase().endsWith(ENDING) || (await identifierOf(path)) === IDENTIFIER,
  read: (path) => Promise.reject(liteUnreadable({ file: path })),
  write: (graph, path, { force = false } = {}) => writeTflite(graph, path, { force, inputs: sourcesOf(graph) }),
  runner: liteRtRunner,
});

/** What the graph was read from is never written over. */
function sourcesOf({ path }: Graph): readonly string[] {
  if (path === undefined) return [];
  return formatOf(path) === undefined ? [path] : filesOfModel(path);
}

/** Empty where the path is no file that can be read. */
async function identifierOf(path: string): Promise<string> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return "";
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(8), 0, 8, 0);
    return new TextDecoder("latin1").decode(buffer.subarray(4, bytesRead));
  } catch {
    return "";
  } finally {
    await file.close();
  }
}
