// Writing a TensorFlow Lite file.

import type { Graph, WrittenFile } from "@tersor/core";
import { writeTogether, type WriteTogetherOptions } from "../write/files.ts";
import { convertToTflite, type TfliteOptions } from "./convert.ts";
import { modelBytes } from "./model.ts";
import { narrowPorts } from "./narrow-ports.ts";

/**
 * A TensorFlow Lite file of an ONNX graph: int8 where the graph has QuantizeLinear / DequantizeLinear pairs, float32
 * where it has not. Shapes are static: names of sizes are 1 unless `shapes` say otherwise. Public int64 becomes int32.
 * @throws TENSORFLOW_LOWER_UNSUPPORTED, TENSORFLOW_INPUT_SHAPE, TENSORFLOW_OUTPUT_TOO_LARGE
 */
export function tfliteBytes(graph: Graph, options: TfliteOptions = {}): Uint8Array {
  return modelBytes(convertToTflite(narrowPorts(graph), options));
}

/**
 * Writes a TensorFlow Lite file, whole or not at all.
 * @throws what `tfliteBytes` throws, TENSORFLOW_OUTPUT_EXISTS, TENSORFLOW_OUTPUT_IS_INPUT, TENSORFLOW_OUTPUT_NOT_WRITABLE
 */
export async function writeTflite(
  graph: Graph,
  path: string,
  options: TfliteOptions & WriteTogetherOptions = {},
): Promise<readonly WrittenFile[]> {
  const bytes = tfliteBytes(graph, options);
  const inputs = options.inputs ?? (graph.path === undefined ? [] : [graph.path]);
  return writeTogether([{ path, pieces: () => [bytes] }], { inputs, force: options.force ?? false });
}
