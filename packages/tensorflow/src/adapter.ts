// The TensorFlow door as an adapter: every format is read into the one graph; graphs leave as TensorFlow's formats.

import { defineAdapter, importPasses, runPasses, type Graph, type WriteOptions, type WrittenFile } from "@tersor/core";
import { convertGraph, type ConvertOptions } from "./convert/convert.ts";
import { runnerOf } from "./executor/runner.ts";
import { lowerGraph } from "./lower/lower.ts";
import { filesOfModel } from "./read/files.ts";
import { formatOf, readTensorFlow, type TensorFlowReadOptions } from "./read/read.ts";
import { writeTfjsGraphModel } from "./tfjs/write.ts";
import { formatUnknown } from "./write/errors.ts";
import { writeTogether } from "./write/files.ts";
import { frozenBytes } from "./write/graph-def.ts";
import { writeSavedModel } from "./write/saved-model.ts";

/** What of a model is read, and with which rules it is converted. */
export interface AdapterReadOptions extends TensorFlowReadOptions, ConvertOptions {}

/** Writes a graph in one format. */
type Writer = (graph: Graph, path: string, options: WriteOptions) => Promise<readonly WrittenFile[]>;

/** What is written, and never over. */
function togetherOptions({ path }: Graph, { force = false }: WriteOptions) {
  return { force, inputs: path === undefined ? [] : filesOfModel(path) };
}

const writers: Readonly<Record<string, { readonly ending: string; readonly write: Writer }>> = {
  pb: {
    ending: ".pb",
    write: async (graph, path, options) => {
      const bytes = frozenBytes(lowerGraph(graph));
      return writeTogether([{ path, pieces: () => [bytes] }], togetherOptions(graph, options));
    },
  },
  tfjs: {
    ending: "/",
    write: async (graph, path, options) => {
      const { weightType } = options;
      const more = weightType === undefined ? {} : { quantization: weightType };
      return writeTfjsGraphModel(lowerGraph(graph), path, { ...togetherOptions(graph, options), ...more });
    },
  },
  "saved-model": {
    ending: "/",
    write: async (graph, path, options) => writeSavedModel(lowerGraph(graph), path, togetherOptions(graph, options)),
  },
};

/** Reads and writes TensorFlow's models. */
export const tensorflowAdapter = defineAdapter<AdapterReadOptions, WriteOptions>({
  name: "tensorflow",
  formats: [".pb", "SavedModel folder", "checkpoint (.meta and .index)", "TensorFlow.js graph model"],
  writes: Object.entries(writers).map(([name, { ending }]) => ({ name, ending })),
  accepts: (path) => isModel(path),
  read: async (path, options = {}) => {
    const graph = runPasses(convertGraph(readTensorFlow(path, options), options), importPasses);
    const metadata = new Map([...graph.metadata, ["framework", "tensorflow"], ["format", formatOf(path) ?? ""]]);
    return { ...graph, path, metadata };
  },
  write: async (graph, path, options = {}) => writerFor(path, options.format).write(graph, path, options),
  files: async (path) => filesOfModel(path),
  runner: runnerOf,
});

/** A path that can't be read is nobody's: reading it tells why. */
function isModel(path: string): boolean {
  try {
    return formatOf(path) !== undefined;
  } catch {
    return false;
  }
}

function writerFor(path: string, format: string | undefined) {
  const named = format === undefined ? byEnding(path) : Object.hasOwn(writers, format) ? writers[format] : undefined;
  if (named === undefined) throw formatUnknown({ file: path, formats: Object.keys(writers) });
  return named;
}

/** A path without an ending of its own is a folder. */
function byEnding(path: string) {
  const all = Object.values(writers);
  const isFolder = /[/\\]$/.test(path) || !/\.[^./\\]+$/.test(path);
  return all.find(({ ending }) => (ending === "/" ? isFolder : path.toLowerCase().endsWith(ending)));
}
