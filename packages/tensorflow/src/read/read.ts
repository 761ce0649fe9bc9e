// The one way in: a path is recognised by what is there, and read by the reader of that format.

import { existsSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { TensorFlowGraph } from "../graphdef/graph.ts";
import { isGraphModel, MODEL_FILE, readModelJson, readTfjsGraphModel } from "../tfjs/read.ts";
import { fileSource } from "../wire/bytes.ts";
import { checkpointPrefix, readCheckpoint } from "./checkpoint.ts";
import { notAModel } from "./errors.ts";
import { readFrozenGraph } from "./frozen.ts";
import { readSavedModel, SAVED_MODEL_FILE, type SavedModelOptions } from "./saved-model.ts";

/** The formats of TensorFlow's models. */
export type TensorFlowFormat = "frozen" | "saved-model" | "checkpoint" | "tfjs";

/** What of a model is read; what a format does not have is not looked at. */
export type TensorFlowReadOptions = SavedModelOptions;

const readers: Readonly<Record<TensorFlowFormat, (path: string, options: SavedModelOptions) => TensorFlowGraph>> = {
  frozen: readFrozenGraph,
  "saved-model": readSavedModel,
  checkpoint: readCheckpoint,
  tfjs: readTfjsGraphModel,
};

/**
 * Reads a model of any of TensorFlow's formats: a frozen .pb, a SavedModel folder or its saved_model.pb, a checkpoint
 * (its prefix, one of its files, or its folder), a TensorFlow.js graph model (its folder or model.json).
 * Weights stay in their files until they are asked for, which must stay as they are while the graph is in use.
 * @throws TENSORFLOW_NOT_A_MODEL, and those of the readers
 */
export function readTensorFlow(path: string, options: TensorFlowReadOptions = {}): TensorFlowGraph {
  const format = formatOf(path);
  if (format !== undefined) return readers[format](path, options);
  const { sizeBytes } = fileSource(path);
  throw notAModel({ file: path, why: sizeBytes === 0 ? "it is empty" : "its first bytes are those of another format" });
}

/** The format of the model at a path, undefined when it is none of TensorFlow's; by names and first bytes. */
export function formatOf(path: string): TensorFlowFormat | undefined {
  if (existsSync(path) && statSync(path).isDirectory()) return folderFormat(path);
  const name = basename(path);
  if (name === SAVED_MODEL_FILE) return isFrozen(path) ? "frozen" : "saved-model";
  if (/\.json$/i.test(name)) return existsSync(path) && isTfjs(path) ? "tfjs" : undefined;
  if (checkpointPrefix(path) !== undefined) return "checkpoint";
  return existsSync(path) ? fileFormat(path) : undefined;
}

function folderFormat(folder: string): TensorFlowFormat | undefined {
  if (existsSync(join(folder, SAVED_MODEL_FILE))) return "saved-model";
  if (existsSync(join(folder, MODEL_FILE))) return isTfjs(join(folder, MODEL_FILE)) ? "tfjs" : undefined;
  return checkpointPrefix(folder) === undefined ? undefined : "checkpoint";
}

function isTfjs(file: string): boolean {
  try {
    return isGraphModel(readModelJson(file).json);
  } catch {
    return false;
  }
}

/** Whether a graph was given the name of a SavedModel's file: it begins with a node, and not with a version. */
function isFrozen(path: string): boolean {
  if (!existsSync(path)) return false;
  const source = fileSource(path);
  return source.read(0, Math.min(1, source.sizeBytes))[0] === 0x0a;
}

/** First bytes: a SavedModel begins with its version, 1; a GraphDef with a node, which begins with its name. */
function fileFormat(path: string): TensorFlowFormat | undefined {
  const source = fileSource(path);
  const head = source.read(0, Math.min(16, source.sizeBytes));
  if (head[0] === 0x08) return head[1] === 1 && head[2] === 0x12 ? "saved-model" : undefined;
  if (/\.pb$/i.test(path)) return "frozen";
  const length = head.findIndex((byte, i) => i > 0 && byte < 0x80);
  return head[0] === 0x0a && length > 0 && head[length + 1] === 0x0a ? "frozen" : undefined;
}
