// A frozen graph as a TensorFlow.js graph model in memory: the topology as JSON, the constants as one run of bytes.
// Integers become int32 (those beyond it saturate) and floats float32, the only ones that TensorFlow.js has.
// https://github.com/tensorflow/tfjs/blob/master/tfjs-converter/src/data/compiled_api.ts

import { bytesOf, numbersOf, tensorFromNumbers, type DataType, type Tensor, type TensorSource } from "@tersor/core";
import type { TensorFlowAttribute, TensorFlowFunction, TensorFlowGraph, TensorFlowNode } from "../graphdef/graph.ts";
import { functionalize } from "../convert/control/functionalize.ts";
import { tfjsType } from "./host/tensors.ts";
import { defaultAttributes } from "./default-attributes.ts";
import { portsOf } from "./ports.ts";
import type { HostModel, WeightSpec } from "./protocol.ts";

type Json = Readonly<Record<string, unknown>>;

/** Gathers the constants of all nodes. */
interface Weights {
  readonly specs: WeightSpec[];
  readonly chunks: Uint8Array[];
}

/**
 * The graph for the host. Constants of functions get the function's name before theirs: all live in one name space.
 * Frames become While: in a frame, what does not change from turn to turn is there in the first one only.
 */
export function graphModelOf(source: TensorFlowGraph): Extract<HostModel, { kind: "graph-model" }> {
  const graph = functionalize(source);
  const { inputs, outputs } = portsOf(source);
  const weights: Weights = { specs: [], chunks: [] };
  const node = graph.nodes.map((each) => nodeJson(each, "", weights));
  const library = { function: [...graph.functions.values()].map((each) => functionJson(each, weights)) };
  return {
    kind: "graph-model",
    topology: { node: [...placeholders(graph), ...node], library, versions: { producer: 1 } },
    weightSpecs: weights.specs,
    weightData: Buffer.concat(weights.chunks),
    inputs,
    // What an Exit or a Merge gave has another name now.
    outputs: outputs.map((output, i) => ({ ...output, tensor: graph.outputs[i]!.tensor })),
  };
}

/** Inputs that no node makes, or that stand in the middle of a graph, are placeholders. */
function placeholders({ inputs, nodes }: TensorFlowFunction): Json[] {
  const made = new Set(nodes.map(({ name }) => name));
  return inputs
    .map(({ tensor, dtype = "FLOAT" }) => ({ name: nodeOf(tensor), dtype }))
    .filter(({ name }) => !made.has(name))
    .map(({ name, dtype }) => ({ name, op: "Placeholder", input: [], attr: { dtype: { type: `DT_${dtype}` } } }));
}

function nodeOf(reference: string): string {
  return reference.slice(0, reference.lastIndexOf(":"));
}

/** Control edges say nothing once loops and conditions are functions. */
function nodeJson({ name, op, inputs, attributes }: TensorFlowNode, prefix: string, weights: Weights): Json {
  if (op === "Const") addWeight(prefix + name, attributes["value"], weights);
  return {
    name: prefix + name,
    op,
    input: inputs.map((input) => prefix + input),
    attr: Object.fromEntries(
      Object.entries({ ...defaultAttributes[op], ...attributes }).flatMap(([key, value]) =>
        value.kind === "tensor" ? [] : [[key, attributeJson(value)]],
      ),
    ),
  };
}

/** Each result passes through an Identity: the converter keeps one output index per node only. */
function functionJson({ name, inputs, outputs, nodes }: TensorFlowFunction, weights: Weights): Json {
  const prefix = `${name}/`;
  const result = (i: number) => `${prefix}result_${i}`;
  const results = outputs.map(({ tensor }, i) => ({
    name: result(i),
    op: "Identity",
    input: [prefix + tensor],
    attr: {},
  }));
  return {
    signature: {
      name,
      inputArg: inputs.map(({ tensor, dtype = "FLOAT" }) => ({ name: prefix + nodeOf(tensor), type: `DT_${dtype}` })),
      outputArg: outputs.map((_, i) => ({ name: result(i), type: "DT_FLOAT" })),
    },
    nodeDef: [...nodes.map((each) => nodeJson(each, prefix, weights)), ...results],
    ret: Object.fromEntries(outputs.map((_, i) => [result(i), `${result(i)}:0`])),
  };
}

function addWeight(name: string, value: TensorFlowAttribute | undefined, { specs, chunks }: Weights): void {
  if (value?.kind !== "tensor") return;
  const { shape, dtype } = value.value;
  specs.push({ name, shape, dtype: tfjsType(dtype) });
  chunks.push(weightBytes(value.value, tfjsType(dtype)));
}

function weightBytes(source: TensorSource, stored: WeightSpec["dtype"]): Uint8Array {
  if (source.dtype === (stored satisfies DataType) && stored !== "string") return source.bytes();
  const tensor = source.tensor();
  if (stored === "string") return stringBytes(tensor);
  return bytesOf(tensorFromNumbers(stored, tensor.shape, numbersOf(tensor)));
}

/** Strings are stored with their length in bytes before each, 32 bits little-endian. */
function stringBytes({ data }: Tensor): Uint8Array {
  return Buffer.concat(
    (data as readonly string[]).flatMap((text) => {
      const bytes = Buffer.from(text);
      const length = Buffer.alloc(4);
      length.writeUInt32LE(bytes.length);
      return [length, bytes];
    }),
  );
}

type Plain = Exclude<TensorFlowAttribute, { kind: "tensor" }>;

function attributeJson(attribute: Plain): Json {
  switch (attribute.kind) {
    case "int":
      return { i: attribute.value };
    case "float":
      return { f: attribute.value };
    case "bool":
      return { b: attribute.value };
    case "string":
      return { s: base64(attribute.value) };
    case "type":
      return { type: `DT_${attribute.value}` };
    case "shape":
      return { shape: shapeJson(attribute.value) };
    case "function":
      return { func: { name: attribute.value } };
    default:
      return { list: listJson(attribute) };
  }
}

function listJson(attribute: Extract<Plain, { value: readonly unknown[] }>): Json {
  switch (attribute.kind) {
    case "ints":
      return { i: attribute.value };
    case "floats":
      return { f: attribute.value };
    case "bools":
      return { b: attribute.value };
    case "strings":
      return { s: attribute.value.map(base64) };
    case "types":
      return { type: attribute.value.map((type) => `DT_${type}`) };
    case "shapes":
      return { shape: attribute.value.map(shapeJson) };
    case "functions":
      return { func: attribute.value.map((name) => ({ name })) };
    default:
      return {};
  }
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

function shapeJson(shape: readonly number[] | undefined): Json {
  return shape === undefined ? { unknownRank: true } : { dim: shape.map((size) => ({ size })) };
}
