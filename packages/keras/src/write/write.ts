// Writes a Keras model again with the weights of a graph: into a copy of the file it came from, or as a TensorFlow.js
// layers model. The graph's operators are not written: Keras has layers.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { weightFiles, writeTogether } from "@tersor/tensorflow";
import type { Graph, Tensor, WriteOptions, WrittenFile } from "@tersor/core";
import { zipSync, type Zippable } from "fflate";
import { outputFormat, sourceMissing, zipBroken } from "../errors.ts";
import type { LayerRule } from "../layers/layer.ts";
import { entries } from "../read/archive.ts";
import { filesOf } from "../read/files.ts";
import { formatOf, openModel, type KerasFormat, type OpenedModel } from "../read/open.ts";
import { unzip } from "../store/zip.ts";
import { changedTensors } from "./changes.ts";
import { piecesOf, updateDatasets, withCopy } from "./h5.ts";
import { layersModel } from "./tfjs.ts";

/** How a model is written. */
export interface WriteKerasOptions extends WriteOptions {
  /** The model whose weights the graph has; default the file it was read from. */
  readonly source?: string;
  /** Rules for layers of one's own, as for reading. */
  readonly layers?: readonly LayerRule[];
}

/**
 * Writes the source model with the graph's weights: .h5 from .h5, .keras from .keras, and from any source a folder (or
 * model.json) of TensorFlow.js. Weights whose origin is dropped stay as the source has them.
 * @throws KERAS_SOURCE_MISSING, KERAS_OUTPUT_FORMAT, KERAS_WEIGHTS_STUCK, TENSORFLOW_OUTPUT_EXISTS,
 * TENSORFLOW_OUTPUT_IS_INPUT, TENSORFLOW_OUTPUT_NOT_WRITABLE, and what reading throws
 */
export async function writeKeras(
  graph: Graph,
  target: string,
  options: WriteKerasOptions = {},
): Promise<readonly WrittenFile[]> {
  const source = options.source ?? graph.path;
  if (source === undefined) throw sourceMissing({ file: target });
  if ((await formatOf(source)) === undefined) throw sourceMissing({ file: target, source });
  const opened = await openModel(source);
  const changes = changedTensors(graph, opened.variables, opened.path);
  const inputs = await filesOf(source);
  const out: Output = { target, opened, changes, files: { force: options.force ?? false, inputs } };
  const format = options.format ?? formatOfName(target);
  if (format === "h5") return writeH5(out);
  return format === "keras" ? writeArchive(out) : writeTfjs(out, options);
}

function formatOfName(target: string): KerasFormat {
  if (/\.(h5|hdf5)$/i.test(target)) return "h5";
  return /\.keras$/i.test(target) ? "keras" : "tfjs-layers";
}

interface Output {
  readonly target: string;
  readonly opened: OpenedModel;
  readonly changes: ReadonlyMap<string, () => Tensor>;
  readonly files: { readonly force: boolean; readonly inputs: readonly string[] };
}

async function writeH5({ target, opened, changes, files }: Output): Promise<readonly WrittenFile[]> {
  if (opened.format !== "h5") throw otherFormat(target, ".h5", opened);
  return withCopy(opened.path, async (copy) => {
    updateDatasets(copy, changes);
    return writeTogether([{ path: target, pieces: () => piecesOf(copy) }], files);
  });
}

/** The entries stay in their order, and unpacked, as Keras writes them. */
async function writeArchive({ target, opened, changes, files }: Output): Promise<readonly WrittenFile[]> {
  if (opened.format !== "keras") throw otherFormat(target, ".keras", opened);
  const unpacked = await unzip(opened.path);
  const weights = unpacked.get(entries.weights);
  if (weights === undefined) throw zipBroken({ file: opened.path, why: `it has no "${entries.weights}"` });
  const updated = await withCopy(weights, async (copy) => {
    updateDatasets(copy, changes);
    return readFile(copy);
  });
  const all = Array.from(unpacked, ([name, bytes]) => [name, name === entries.weights ? updated : bytes] as const);
  const archive = zipSync(Object.fromEntries(all) as Zippable, { level: 0, mtime: new Date(1980, 0, 1) });
  return writeTogether([{ path: target, pieces: () => [archive] }], files);
}

async function writeTfjs(
  { target, opened, changes, files }: Output,
  { weightType, layers = [] }: WriteKerasOptions,
): Promise<readonly WrittenFile[]> {
  const folder = target.replace(/[/\\]?model\.json$/i, "") || ".";
  const { topology, weights } = layersModel(opened, changes, layers);
  const { manifest, files: shards } = weightFiles(weights, folder, weightType);
  const model = {
    format: "layers-model",
    generatedBy: `keras v${opened.version}`,
    convertedBy: "Tersor",
    modelTopology: topology,
    weightsManifest: manifest,
  };
  const json = new TextEncoder().encode(JSON.stringify(model));
  return writeTogether([...shards, { path: join(folder, "model.json"), pieces: () => [json] }], files);
}

function otherFormat(file: string, format: string, opened: OpenedModel): Error {
  const own = { h5: ".h5, ", keras: ".keras, ", "tfjs-layers": "" }[opened.format];
  return outputFormat({ file, format, source: opened.path, can: `${own}a folder, or .onnx` });
}
