// TensorFlow.js layers models: a model.json with the configuration and a manifest of weights, which lie in files beside
// it, one after the other, floats or codes with { min, scale }. https://www.tensorflow.org/js/guide/save_load

import { existsSync, realpathSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, isAbsolute, resolve, sep, win32 } from "node:path";
import { elementCount } from "@tersor/core";
import { Fields, isList, isObject, parseJson, type Json, type JsonObject } from "../config/json.ts";
import type { StoredModel } from "../convert/convert.ts";
import { configJson, tfjsBroken, tooLarge } from "../errors.ts";
import { namedScope, type NamedVariable } from "../store/named.ts";
import { bytesPerElement, shardSource, type Quantization, type Shard } from "../store/shards.ts";

/** model.json holds no weights; more than this is something else. */
const MAX_JSON_BYTES = 2 ** 28;
const MAX_WEIGHTS = 200_000;

/** Reading TensorFlow.js layers models. */
export const openTfjs = { isLayersModel, read };

/** Whether a JSON file is a layers model. A graph model has nodes as its topology. */
async function isLayersModel(path: string): Promise<boolean> {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? Infinity) > MAX_JSON_BYTES) return false;
  const text = await readFile(path, "utf8").catch(() => "");
  if (!text.includes('"modelTopology"')) return false;
  try {
    const model = parseJson(text, path);
    return isObject(model) && isObject(model["modelTopology"]) && !("node" in model["modelTopology"]);
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
  return {
    file: path,
    config: written,
    scope: namedScope("its weightsManifest", weightsOf(path, model)),
    version: typeof version === "string" && /^\d/.test(version) ? version : "2",
  };
}

/**
 * The model.json at a path.
 * @throws KERAS_TOO_LARGE, KERAS_CONFIG_JSON
 */
export async function modelJson(path: string): Promise<JsonObject> {
  const { size } = statSync(path);
  if (size > MAX_JSON_BYTES) throw tooLarge({ file: path, what: `${size} bytes of JSON`, limit: `${MAX_JSON_BYTES}` });
  const model = parseJson(await readFile(path, "utf8"), path);
  if (!isObject(model)) throw configJson({ file: path, why: "it is no object" });
  return model;
}

function weightsOf(path: string, model: JsonObject): readonly NamedVariable[] {
  const manifest = model["weightsManifest"];
  if (!isList(manifest)) throw tfjsBroken({ file: path, why: "it has no weightsManifest" });
  const variables = manifest.flatMap((group) => groupOf(path, group));
  if (variables.length > MAX_WEIGHTS) throw tooLarge({ file: path, what: "weights", limit: `${MAX_WEIGHTS}` });
  const names = new Set(variables.map(({ name }) => name));
  if (names.size !== variables.length) throw tfjsBroken({ file: path, why: "two weights have one name" });
  return variables;
}

/** A group's files are read as one, whichever way they are cut. */
function groupOf(file: string, group: Json): readonly NamedVariable[] {
  if (!isObject(group)) throw tfjsBroken({ file, why: "its weightsManifest is no list of groups" });
  const fields = new Fields(group, `the weightsManifest of "${file}"`);
  const shards = shardsOf(file, fields.list("paths"));
  const total = shards.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  let start = 0;
  return fields.list("weights").map((weight): NamedVariable => {
    const stated = weightOf(file, weight);
    const sizeBytes = elementCount(stated.shape) * bytesPerElement(stated.stored);
    if (start + sizeBytes > total)
      throw tfjsBroken({ file, why: `the weight "${stated.name}" reaches beyond its files of ${total} bytes` });
    const source = shardSource({ ...stated, shards, start });
    start += sizeBytes;
    return { name: stated.name, path: stated.name, source };
  });
}

/** The files of a group, all of them inside the model's folder. */
function shardsOf(file: string, paths: readonly Json[]): readonly Shard[] {
  const folder = realpathSync(dirname(resolve(file)));
  return paths.map((name): Shard => {
    if (typeof name !== "string" || name === "" || name.includes("\0"))
      throw tfjsBroken({ file, why: "a path of its weightsManifest is no name of a file" });
    const path = resolve(folder, name);
    const outside = isAbsolute(name) || win32.isAbsolute(name) || !path.startsWith(folder + sep);
    if (outside || (existsSync(path) && !realpathSync(path).startsWith(folder + sep)))
      throw tfjsBroken({ file, why: `its weights are said to be in "${name}", which is outside its folder` });
    const state = statSync(path, { throwIfNoEntry: false });
    if (!state?.isFile()) throw tfjsBroken({ file, why: `the file "${name}" with weights is missing` });
    return { path, sizeBytes: state.size };
  });
}

interface StatedWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly stored: string;
  readonly quantization: Quantization | undefined;
  readonly dtype: "float32" | "int32" | "bool";
}

function weightOf(file: string, weight: Json): StatedWeight {
  if (!isObject(weight)) throw tfjsBroken({ file, why: "a weight of its manifest is no object" });
  const fields = new Fields(weight, `a weight of "${file}"`);
  const name = fields.text("name");
  const shape = fields.numbers("shape");
  if (
    !shape.every((size) => Number.isSafeInteger(size) && size >= 0) ||
    elementCount(shape) > Number.MAX_SAFE_INTEGER / 8
  )
    throw tfjsBroken({ file, why: `the weight "${name}" has a shape that can't be` });
  const dtype = fields.text("dtype");
  if (dtype !== "float32" && dtype !== "int32" && dtype !== "bool")
    throw tfjsBroken({ file, why: `the weight "${name}" is ${dtype}, which no layer has` });
  const quantization = quantizationOf(file, name, weight["quantization"]);
  return { name, shape, dtype, quantization, stored: quantization?.dtype ?? dtype };
}

function quantizationOf(file: string, name: string, written: Json | undefined): Quantization | undefined {
  if (!isObject(written)) return undefined;
  const fields = new Fields(written, `the quantization of "${name}"`);
  const dtype = fields.text("dtype");
  if (dtype === "float16") return { dtype, min: 0, scale: 1 };
  if (dtype !== "uint8" && dtype !== "uint16")
    throw tfjsBroken({ file, why: `the weight "${name}" is stored as ${dtype}` });
  return { dtype, min: fields.number("min"), scale: fields.number("scale") };
}
