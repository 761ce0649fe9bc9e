// The files that a model is made of.

import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { readModelJson } from "../tfjs/read.ts";
import { pathWithin } from "../tfjs/shards.ts";
import { checkpointPrefix } from "./checkpoint.ts";
import { formatOf } from "./read.ts";
import { savedModelPlace } from "./saved-model.ts";

/** All files of the model at a path; those that are named and not there are left out. */
export function filesOfModel(path: string): readonly string[] {
  switch (formatOf(path)) {
    case "saved-model": {
      const { folder, file } = savedModelPlace(path);
      return [file, ...valueFiles(join(folder, "variables", "variables"))];
    }
    case "checkpoint": {
      const prefix = checkpointPrefix(path) ?? path;
      return [`${prefix}.meta`, ...valueFiles(prefix)].filter((file) => existsSync(file));
    }
    case "tfjs":
      return tfjsFiles(path);
    default:
      return [path];
  }
}

/** The index and the data files of a checkpoint. */
export function valueFiles(prefix: string): readonly string[] {
  const folder = dirname(prefix);
  if (!existsSync(folder)) return [];
  const name = basename(prefix);
  const names = readdirSync(folder).filter(
    (one) => one.startsWith(name) && /^\.(index|data-\d+-of-\d+)$/.test(one.slice(name.length)),
  );
  return names.sort().map((one) => join(folder, one));
}

/** The JSON of a TensorFlow.js model and the files of its weights. Errors as `readModelJson`. */
export function tfjsFiles(path: string): readonly string[] {
  const { file, folder, json } = readModelJson(path);
  const groups: unknown = json["weightsManifest"];
  const paths = (Array.isArray(groups) ? groups : []).flatMap((group: unknown) => pathsOf(group));
  return [file, ...paths.map((one) => pathWithin(folder, one, file))];
}

function pathsOf(group: unknown): readonly string[] {
  const paths = typeof group === "object" && group !== null && "paths" in group ? group.paths : [];
  return Array.isArray(paths) ? paths.filter((path) => typeof path === "string") : [];
}
