// Writing a model to disk: one file, or a model file and data files, renamed into place together.

import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Graph } from "@tersor/core";
import { externalName, outputExists, outputIsInput, tooLarge } from "../errors.ts";
import { tensorPlace } from "../tracked.ts";
import { bytesPiece, sizeOf, type Message } from "../wire/piece.ts";
import { Encoding } from "./encoding.ts";
import { endOf, ExternalPlan, type PlacedPiece } from "./external.ts";
import { writeTogether, type OutputFile } from "./files.ts";
import { modelMessage } from "./model.ts";

/** Where weights go, and what may be overwritten. */
export interface WriteOptions {
  /**
   * Where weights go. "auto" (default): into the model file while it stays under `limitBytes`, else into one data file.
   * "one-file" and "per-tensor": into data files beside the model. "none": into the model file.
   */
  readonly externalData?: "auto" | "one-file" | "per-tensor" | "none";
  /** Name of the data file, or what the names of many begin with. Default: the model's name and "_data", as Optimum and transformers.js have it. */
  readonly externalDataName?: string;
  /** Weights of fewer bytes stay in the model file. Default 1024. */
  readonly sizeThreshold?: number;
  /** Weights begin at multiples of this many bytes in a data file. Default 4096. */
  readonly alignment?: number;
  /** Most bytes of a model file; the format's own limit, 2 GB, is the default. */
  readonly limitBytes?: number;
  /** Replace files that are there already. The model that was read is never replaced. */
  readonly force?: boolean;
  readonly signal?: AbortSignal;
}

/** What was written. */
export interface WrittenModel {
  /** The files written: data files first, the model last. */
  readonly files: readonly { readonly path: string; readonly sizeBytes: number }[];
}

const PROTOBUF_LIMIT_BYTES = 2 ** 31 - 1;

/**
 * Writes a graph as an ONNX model. Weights are fetched and written one at a time.
 * @throws ONNX_OUTPUT_EXISTS, ONNX_OUTPUT_IS_INPUT, ONNX_OUTPUT_NOT_WRITABLE, ONNX_OUTPUT_DISK_FULL, ONNX_TOO_LARGE
 */
export async function writeModel(graph: Graph, path: string, options: WriteOptions = {}): Promise<WrittenModel> {
  const files = outputFiles(graph, path, options);
  checkTargets(graph, files, options.force ?? false);
  await writeTogether(files, options.signal);
  return { files: files.map((file) => ({ path: file.path, sizeBytes: file.sizeBytes })) };
}

function outputFiles(graph: Graph, path: string, options: WriteOptions): readonly OutputFile[] {
  const { externalData = "auto", limitBytes = PROTOBUF_LIMIT_BYTES } = options;
  if (externalData === "auto" || externalData === "none") {
    const content = modelMessage(new Encoding(), graph);
    const sizeBytes = sizeOf(content);
    if (sizeBytes <= limitBytes) return [{ path, content, sizeBytes }];
    if (externalData === "none") throw tooLarge({ sizeBytes, limitBytes });
  }
  const plan = planOf(path, externalData === "per-tensor", options);
  const content = modelMessage(new Encoding(plan), graph);
  const sizeBytes = sizeOf(content);
  if (sizeBytes > limitBytes) throw tooLarge({ sizeBytes, limitBytes });
  return [...dataFiles(plan, dirname(path)), { path, content, sizeBytes }];
}

function planOf(path: string, perTensor: boolean, options: WriteOptions): ExternalPlan {
  const { externalDataName: name = `${basename(path)}_data`, sizeThreshold = 1024, alignment = 4096 } = options;
  if (name === "" || name !== basename(name) || name === "." || name === "..") throw externalName({ name });
  return new ExternalPlan({ name, perTensor, sizeThreshold, alignment: Math.max(1, alignment) });
}

function dataFiles(plan: ExternalPlan, folder: string): readonly OutputFile[] {
  return Array.from(plan.files, ([name, pieces]) => ({
    path: join(folder, name),
    content: contentOf(pieces),
    sizeBytes: endOf(pieces),
  }));
}

/** The pieces with zeros between them. */
function contentOf(pieces: readonly PlacedPiece[]): Message {
  let end = 0;
  return pieces.flatMap(({ offset, piece }) => {
    const gap = new Uint8Array(offset - end);
    end = offset + piece.sizeBytes;
    return gap.length > 0 ? [bytesPiece(gap), piece] : [piece];
  });
}

function checkTargets(graph: Graph, files: readonly OutputFile[], force: boolean): void {
  const inputs = filesOf(graph);
  for (const { path } of files) {
    if (!existsSync(path)) continue;
    if (inputs.has(realpathSync(path))) throw outputIsInput({ file: path });
    if (!force) throw outputExists({ file: path });
  }
}

/** Real paths of the files that a graph was read from and that its weights are still in: not to be written over. */
export function filesOf(graph: Graph): ReadonlySet<string> {
  const names = [...graph.weights.values()].flatMap(({ source }) => tensorPlace(source).raw?.source.name ?? []);
  if (graph.path !== undefined) names.push(graph.path);
  return new Set(Array.from(new Set(names), (name) => (existsSync(name) ? realpathSync(name) : resolve(name))));
}
