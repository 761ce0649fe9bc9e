// The Keras door as an adapter: what the command line asks whether a file is its own.

import { defineAdapter, type Adapter } from "@tersor/core";
import type { LayerRule } from "./layers/layer.ts";
import { formatOf } from "./read/open.ts";
import { readKeras, type ReadKerasOptions } from "./read/read.ts";
import { filesOf } from "./read/files.ts";
import { writeKeras, type WriteKerasOptions } from "./write/write.ts";

/** Reads .h5, .keras and TensorFlow.js layers models; writes them again with other weights. */
export const kerasAdapter = kerasAdapterWith([]);

/** The adapter with rules for layers of one's own, and in place of the standard ones. */
export function kerasAdapterWith(layers: readonly LayerRule[]): Adapter<ReadKerasOptions, WriteKerasOptions> {
  return defineAdapter<ReadKerasOptions, WriteKerasOptions>({
    name: "keras",
    formats: [".h5", ".hdf5", ".keras", "tfjs layers model"],
    writes: [
      { name: "h5", ending: ".h5" },
      { name: "keras", ending: ".keras" },
      { name: "tfjs-layers", ending: "/" },
    ],
    accepts: async (path) => (await formatOf(path)) !== undefined,
    read: (path, options = {}) => readKeras(path, { ...options, layers: [...layers, ...(options.layers ?? [])] }),
    write: (graph, path, options = {}) =>
      writeKeras(graph, path, { ...options, layers: [...layers, ...(options.layers ?? [])] }),
    files: filesOf,
  });
}
