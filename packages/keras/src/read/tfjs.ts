// TensorFlow.js layers models: a model.json with the configuration and a manifest of weights, which lie in files beside
// it. https://www.tensorflow.org/js/guide/save_load

import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { readManifest } from "@tersor/tensorflow";
import { isObject, parseJson, type JsonObject } from "../config/json.ts";
import type { StoredModel } from "../convert/convert.ts";
import { configJson, tfjsBroken, tooLarge } from "../errors.ts";
import { namedScope } from "../store/named.ts";

/** model.json holds no weights; more than this is something else. */
const MAX_JSON_BYTES = 2 ** 28;

/** Reading TensorFlow.js layers models. */
export const openTfjs = { isLayersModel, read };

/** Whether a JSON file is a layers model. A graph model has nodes as its topology. */
async function isLayersModel(path: string): Promise<boolean> {
  try {
    const { modelTopology: topology } = await modelJson(path);
    return isObject(topology) && !("node" in topology);
  } catch {
    return false;
  }
}

async function read(path: string, config?: string): Promise<StoredModel> {
  const model = await modelJson(path);
  const topology = model["modelTopology"];
  if (!isObject(topology)) throw tfjsBroken({ file: path, why: "it has no modelTopology" });
  const written = config === undefined ? (topology["model_config"] ?? topology) : parseJson(config, path);
  const version = topology["keras_version"];
  const { weights } = readManifest(model["weightsManifest"] ?? [], dirname(path), path);
  const variables = weights.map(({ name, source }) => ({ name, path: name, source }));
  if (new Set(weights.map(({ name }) => name)).size !== weights.length)
    throw tfjsBroken({ file: path, why: "two weights have one name" });
  return {
    file: path,
    config: written,
    scope: namedScope("its weightsManifest", variables),
    version: typeof version === "string" && /^\d/.test(version) ? version : "2",
    variables: new Map(variables.map((variable) => [variable.path, variable])),
  };
}

/** The model.json at a path. */
async function modelJson(path: string): Promise<JsonObject> {
  const { size } = statSync(path);
  if (size > MAX_JSON_BYTES) throw tooLarge({ file: path, what: `${size} bytes of JSON`, limit: `${MAX_JSON_BYTES}` });
  const model = parseJson(await readFile(path, "utf8"), path);
  if (!isObject(model)) throw configJson({ file: path, why: "it is no object" });
  return model;
}
