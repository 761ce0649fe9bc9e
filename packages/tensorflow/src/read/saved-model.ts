// A SavedModel: saved_model.pb with graphs and signatures, and variables/ with their values. TensorFlow 1 and 2.
// https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/saved_model.proto

import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { TensorFlowGraph } from "../graphdef/graph.ts";
import { readWhole } from "../wire/bytes.ts";
import { decodeMessage } from "../wire/decode.ts";
import { tensorflow } from "../wire/messages.generated.js";
import { Bundle } from "./bundle.ts";
import { notAModel, tagsMissing } from "./errors.ts";
import { readMetaGraph, type SignatureOptions } from "./meta-graph.ts";

/** What of a SavedModel is read. */
export interface SavedModelOptions extends SignatureOptions {
  /** The graph with exactly these tags. Default ["serve"], or the only graph. */
  readonly tags?: readonly string[];
}

export const SAVED_MODEL_FILE = "saved_model.pb";

/**
 * Reads a SavedModel from its folder or its saved_model.pb.
 * @throws TENSORFLOW_FILE_UNREADABLE, TENSORFLOW_MALFORMED, TENSORFLOW_TAGS_MISSING, and those of `readMetaGraph`
 */
export function readSavedModel(path: string, options: SavedModelOptions = {}): TensorFlowGraph {
  const { folder, file } = savedModelPlace(path);
  const { metaGraphs } = decodeMessage(tensorflow.SavedModel, readWhole(file), file, "the model");
  if (!metaGraphs?.length) throw notAModel({ file, why: "there is no graph in it" });
  return readMetaGraph(
    taggedGraph(metaGraphs, options.tags, file),
    openVariables(folder),
    options,
    basename(resolve(folder)),
    file,
  );
}

/** The folder of a SavedModel and its file, from either. */
export function savedModelPlace(path: string): { readonly folder: string; readonly file: string } {
  return basename(path) === SAVED_MODEL_FILE
    ? { folder: dirname(path), file: path }
    : { folder: path, file: join(path, SAVED_MODEL_FILE) };
}

/** The values of a SavedModel's variables, if it has any. Errors as `Bundle.open`. */
export function openVariables(folder: string): Bundle | undefined {
  const prefix = join(folder, "variables", "variables");
  return existsSync(`${prefix}.index`) ? Bundle.open(prefix) : undefined;
}

function taggedGraph(
  graphs: readonly tensorflow.MetaGraphDef.$Properties[],
  tags: readonly string[] | undefined,
  file: string,
): tensorflow.MetaGraphDef.$Properties {
  const wanted = new Set(tags ?? ["serve"]);
  const tagsOf = ({ metaInfoDef }: tensorflow.MetaGraphDef.$Properties) => metaInfoDef?.tags ?? [];
  const found = graphs.find((graph) => {
    const has = new Set(tagsOf(graph));
    return has.size === wanted.size && [...wanted].every((tag) => has.has(tag));
  });
  if (found) return found;
  if (tags === undefined && graphs.length === 1) return graphs[0]!;
  throw tagsMissing({ file, tags: [...wanted], has: graphs.map(tagsOf) });
}
