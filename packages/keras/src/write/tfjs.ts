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
      name: nameOf(path, variable, stored.version),
      source: asFloat32(changed ? sourceOf(changed()) : variable.variable.source),
    };
  });
  checkNames(stored.file, weights);
  const topology = {
    keras_version: stored.version,
    backend: "tensorflow",
    model_config: isObject(stored.config) ? legacyForm(stored.config, 0) : {},
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
function nameOf(path: string, { names }: UsedVariable, version: string): string {
  const written = /^model_weights\/[^/]+\/(.+)$/.exec(path)?.[1];
  const folder =
    written === undefined || version.startsWith("3") ? names.slice(0, -1) : written.split("/").slice(0, -1);
  return [...folder, names.at(-1)!].join("/");
}

/** TensorFlow.js has no other floats. */
function asFloat32(source: TensorSource): TensorSource {
  if (source.dtype === "float32" || source.dtype === "int32" || source.dtype === "bool") return source;
  return sourceOf(tensorFromNumbers("float32", source.shape, numbersOf(source.tensor())));
}

/** Configurations nest no deeper. */
const MAX_DEPTH = 256;

/** A configuration as Keras 2 wrote it first: without modules, with names of functions, calls as lists. */
function legacyForm(value: JsonObject, depth: number, outer: ReadonlySet<string> = new Set()): JsonObject {
  const inside = new Set([...outer, ...modelsInside(value)]);
  const changed = Object.entries(value).flatMap(([key, item]): readonly (readonly [string, Json])[] => {
    if (depth > MAX_DEPTH || key === "module" || key === "registered_name" || key === "build_config") return [];
    if (key === "batch_shape") return [["batch_input_shape", item]];
    if (key === "dtype" && isObject(item)) return [[key, policyName(item)]];
    if (key === "inbound_nodes" && isList(item))
      return [[key, item.map((call) => legacyCall(call, value["class_name"], outer))]];
    if ((key === "input_layers" || key === "output_layers") && isList(item))
      return [[key, (typeof item[0] === "string" ? [item] : item).map((tensor) => counted(tensor, inside))]];
    if (key === "config" && isObject(item))
      return [[key, legacyForm(configFor(value["class_name"], item), depth + 1, outer)]];
    return [[key, legacyValue(item, depth + 1, inside)]];
  });
  return Object.fromEntries(changed);
}

/** TensorFlow.js refuses the fields that Keras writes for the kernel that a separable convolution has not. */
function configFor(className: Json | undefined, config: JsonObject): JsonObject {
  if (className === "LeakyReLU" && config["negative_slope"] !== undefined)
    return { ...config, alpha: config["negative_slope"] };
  if (className === "Bidirectional" && isObject(config["layer"])) return bidirectional(config, config["layer"]);
  if (typeof className !== "string" || !className.startsWith("SeparableConv")) return config;
  return Object.fromEntries(Object.entries(config).filter(([key]) => !/^kernel_(init|reg|const)/.test(key)));
}

/** TensorFlow.js makes the layer that runs backwards, and both names, itself. */
function bidirectional(config: JsonObject, layer: JsonObject): JsonObject {
  const { backward_layer: _, ...rest } = config;
  const inner = isObject(layer["config"]) ? layer["config"] : {};
  const name = String(inner["name"] ?? "").replace(/^forward_/, "");
  return { ...rest, layer: { ...layer, config: { ...inner, name } } };
}

function legacyValue(item: Json, depth: number, outer: ReadonlySet<string>): Json {
  if (isList(item)) return item.map((one) => legacyValue(one, depth + 1, outer));
  if (!isObject(item)) return item;
  // A function, such as an activation, is its name.
  if (item["class_name"] === "function" && typeof item["config"] === "string") return item["config"];
  return legacyForm(item, depth, outer);
}

function policyName(policy: JsonObject): Json {
  const config = policy["config"];
  return isObject(config) ? (config["name"] ?? "float32") : "float32";
}

/** What Keras 2 calls the arguments behind the first. */
const laterArguments: Readonly<Record<string, readonly string[]>> = { MultiHeadAttention: ["value", "key"] };

/** { args: [tensors] } as [[layer, call, output, {}], ...]. */
function legacyCall(call: Json, className: Json | undefined, models: ReadonlySet<string>): Json {
  if (!isObject(call) || !isList(call["args"])) return call;
  const { args, kwargs } = call;
  const names = laterArguments[String(className)] ?? [];
  const placed = args.slice(1).flatMap((value, i) => (names[i] === undefined ? [] : [[names[i], value] as const]));
  const named = isObject(kwargs) ? Object.entries(kwargs).filter(([, value]) => value !== null) : [];
  const tensorOf = (value: Json): Json => counted(historyOf(value) ?? value, models);
  const rest = Object.fromEntries([...placed, ...named].map(([name, value]) => [name, tensorOf(value)]));
  const first = isList(args[0]) ? args[0] : args.slice(0, 1);
  return first.map((tensor) => {
    const reference = tensorOf(tensor);
    return [...(isList(reference) ? reference : []), rest];
  });
}

/** Names of the models among the layers of a Keras 3 model. */
function modelsInside({ layers }: JsonObject): readonly string[] {
  if (!isList(layers) || !layers.some(isKeras3)) return [];
  return layers.flatMap((layer) => {
    const config = isObject(layer) ? layer["config"] : undefined;
    const inner = isObject(config) ? config["layers"] : undefined;
    const first = isList(inner) ? inner[0] : undefined;
    const name = isObject(config) ? config["name"] : undefined;
    return isObject(first) && first["class_name"] === "InputLayer" && typeof name === "string" ? [name] : [];
  });
}

function isKeras3(layer: Json): boolean {
  const calls = isObject(layer) ? layer["inbound_nodes"] : undefined;
  return isList(calls) && isObject(calls[0]);
}

/** The making of a model inside is its first call in Keras 2 and TensorFlow.js, but not in Keras 3. */
function counted(reference: Json, models: ReadonlySet<string>): Json {
  if (!isList(reference)) return reference;
  const [name, call, output] = reference;
  if (typeof name !== "string" || typeof call !== "number" || !models.has(name)) return reference;
  return [name, call + 1, output ?? 0];
}

function historyOf(tensor: Json | undefined): readonly Json[] | undefined {
  const config = isObject(tensor) && tensor["class_name"] === "__keras_tensor__" ? tensor["config"] : undefined;
  const history = isObject(config) ? config["keras_history"] : undefined;
  return isList(history) ? history : undefined;
}
