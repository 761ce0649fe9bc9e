// New weights in the original model: what was trained, pruned or rounded goes back through its origin, and everything
// else of the model stays as it is, to the byte.

import { existsSync, readdirSync, realpathSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";
import type { Graph, WrittenFile } from "@tersor/core";
import { Bundle } from "../read/bundle.ts";
import { checkpointPrefix } from "../read/checkpoint.ts";
import { filesOfModel } from "../read/files.ts";
import { formatOf, type TensorFlowFormat } from "../read/read.ts";
import { openVariables, SAVED_MODEL_FILE, savedModelPlace } from "../read/saved-model.ts";
import { readWhole } from "../wire/bytes.ts";
import { weightsFormat } from "../write/errors.ts";
import { writeTogether, type OutputFile } from "../write/files.ts";
import { bundleWithWeights } from "./bundle.ts";
import { graphWithWeights, metaGraphWithWeights, savedModelWithWeights } from "./graph-def.ts";
import { homesOf, type LostWeight } from "./homes.ts";
import { Outcome } from "./outcome.ts";
import { patchedFile } from "./patches.ts";
import { tfjsWithWeights } from "./tfjs.ts";

/** What was written, and what was not. */
export interface WrittenWeights {
  readonly files: readonly WrittenFile[];
  /** Names in the source of tensors that got new values; the others had them already. */
  readonly changed: readonly string[];
  /** Weights of the graph that have no way home, and why. */
  readonly lost: readonly LostWeight[];
}

/** Makes the files of a changed model. */
type Rewriter = (source: string, target: string, outcome: Outcome) => readonly OutputFile[];

const rewriters: Readonly<Record<TensorFlowFormat, Rewriter>> = {
  frozen: (source, target, outcome) => {
    const bytes = graphWithWeights(readWhole(source), outcome, source);
    return [{ path: target, pieces: () => [bytes] }];
  },
  "saved-model": savedModelFiles,
  checkpoint: checkpointFiles,
  tfjs: tfjsWithWeights,
};

/**
 * Writes the weights of a graph into a copy of the TensorFlow model it was read from: a .pb, a SavedModel folder, a
 * checkpoint (the target is what its names begin with), or a TensorFlow.js folder. Exact to the bit, except where scales
 * were folded into a weight (relative error at most 2^-22 for each).
 * @throws TENSORFLOW_WEIGHTS_FORMAT for models that are none of these, and those of reading and `writeTogether`
 */
export async function writeWeightsBack(
  graph: Graph,
  source: string,
  target: string,
  options: { readonly force?: boolean } = {},
): Promise<WrittenWeights> {
  const format = formatOf(source);
  if (format === undefined) throw weightsFormat({ file: source, why: "it is not a model of TensorFlow" });
  const outcome = new Outcome(homesOf(graph));
  const files = rewriters[format](source, target, outcome);
  const written = await writeTogether(files, { ...options, inputs: filesOfModel(source) });
  return { files: written, changed: outcome.changed, lost: outcome.lost };
}

/** All files of the folder; the graph's constants and the variables get new values. */
function savedModelFiles(source: string, target: string, outcome: Outcome): readonly OutputFile[] {
  const { folder, file } = savedModelPlace(source);
  const bundle = openVariables(folder);
  const variables = bundle ? bundleWithWeights(bundle, join(target, "variables", "variables"), outcome) : [];
  const model = savedModelWithWeights(readWhole(file), outcome, file);
  const own: readonly OutputFile[] = [...variables, { path: join(target, SAVED_MODEL_FILE), pieces: () => [model] }];
  const known = new Set(own.map(({ path }) => path));
  const others = filesUnder(folder, target)
    .map((one) => ({ from: one, path: join(target, relative(folder, one)) }))
    .filter(({ path }) => !known.has(path));
  return [...others.map(({ from, path }) => patchedFile(from, path, [])), ...own];
}

/** Files below a folder; not those of the target, should it be inside. Links are not followed. */
function filesUnder(folder: string, except: string): readonly string[] {
  const inside = existsSync(except) ? realpathSync(except) : undefined;
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => inside === undefined || !realpathSync(file).startsWith(inside));
}

function checkpointFiles(source: string, target: string, outcome: Outcome): readonly OutputFile[] {
  const from = checkpointPrefix(source)!;
  const prefix = targetPrefix(target, basename(from));
  const bundle = Bundle.open(from);
  const values = bundleWithWeights(bundle, prefix, outcome);
  const file = `${from}.meta`;
  if (!existsSync(file)) return values;
  const meta = metaGraphWithWeights(readWhole(file), outcome, file);
  return [...values, { path: `${prefix}.meta`, pieces: () => [meta] }];
}

/** A folder keeps the checkpoint's own name; an ending of one of its files is no part of the prefix. */
function targetPrefix(target: string, name: string): string {
  const isFolder = /[/\\]$/.test(target) || (existsSync(target) && statSync(target).isDirectory());
  return isFolder ? join(target, name) : target.replace(/\.(meta|index)$/, "");
}
