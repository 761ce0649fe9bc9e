// A model as TensorFlow.js's layers API loads it: the configuration in the form of Keras 2, weights by Keras 2's names.
// https://www.tensorflow.org/js/tutorials/conversion/import_keras

import { sourceOf, tensorFromNumbers, numbersOf, type Tensor, type TensorSource } from "@tersor/core";
import type { NamedWeight } from "@tersor/tensorflow";
import { tfjsNames } from "../errors.ts";
import { isList, isObject, type Json, type JsonObject } from "../config/json.ts";
import { convertStored, type StoredModel } from "../convert/convert.ts";
import type { UsedVariable } from "../convert/variables.ts";
import type { LayerRule } from "../layers/layer.ts";

/** What model.json says, and the weights beside it. */
export interface LayersModel {
  readonly topology: JsonObject;
  readonly weights: readonly NamedWeight[];
}

/** The model with new elements for some of its variables. */
export function layersModel(
  stored: StoredModel,
  changes: ReadonlyMap<string, () => Tensor>,
  layers: readonly LayerRule[],
): LayersModel {
  const { used } = convertStored(stored, layers);
  const weights = Array.from(used, ([path, variable]): NamedWeight => {
    const changed = changes.get(path);
    return {
      name: nameOf(path, variable),
      source: asFloat32(changed ? sourceOf(changed()) : variable.variable.source),
    };
  });
  checkNames(stored.file, weights);
  const config = isObject(stored.config) ? stored.config : {};
  const topology = {
    keras_version: stored.version,
    backend: "tensorflow",
    model_config: stored.version.startsWith("2") || stored.version.startsWith("1") ? config : legacyForm(config, 0),
  };
  return { topology, weights };
}

/** TensorFlow.js finds weights by name alone: two models inside may not have layers of one name. */
function checkNames(file: string, weights: readonly NamedWeight[]): void {
  const seen = new Set<string>();
  for (const { name } of weights) {
    if (seen.has(name)) throw tfjsNames({ file, weight: name });
    seen.add(name);
  }
}

/** Files of Keras 2 name their weights themselves; elsewhere names are made as Keras 2 would. */
function nameOf(path: string, { names }: UsedVariable): string {
  const written = /^model_weights\/[^/]+\/(.+)$/.exec(path)?.[1];
  return (written ?? names.join("/")).replace(/:\d+$/, "");
}

/** TensorFlow.js has no other floats. */
function asFloat32(source: TensorSource): TensorSource {
  if (source.dtype === "float32" || source.dtype === "int32" || source.dtype === "bool") return source;
  return sourceOf(tensorFromNumbers("float32", source.shape, numbersOf(source.tensor())));
}

/** Configurations nest no deeper. */
const MAX_DEPTH = 256;

/** The configuration of Keras 3 as Keras 2 would write it. */
function legacyForm(value: JsonObject, depth: number): JsonObject {
  const changed = Object.entries(value).flatMap(([key, item]): readonly (readonly [string, Json])[] => {
    if (depth > MAX_DEPTH || key === "module" || key === "registered_name" || key === "build_config") return [];
    if (key === "batch_shape") return [["batch_input_shape", item]];
    if (key === "dtype" && isObject(item)) return [[key, policyName(item)]];
    if (key === "inbound_nodes" && isList(item))
      return [[key, item.map((call) => legacyCall(call, value["class_name"]))]];
    if ((key === "input_layers" || key === "output_layers") && isList(item))
      return [[key, typeof item[0] === "string" ? [item] : item]];
    return [[key, legacyValue(item, depth + 1)]];
  });
  return Object.fromEntries(changed);
}

function legacyValue(item: Json, depth: number): Json {
  if (isList(item)) return item.map((one) => legacyValue(one, depth + 1));
  if (!isObject(item)) return item;
  // A function, such as an activation, is its name.
  if (item["class_name"] === "function" && typeof item["config"] === "string") return item["config"];
  return legacyForm(item, depth);
}

function policyName(policy: JsonObject): Json {
  const config = policy["config"];
  return isObject(config) ? (config["name"] ?? "float32") : "float32";
}

/** What Keras 2 calls the arguments behind the first. */
const laterArguments: Readonly<Record<string, readonly string[]>> = { MultiHeadAttention: ["value", "key"] };

/** { args: [tensors] } as [[layer, call, output, {}], ...]. */
function legacyCall(call: Json, className: Json | undefined): Json {
  if (!isObject(call) || !isList(call["args"])) return call;
  const { args, kwargs } = call;
  const names = laterArguments[String(className)] ?? [];
  const placed = args.slice(1).flatMap((value, i) => (names[i] === undefined ? [] : [[names[i], value] as const]));
  const named = isObject(kwargs) ? Object.entries(kwargs).filter(([, value]) => value !== null) : [];
  const rest = Object.fromEntries([...placed, ...named].map(([name, value]) => [name, historyOf(value) ?? value]));
  const first = isList(args[0]) ? args[0] : args.slice(0, 1);
  return first.map((tensor) => [...(historyOf(tensor) ?? []), rest]);
}

function historyOf(tensor: Json | undefined): readonly Json[] | undefined {
  const config = isObject(tensor) && tensor["class_name"] === "__keras_tensor__" ? tensor["config"] : undefined;
  const history = isObject(config) ? config["keras_history"] : undefined;
  return isList(history) ? history : undefined;
}
