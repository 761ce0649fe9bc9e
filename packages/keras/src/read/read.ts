// Reads a Keras model into the graph.

import { importPasses, runPasses, type Graph } from "@tersor/core";
import { convertStored } from "../convert/convert.ts";
import type { LayerRule } from "../layers/layer.ts";
import { openModel } from "./open.ts";

/** How a model is read. */
export interface ReadKerasOptions {
  /** Rules for layers of one's own, and in place of the standard ones. */
  readonly layers?: readonly LayerRule[];
  /** The configuration as model.to_json() gives it, for files that hold weights only. */
  readonly config?: string;
}

/**
 * Reads an .h5 file, a .keras archive, or a TensorFlow.js layers model (its folder or model.json). The graph has ONNX's
 * operators and Keras's layout at its inputs and outputs; the origin of a weight is its path in the file.
 * @throws KERAS_FORMAT, KERAS_UNSUPPORTED listing every layer that can't be converted, KERAS_WEIGHTS_ONLY,
 * KERAS_WEIGHT_MISSING, KERAS_WEIGHT_SHAPE, KERAS_CONFIG_JSON, KERAS_CONFIG_FIELD, and errors of broken files
 */
export async function readKeras(path: string, options: ReadKerasOptions = {}): Promise<Graph> {
  const opened = await openModel(path, options.config);
  const { graph } = convertStored(opened, options.layers);
  const metadata = new Map([...graph.metadata, ["framework", "keras"], ["format", opened.format]]);
  return { ...runPasses(graph, importPasses), path, metadata };
}
