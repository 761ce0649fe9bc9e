// A Keras model becomes an ONNX graph: its inputs, its layers by their rules, its outputs by the names Keras gives them.

import { attribute, dataTypes, GraphBuilder, isFloat, type DataType, type Graph, type ValueType } from "@tersor/core";
import { Fields, isList, isObject, type Json } from "../config/json.ts";
import { isModel, layerOf, modelOf, type LayerSpec, type ModelSpec } from "../config/model.ts";
import { configField, unsupportedLayers } from "../errors.ts";
import { standardLayers } from "../layers/index.ts";
import type { KerasTensor, LayerRule } from "../layers/layer.ts";
import type { StoredVariable, VariableScope } from "../store/scope.ts";
import type { Conversion } from "./context.ts";
import { convertLayer } from "./layer.ts";
import { convertModel } from "./model.ts";
import type { UsedVariable } from "./variables.ts";

/** ONNX's operator set that rules build for: the last one whose reductions take axes as attributes. */
const OPSET = 17;

/** A model as a file holds it. */
export interface StoredModel {
  readonly file: string;
  /** The outermost `{ class_name, config }`. */
  readonly config: Json;
  readonly scope: VariableScope;
  /** The version of Keras that wrote it, such as "2.15.0". */
  readonly version: string;
  /** All that the file holds, by path. */
  readonly variables: ReadonlyMap<string, StoredVariable>;
}

/** What converting gives. */
export interface ConvertedModel {
  readonly graph: Graph;
  /** The variables that layers asked for, by path. */
  readonly used: ReadonlyMap<string, UsedVariable>;
}

/**
 * Converts a model.
 * @throws KERAS_UNSUPPORTED listing every layer without a rule; KERAS_CONFIG_FIELD, KERAS_CALLS, KERAS_WEIGHT_MISSING,
 * KERAS_WEIGHT_SHAPE
 */
export function convertStored(stored: StoredModel, layers: readonly LayerRule[] = []): ConvertedModel {
  const { file, scope } = stored;
  const outer = layerOf(stored.config, `the model in "${file}"`);
  if (!isModel(outer))
    throw unsupportedLayers([{ layer: outer.name, className: outer.className, why: "it is a model made by code" }]);
  const model = modelOf(outer, file);
  const inputs = inputsOf(model);
  const outputs = outputNames(model, inputs);
  const to = GraphBuilder.start(OPSET, outputs);
  const conversion = conversionOf(stored, to, layers);
  const tensors = inputs.map((input) => addInput(input, to));
  const results = convertModel(model, tensors, { names: [], models: 0, scope }, conversion);
  if (conversion.unsupported.length > 0) throw unsupportedLayers(conversion.unsupported);
  const values = results.map(({ value }, i) => ({ name: outputs[i] ?? `output_${i}`, value }));
  return { graph: to.finish(outer.name, values), used: conversion.used };
}

function conversionOf({ file, version }: StoredModel, to: GraphBuilder, layers: readonly LayerRule[]): Conversion {
  const rules = new Map([...standardLayers, ...layers].flatMap((rule) => rule.classes.map((name) => [name, rule])));
  const conversion: Conversion = {
    file,
    major: Number.parseInt(version, 10) >= 3 ? 3 : 2,
    to,
    rules,
    unsupported: [],
    values: new Map(),
    used: new Map(),
    convertLayer: (layer, call, place) => convertLayer(layer, call, place, conversion),
  };
  return conversion;
}

interface ModelInput {
  readonly name: string;
  readonly shape: readonly Json[];
  readonly dtype: DataType;
}

/** The inputs of the outermost model. A Sequential without an InputLayer states its shape elsewhere. */
function inputsOf(model: ModelSpec): readonly ModelInput[] {
  if (model.kind === "sequential") return [inputOf(model.layers[0], model)];
  const byName = new Map(model.layers.map((layer) => [layer.name, layer]));
  return model.inputs.map(({ layer }) => inputOf(byName.get(layer), model));
}

function inputOf(layer: LayerSpec | undefined, model: ModelSpec): ModelInput {
  const where = `the model "${model.name}"`;
  if (layer === undefined) throw configField({ where, field: "input_layers", expected: "layers that are there" });
  const shape = inputShape(layer) ?? buildShape(layer.build);
  if (shape === undefined) throw configField({ where: layer.config.where, field: "batch_shape", expected: "a list" });
  const isInput = layer.className === "InputLayer";
  const name = isInput ? layer.name : `${layer.name}_input`;
  return { name, shape, dtype: layer.className === "Embedding" ? "int32" : dtypeOf(layer.config) };
}

function inputShape({ config }: LayerSpec): readonly Json[] | undefined {
  const shape = config.value("batch_shape") ?? config.value("batch_input_shape");
  return isList(shape) ? shape : undefined;
}

function buildShape(build: Json | undefined): readonly Json[] | undefined {
  const shape = isObject(build) ? new Fields(build, "build_config").value("input_shape") : undefined;
  return isList(shape) ? shape : undefined;
}

function dtypeOf(config: Fields): DataType {
  const dtype = config.value("dtype");
  return typeof dtype === "string" && Object.hasOwn(dataTypes, dtype) ? (dtype as DataType) : "float32";
}

/** Floats of other widths are brought to float32, which all layers compute in here. */
function addInput({ name, shape, dtype }: ModelInput, to: GraphBuilder): KerasTensor {
  const dims = shape.map((size, axis) => (typeof size === "number" ? size : axis === 0 ? "batch" : `${name}_${axis}`));
  const type: ValueType = { kind: "tensor", dtype, shape: dims };
  const value = to.input(name, type);
  if (!isFloat(dtype) || dtype === "float32") return { value };
  return { value: to.add("Cast", [value], { to: attribute.int(dataTypes.float32.code) }) };
}

/** Names of the layers that make the outputs; where one makes several, with a number behind. */
function outputNames(model: ModelSpec, inputs: readonly ModelInput[]): readonly string[] {
  const last = model.layers.at(-1)?.name ?? "output";
  const wished = model.kind === "sequential" ? [last] : model.outputs.map(({ layer }) => layer);
  const taken = new Set(inputs.map(({ name }) => name));
  return wished.map((wish) => {
    let name = wish;
    for (let count = 1; taken.has(name); count++) name = `${wish}_${count}`;
    taken.add(name);
    return name;
  });
}
