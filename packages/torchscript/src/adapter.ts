// The PyTorch door as an adapter: reads folders and weight files with an exported graph beside them, writes weights.

import { resolve } from "node:path";
import { defineAdapter, type Graph, type WriteOptions } from "@tersor/core";
import { filesOf, readModel, type ReadOptions } from "@tersor/onnx";
import { graphWith } from "./back/graph-with.ts";
import { writeBack } from "./back/write-back.ts";
import { graphIn, isFolder, modelFiles, weightsIn } from "./beside.ts";
import { noGraph, noOrigin } from "./errors.ts";
import { pairParameters } from "./pair/pair.ts";
import { isWeightFile, readTensors } from "./read-tensors.ts";

interface Source {
  readonly graph: Graph;
  readonly weights: string;
}

/** Where graphs were read from. A graph keeps its carrier through every pass, so that it is known again. */
const sources = new WeakMap<object, Source>();
/** What was written here, by path: weights alone can be run while the graph that they are for is known. */
const written = new Map<string, Source>();

/** How weights are written: with `extras: false` only the parameters, without scales and masks. */
export interface TorchWriteOptions extends WriteOptions {
  readonly extras?: boolean;
}

/** Reads exported ONNX beside PyTorch's weights; writes compressed weights back under their parameters' names. */
export const torchAdapter = defineAdapter<ReadOptions, TorchWriteOptions>({
  name: "torchscript",
  formats: [".onnx beside .safetensors, .pt, .pth or .bin", ".safetensors", ".pt", ".pth"],
  writes: [
    { name: "safetensors", ending: ".safetensors" },
    { name: "safetensors-index", ending: ".safetensors.index.json" },
    { name: "pt", ending: ".pt" },
    { name: "pth", ending: ".pth" },
  ],
  accepts: (path) =>
    isFolder(path) ? graphIn(path) !== undefined && weightsIn(path) !== undefined : isFileOfWeights(path),
  read,
  async write(graph, path, options = {}) {
    const source = typeof graph.carrier === "object" && graph.carrier ? sources.get(graph.carrier) : undefined;
    if (!source) throw noOrigin({ path });
    const parameters = readTensors(source.weights);
    const pairing = pairParameters(source.graph, parameters.tensors);
    const { files } = await writeBack(graph, pairing, parameters, path, options);
    written.set(resolve(path), source);
    return files;
  },
  async files(path) {
    const { onnx, weights } = modelFiles(path);
    const graph = onnx === undefined ? [] : [...filesOf(await readModel(onnx))];
    return [...graph, ...(weights === undefined ? [] : readTensors(weights).files)];
  },
});

/** Weights are paired when they are written, not before: most graphs go elsewhere. */
async function read(path: string, options?: ReadOptions): Promise<Graph> {
  const before = written.get(resolve(path));
  if (before) return withWritten(before, path);
  const { onnx, weights } = modelFiles(path);
  if (onnx === undefined) {
    if (weights !== undefined) readTensors(weights);
    throw noGraph({ path });
  }
  const graph = await readModel(onnx, options);
  if (weights !== undefined && typeof graph.carrier === "object" && graph.carrier)
    sources.set(graph.carrier, { graph, weights });
  return graph;
}

/** The graph that weights were written from, with them in it. */
function withWritten({ graph, weights }: Source, path: string): Graph {
  const pairing = pairParameters(graph, readTensors(weights).tensors);
  return graphWith(graph, pairing, readTensors(path).tensors);
}

function isFileOfWeights(path: string): boolean {
  try {
    return isWeightFile(path);
  } catch {
    return false;
  }
}
