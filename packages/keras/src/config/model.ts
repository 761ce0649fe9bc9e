// The configuration of a model as layers and their calls: Sequential and Functional, of Keras 2 and 3.
// https://keras.io/guides/serialization_and_saving/

import { configField, tooLarge } from "../errors.ts";
import { callOf, referencesIn, type Call, type TensorReference } from "./argument.ts";
import { Fields, isList, isObject, type Json, type JsonObject } from "./json.ts";

/** A layer of a configuration. */
export interface LayerSpec {
  /** The class without the package it was registered under; "ops.Add" for an operation of keras.ops. */
  readonly className: string;
  readonly name: string;
  readonly config: Fields;
  /** What Keras said of the shapes the layer was built with, if it did. */
  readonly build: Json | undefined;
  /** Calls within the model, in order; none for a layer of a Sequential or a wrapper. */
  readonly calls: readonly Call[];
}

/** A model of a configuration. */
export interface ModelSpec {
  readonly kind: "sequential" | "functional";
  readonly name: string;
  readonly layers: readonly LayerSpec[];
  /** Of a functional model. */
  readonly inputs: readonly TensorReference[];
  readonly outputs: readonly TensorReference[];
}

/** More layers than this are no model that Keras can build. */
const MAX_LAYERS = 100_000;

const functionalClasses = new Set(["Functional", "Model"]);

/** Whether the layer is a model of layers. */
export function isModel({ className, config }: LayerSpec): boolean {
  return className === "Sequential" || (functionalClasses.has(className) && isList(config.value("layers")));
}

/**
 * The layer that an entry of a configuration describes: `{ class_name, config, inbound_nodes }`.
 * @throws KERAS_CONFIG_FIELD
 */
export function layerOf(entry: Json | undefined, where: string): LayerSpec {
  if (!isObject(entry)) throw configField({ where, field: "layers", expected: "objects" });
  const fields = new Fields(entry, where);
  const written = fields.text("class_name");
  const plain = written.slice(written.lastIndexOf(">") + 1);
  const className = isOperation(fields.value("module")) ? `ops.${plain}` : plain;
  const config = configOf(fields);
  const own = new Fields(config, where).value("name");
  const name = fields.text("name", typeof own === "string" ? own : className.toLowerCase());
  const build = fields.value("build_config");
  return { className, name, config: new Fields(config, `the layer "${name}"`), build, calls: callsOf(fields, name) };
}

/** Operations of Keras 3, some of which are called like layers. */
function isOperation(module: Json | undefined): boolean {
  return typeof module === "string" && /^keras(\.src)?\.ops\b/.test(module);
}

/** Keras 1 wrote the layers of a Sequential as the configuration itself. */
function configOf(fields: Fields): JsonObject {
  const config = fields.value("config");
  return isList(config) ? { layers: config } : fields.object("config");
}

function callsOf(fields: Fields, name: string): readonly Call[] {
  const nodes = fields.value("inbound_nodes");
  if (!isList(nodes)) return [];
  return nodes.map((node) => {
    const call = callOf(node);
    if (call) return call;
    throw configField({ where: `the layer "${name}"`, field: "inbound_nodes", expected: "lists of tensors" });
  });
}

/**
 * The model that a layer is.
 * @throws KERAS_CONFIG_FIELD, KERAS_TOO_LARGE
 */
export function modelOf({ className, name, config }: LayerSpec, file: string): ModelSpec {
  const entries = config.list("layers");
  if (entries.length > MAX_LAYERS) throw tooLarge({ file, what: `${entries.length} layers`, limit: `${MAX_LAYERS}` });
  const layers = entries.map((entry, i) => layerOf(entry, `layer ${i} of "${name}"`));
  if (className === "Sequential") return { kind: "sequential", name, layers, inputs: [], outputs: [] };
  return {
    kind: "functional",
    name,
    layers,
    inputs: references(config, "input_layers"),
    outputs: references(config, "output_layers"),
  };
}

function references(config: Fields, field: string): readonly TensorReference[] {
  const found = referencesIn(config.value(field));
  if (found.length === 0) throw configField({ where: config.where, field, expected: "tensors" });
  return found;
}
