// A model on disk: read through the adapter that knows it, with the files it is made of.

import { existsSync, statSync } from "node:fs";
import type { Adapter, Graph, ModelInput, Report, Tersor } from "@tersor/core";
import { filesOf } from "@tersor/onnx";
import { adapterFor } from "./door-executor.ts";
import type { Progress } from "./session.ts";
import { modelFormatUnknown, modelNotFound } from "../errors.ts";

/** A model that is there, in a known format. */
export interface ModelFile {
  readonly path: string;
  readonly adapter: Adapter;
  /** All files it is made of. */
  readonly files: readonly string[];
  /** What it is read into; formats that are only run have none. */
  readonly graph?: Graph;
}

/** A model that was opened; its weights are still in its files. */
export type OpenModel = Required<ModelFile>;

/** Whether a model is named as on the Hugging Face Hub: `hf:org/name` or `hf:org/name@revision/onnx/model.onnx`. */
export function isOnHub(model: string): boolean {
  return model.startsWith("hf:");
}

/**
 * Opens a model, or one of the hub, which is downloaded with its external data unless the cache has it.
 * @throws TERSOR_MODEL_NOT_FOUND, TERSOR_MODEL_FORMAT, DATA_HUB_*, and what the adapter throws.
 */
export async function openModel(
  model: string,
  { adapters }: Tersor,
  onProgress?: (progress: Progress) => void,
  { read, weightsBeside = false }: OpenOptions = {},
): Promise<OpenModel> {
  const fetched = weightsBeside ? fetchFolder : fetchModel;
  const path = isOnHub(model) ? await fetched(model, onProgress) : model;
  const adapter = await adapterOf(path, adapters.list());
  const graph = await adapter.read(path, read);
  return { path, adapter, graph, files: await filesOfModel(adapter, path, graph) };
}

/** The same for a model that is only held against another: it may be of a format that is only run. */
export async function openCandidate(
  model: string,
  tersor: Tersor,
  onProgress?: (progress: Progress) => void,
): Promise<ModelFile> {
  const adapter = isOnHub(model) ? undefined : await adapterOf(model, tersor.adapters.list());
  if (!adapter?.runOnly) return openModel(model, tersor, onProgress);
  return { path: model, adapter, files: (await adapter.files?.(model)) ?? [model] };
}

async function adapterOf(path: string, adapters: readonly Adapter[]): Promise<Adapter> {
  if (!isThere(path)) throw modelNotFound(path);
  const adapter = await adapterFor(path, adapters);
  if (adapter) return adapter;
  throw modelFormatUnknown(
    path,
    adapters.flatMap(({ formats }) => formats),
  );
}

/** A checkpoint is named by what its files have in common: there is no file of that name itself. */
function isThere(path: string): boolean {
  return [path, `${path}.index`, `${path}.meta`].some((file) => existsSync(file));
}

async function filesOfModel(adapter: Adapter, path: string, graph: Graph): Promise<readonly string[]> {
  return (await adapter.files?.(path)) ?? [...filesOf(graph)];
}

/** How a model is opened. */
export interface OpenOptions {
  /** Options of the adapter that reads it. */
  readonly read?: Readonly<Record<string, unknown>> | undefined;
  /** Of a repository on the hub, fetch PyTorch's weights too, into which new ones are written. Default not. */
  readonly weightsBeside?: boolean;
}

/** Files of a repository that holds an exported graph and the weights it was exported from. */
const graphAndWeights = ["**/*.onnx", "**/*.onnx_data*", "**/*.onnx.data", "*.safetensors", "*.safetensors.index.json"];

async function fetchFolder(model: string, onProgress: ((progress: Progress) => void) | undefined): Promise<string> {
  const { resolveHubFolder } = await import("@tersor/data");
  return resolveHubFolder(model, graphAndWeights, { onProgress: downloaded(onProgress) });
}

async function fetchModel(model: string, onProgress: ((progress: Progress) => void) | undefined): Promise<string> {
  const { resolveHubModel } = await import("@tersor/data");
  return resolveHubModel(model, { onProgress: downloaded(onProgress) });
}

function downloaded(onProgress: ((progress: Progress) => void) | undefined) {
  const megabytes = (bytes: number) => Math.ceil(bytes / 1e6);
  return ({
    receivedBytes,
    totalBytes,
  }: {
    readonly receivedBytes: number;
    readonly totalBytes?: number | undefined;
  }): void =>
    onProgress?.({
      stage: "download MB",
      done: megabytes(receivedBytes),
      ...(totalBytes === undefined ? {} : { total: megabytes(totalBytes) }),
    });
}

/** Path and size of a model, as reports have it; external data counts. */
export function modelFacts({ path, files }: ModelFile): Report["model"] {
  return { path, sizeBytes: files.reduce((sum, file) => sum + statSync(file).size, 0) };
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
