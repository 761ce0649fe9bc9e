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
    getMetaGraphsFromSavedModel(
      folder: string,
    ): Promise<
      readonly { readonly tags: readonly string[]; readonly signatureDefs: Readonly<Record<string, unknown>> }[]
    >;
    loadSavedModel(folder: string, tags: readonly string[], signature: string): Promise<SavedModel>;
  };
};

interface SavedModel {
  predict(feeds: Readonly<Record<string, Tfjs.Tensor>>): Readonly<Record<string, Tfjs.Tensor>>;
}

/** Loads the first meta graph of a SavedModel that has the signature. */
export async function loadSavedModel(model: SavedModelSource, folders: readonly string[]): Promise<LoadedModel> {
  const tf = loadTfjsNode(folders);
  const { folder, signature } = model;
  const graphs = await tf.node.getMetaGraphsFromSavedModel(folder);
  const tags = graphs.find(({ signatureDefs }) => signature in signatureDefs)?.tags ?? ["serve"];
  const loaded = await tf.node.loadSavedModel(folder, tags, signature);
  return { missing: [], run: (feeds) => run(tf, loaded, model, feeds) };
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
