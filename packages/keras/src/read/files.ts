// All files that a model is made of: one, but for TensorFlow.js, whose weights lie beside its model.json.

import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { readManifest } from "@tersor/tensorflow";
import { isObject, parseJson } from "../config/json.ts";
import { formatOf } from "./open.ts";

/** The files of the model at a path; the path where it is none. */
export async function filesOf(path: string): Promise<readonly string[]> {
  const found = await formatOf(path);
  if (found === undefined) return [path];
  if (found.format !== "tfjs-layers") return [found.path];
  const model = parseJson(await readFile(found.path, "utf8"), found.path);
  const folder = dirname(resolve(found.path));
  const { groups } = readManifest(isObject(model) ? (model["weightsManifest"] ?? []) : [], folder, found.path);
  return [found.path, ...groups.flat().map((name) => resolve(folder, name))];
}
