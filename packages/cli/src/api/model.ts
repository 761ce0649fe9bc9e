// A model on disk: read through the adapter that knows it, with the files it is made of.

import { existsSync, statSync } from "node:fs";
import type { Adapter, Graph, ModelInput, Report, Tersor } from "@tersor/core";
import { filesOf } from "@tersor/onnx";
import type { Progress } from "./session.ts";
import { modelFormatUnknown, modelNotFound } from "../errors.ts";

/** A model that was opened; its weights are still in its files. */
export interface OpenModel {
  readonly path: string;
  readonly graph: Graph;
  readonly adapter: Adapter;
}

/** Whether a model is named as on the Hugging Face Hub: `hf:org/name` or `hf:org/name@revision/onnx/model.onnx`. */
export function isOnHub(model: string): boolean {
  return model.startsWith("hf:");
}

/**
 * Opens a model file, or one of the hub, which is downloaded with its external data unless the cache has it.
 * @throws TERSOR_MODEL_NOT_FOUND, TERSOR_MODEL_FORMAT, DATA_HUB_*, and what the adapter throws.
 */
export async function openModel(
  model: string,
  { adapters }: Tersor,
  onProgress?: (progress: Progress) => void,
): Promise<OpenModel> {
  const path = isOnHub(model) ? await fetchModel(model, onProgress) : model;
  if (!existsSync(path)) throw modelNotFound(path);
  for (const adapter of adapters.list()) {
    if (await adapter.accepts(path)) return { path, adapter, graph: await adapter.read(path) };
  }
  const formats = adapters.list().flatMap((adapter) => adapter.formats);
  throw modelFormatUnknown(path, formats);
}

async function fetchModel(model: string, onProgress: ((progress: Progress) => void) | undefined): Promise<string> {
  const { resolveHubModel } = await import("@tersor/data");
  const megabytes = (bytes: number) => Math.ceil(bytes / 1e6);
  return resolveHubModel(model, {
    onProgress: ({ receivedBytes, totalBytes }) =>
      onProgress?.({
        stage: "download MB",
        done: megabytes(receivedBytes),
        ...(totalBytes === undefined ? {} : { total: megabytes(totalBytes) }),
      }),
  });
}

/** Path and size of a model, as reports have it; external data counts. */
export function modelFacts({ path, graph }: OpenModel): Report["model"] {
  return { path, sizeBytes: [...filesOf(graph)].reduce((sum, file) => sum + statSync(file).size, 0) };
}

/** The inputs a caller has to feed: graph inputs that no weight stands for. */
export function inputsOf(graph: Graph): readonly ModelInput[] {
  return graph.inputs.filter(({ name }) => !graph.weights.has(name));
}

/** Whether the graph is float, or in which form its integers are. */
export function formatOf({ nodes }: Graph): string {
  const ops = new Set(nodes.map(({ op }) => op));
  if ([...ops].some((op) => op.startsWith("QLinear"))) return "qoperator";
  if (["MatMulInteger", "ConvInteger", "DynamicQuantizeLSTM"].some((op) => ops.has(op))) return "integerops";
  return ops.has("DequantizeLinear") ? "qdq" : "float";
}
