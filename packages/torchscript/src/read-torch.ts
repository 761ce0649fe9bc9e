// A PyTorch model as its users keep it: the graph that was exported, and the weights beside it.

import type { Graph } from "@tersor/core";
import { readModel, type ReadOptions } from "@tersor/onnx";
import { modelFiles } from "./beside.ts";
import { noGraph, noWeights } from "./errors.ts";
import { pairParameters } from "./pair/pair.ts";
import type { Pairing } from "./pair/pairing.ts";
import { readTensors } from "./read-tensors.ts";
import type { TensorFile } from "./tensor-file.ts";

/** A graph with the parameters it was exported from. */
export interface TorchModel {
  readonly graph: Graph;
  readonly parameters: TensorFile;
  readonly pairing: Pairing;
}

/**
 * Reads a model that was exported to ONNX and whose weights lie beside it as safetensors, `.pt`, `.pth` or `.bin`.
 * @param path A folder with both (the graph also in its folder `onnx`, as on the hub), or either file.
 * @throws TORCH_NO_GRAPH, TORCH_NO_WEIGHTS, and what reading either throws
 */
export async function readTorch(path: string, options: ReadOptions = {}): Promise<TorchModel> {
  const { onnx, weights } = modelFiles(path);
  if (weights === undefined) throw noWeights({ path });
  if (onnx === undefined) throw noGraph({ path });
  const parameters = readTensors(weights);
  const graph = await readModel(onnx, options);
  return { graph, parameters, pairing: pairParameters(graph, parameters.tensors) };
}
