// A checkpoint of TensorFlow 1: a graph (.meta) and its values (.index and data files), named by what they begin with.

import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { TensorFlowGraph } from "../graphdef/graph.ts";
import { readWhole } from "../wire/bytes.ts";
import { decodeMessage } from "../wire/decode.ts";
import { tensorflow } from "../wire/messages.generated.js";
import { Bundle } from "./bundle.ts";
import { notAModel } from "./errors.ts";
import { readMetaGraph, type SignatureOptions } from "./meta-graph.ts";

/** The file in a folder of checkpoints that says which one is the latest. */
export const CHECKPOINT_FILE = "checkpoint";

/**
 * Reads a checkpoint by its prefix, one of its files, or its folder.
 * @throws TENSORFLOW_FILE_UNREADABLE, TENSORFLOW_MALFORMED, TENSORFLOW_NOT_A_MODEL, and those of `readMetaGraph`
 */
export function readCheckpoint(path: string, options: SignatureOptions = {}): TensorFlowGraph {
  const prefix = checkpointPrefix(path);
  if (prefix === undefined) throw notAModel({ file: path, why: "no checkpoint is there" });
  const file = `${prefix}.meta`;
  if (!existsSync(file)) {
    const why = `it holds values only, and the graph would be in "${basename(file)}", which is not there`;
    throw notAModel({ file: path, why });
  }
  const meta = decodeMessage(tensorflow.MetaGraphDef, readWhole(file), file, "the graph");
  return readMetaGraph(meta, Bundle.open(prefix), options, basename(prefix), file);
}

/** What the names of a checkpoint's files begin with; undefined when there is no checkpoint at the path. */
export function checkpointPrefix(path: string): string | undefined {
  const named = path.replace(/\.(meta|index|data-\d{5}-of-\d{5})$/, "");
  if (existsSync(`${named}.index`) || existsSync(`${named}.meta`)) return named;
  const latest = latestOf(path);
  return latest !== undefined && existsSync(`${latest}.index`) ? latest : undefined;
}

/** The checkpoint that a folder's "checkpoint" file names, or the only one in the folder. */
function latestOf(path: string): string | undefined {
  const folder = !isFolder(path) && basename(path) === CHECKPOINT_FILE ? dirname(path) : path;
  const file = join(folder, CHECKPOINT_FILE);
  if (existsSync(file) && !isFolder(file)) {
    const text = new TextDecoder().decode(readWhole(file));
    const name = /^model_checkpoint_path:\s*"((?:[^"\\]|\\.)*)"/m.exec(text)?.[1];
    // Only the name counts: the folder may have been moved since, and must not be left.
    if (name !== undefined) return join(folder, name.slice(name.lastIndexOf("/") + 1));
  }
  const indices = namesIn(folder).filter((name) => name.endsWith(".index"));
  return indices.length === 1 ? join(folder, indices[0]!.slice(0, -".index".length)) : undefined;
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

/** None where the path is no folder. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
