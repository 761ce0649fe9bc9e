// A SavedModel in TensorFlow itself, through @tensorflow/tfjs-node.

import { createRequire } from "node:module";
import { join } from "node:path";
import type { Feeds } from "@tersor/core";
import type * as Tfjs from "@tensorflow/tfjs-core";
import { nodeMissing } from "../errors.ts";
import type { HostModel } from "../protocol.ts";
import type { LoadedModel } from "./loaded.ts";
import { outputsFrom, toTfjs } from "./tensors.ts";

type SavedModelSource = Extract<HostModel, { kind: "saved-model" }>;

/** The part of @tensorflow/tfjs-node that is used. */
type TfjsNode = Pick<typeof Tfjs, "tensor" | "dispose"> & {
  readonly node: {
    getMetaGraphsFromSavedModel(folder: string): Promise<readonly MetaGraph[]>;
    loadSavedModel(folder: string, tags: readonly string[], signature: string): Promise<SavedModel>;
  };
};

interface MetaGraph {
  readonly tags: readonly string[];
  readonly signatureDefs: Readonly<Record<string, Signature>>;
}

/** Public names are the keys. */
interface Signature {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

interface SavedModel {
  predict(feeds: Readonly<Record<string, Tfjs.Tensor>>): Readonly<Record<string, Tfjs.Tensor>>;
}

/** Loads the signature of a SavedModel that has the names of the model's inputs and outputs. */
export async function loadSavedModel(model: SavedModelSource, folders: readonly string[]): Promise<LoadedModel> {
  const tf = loadTfjsNode(folders);
  const { tags, signature } = signatureIn(await tf.node.getMetaGraphsFromSavedModel(model.folder), model);
  const loaded = await tf.node.loadSavedModel(model.folder, tags, signature);
  return { missing: [], run: (feeds) => run(tf, loaded, model, feeds) };
}

function signatureIn(graphs: readonly MetaGraph[], { inputs, outputs }: SavedModelSource) {
  const has = (named: Readonly<Record<string, unknown>>, ports: SavedModelSource["inputs"]) =>
    ports.length === Object.keys(named).length && ports.every(({ name }) => name in named);
  for (const { tags, signatureDefs } of graphs) {
    for (const [signature, names] of Object.entries(signatureDefs)) {
      if (has(names.inputs, inputs) && has(names.outputs, outputs)) return { tags, signature };
    }
  }
  return { tags: ["serve"], signature: "serving_default" };
}

/** The package beside ours, or beside one of the folders. */
function loadTfjsNode(folders: readonly string[]): TfjsNode {
  const reasons: string[] = [];
  for (const place of [...folders.map((folder) => join(folder, "package.json")), import.meta.url]) {
    try {
      return createRequire(place)("@tensorflow/tfjs-node") as TfjsNode;
    } catch (error) {
      reasons.push(String(error instanceof Error ? error.message : error).split("\n")[0]!);
    }
  }
  // What was found and could not be loaded says more than what was not found.
  throw nodeMissing({ reason: reasons.find((reason) => !reason.startsWith("Cannot find module")) ?? reasons[0]! });
}

async function run(
  tf: TfjsNode,
  loaded: SavedModel,
  { inputs, outputs }: SavedModelSource,
  feeds: Feeds,
): Promise<Feeds> {
  const fed = Object.fromEntries(inputs.map(({ name }) => [name, toTfjs(tf, feeds[name]!)]));
  const results = loaded.predict(fed);
  try {
    return await outputsFrom(
      outputs.map(({ name }) => results[name]!),
      outputs,
    );
  } finally {
    tf.dispose([...Object.values(fed), ...Object.values(results)]);
  }
}
