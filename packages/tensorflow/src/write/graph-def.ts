// A frozen graph as a GraphDef: what a .pb holds, and a SavedModel and a TensorFlow.js model around it.

import type { TensorSource } from "@tersor/core";
import { typeNameFor, typeNumberOf } from "../dtype.ts";
import { nodeOfReference } from "../graphdef/draft.ts";
import type { TensorFlowAttribute, TensorFlowGraph, TensorFlowInput, TensorFlowNode } from "../graphdef/graph.ts";
import { tensorflow } from "../wire/messages.generated.js";
import { outputTooLarge, unwritableFunction, unwritableTensor } from "./errors.ts";

/** A version of graphs that states the shapes of scalars; every TensorFlow since 2.9 reads it. */
const PRODUCER = 1087;
const MOST_BYTES = 2 ** 31 - 1;

/** A GraphDef as plain data. */
export type GraphDefData = tensorflow.GraphDef.$Properties;
type AttrValue = tensorflow.AttrValue.$Properties;

/**
 * The bytes of a frozen .pb.
 * @throws TENSORFLOW_FUNCTION_UNWRITABLE, TENSORFLOW_TYPE_UNWRITABLE, TENSORFLOW_OUTPUT_TOO_LARGE
 */
export function frozenBytes(graph: TensorFlowGraph): Uint8Array {
  checkSize(graph);
  return tensorflow.GraphDef.encode(graphDefOf(graph)).finish();
}

/** @throws TENSORFLOW_OUTPUT_TOO_LARGE when the constants alone are more than a message may hold. */
export function checkSize({ nodes }: TensorFlowGraph): void {
  const sizeBytes = nodes.reduce((sum, node) => sum + (constantOf(node)?.sizeBytes ?? 0), 0);
  if (sizeBytes > MOST_BYTES) throw outputTooLarge({ sizeBytes, limitBytes: MOST_BYTES });
}

/** The value of a constant. */
export function constantOf({ op, attributes }: TensorFlowNode): TensorSource | undefined {
  const value = op === "Const" ? attributes["value"] : undefined;
  return value?.kind === "tensor" ? value.value : undefined;
}

/**
 * The graph as a message. `tensorOf` makes the contents of a tensor; default the bytes of the whole.
 * @throws TENSORFLOW_FUNCTION_UNWRITABLE, TENSORFLOW_TYPE_UNWRITABLE
 */
export function graphDefOf(graph: TensorFlowGraph, tensorOf: TensorOf = tensorProtoOf): GraphDefData {
  const [called] = graph.functions.keys();
  if (called !== undefined) throw unwritableFunction({ function: called });
  const names = new Map(graph.inputs.map(({ tensor }) => [tensor, placeholderName(tensor)]));
  const present = new Set(graph.nodes.map(({ name }) => name));
  const placeholders = graph.inputs.filter(({ tensor }) => !present.has(nodeOfReference(tensor))).map(placeholderOf);
  const nodes = graph.nodes.map((node) => nodeDefOf(node, names, tensorOf));
  return { node: [...placeholders, ...nodes], versions: { producer: PRODUCER } };
}

/** How the contents of tensors are written. */
export type TensorOf = (source: TensorSource, node: string) => tensorflow.TensorProto.$Properties;

/** The reference of a tensor of a written graph: inputs that were outputs of larger nodes have nodes of their own. */
export function writtenReference(graph: TensorFlowGraph, tensor: string): string {
  return graph.inputs.some((input) => input.tensor === tensor) ? `${placeholderName(tensor)}:0` : tensor;
}

/** "node" for "node:0"; a further output of a node becomes a node "node_1". */
function placeholderName(tensor: string): string {
  return tensor.endsWith(":0") ? nodeOfReference(tensor) : tensor.replace(/:(\d+)$/, "_$1");
}

function placeholderOf({ tensor, dtype = "FLOAT", shape }: TensorFlowInput): tensorflow.NodeDef.$Properties {
  const attr = { dtype: { type: numberOfType(dtype, tensor) }, shape: { shape: shapeOf(shape) } };
  return { name: placeholderName(tensor), op: "Placeholder", attr };
}

function nodeDefOf(
  { name, op, inputs, control, attributes }: TensorFlowNode,
  inputNames: ReadonlyMap<string, string>,
  tensorOf: TensorOf,
): tensorflow.NodeDef.$Properties {
  const data = inputs.map((input) => inputNames.get(input) ?? (input.endsWith(":0") ? nodeOfReference(input) : input));
  const attr = Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [key, attrValueOf(value, name, tensorOf)]),
  );
  const constant = constantOf({ name, op, inputs, control, attributes });
  // A reader's constants may have lost their type on the way from a variable.
  if (constant) attr["dtype"] = { type: attr["dtype"]?.type ?? numberOfElements(constant, name) };
  return { name, op, input: [...data, ...control.map((one) => `^${one}`)], attr };
}

function attrValueOf(attribute: TensorFlowAttribute, node: string, tensorOf: TensorOf): AttrValue {
  const { kind, value } = attribute;
  switch (kind) {
    case "int":
      return { i: value };
    case "float":
      return { f: value };
    case "bool":
      return { b: value };
    case "string":
      return { s: textBytes(value) };
    case "type":
      return { type: numberOfType(value, node) };
    case "shape":
      return { shape: shapeOf(value) };
    case "tensor":
      return { tensor: tensorOf(value, node) };
    case "function":
      return { func: { name: value } };
    case "ints":
      return { list: { i: [...value] } };
    case "floats":
      return { list: { f: [...value] } };
    case "bools":
      return { list: { b: [...value] } };
    case "strings":
      return { list: { s: value.map(textBytes) } };
    case "types":
      return { list: { type: value.map((type) => numberOfType(type, node)) } };
    case "shapes":
      return { list: { shape: value.map(shapeOf) } };
    case "functions":
      return { list: { func: value.map((name) => ({ name })) } };
  }
}

/** The tensor with its contents. */
export function tensorProtoOf(source: TensorSource, node: string): tensorflow.TensorProto.$Properties {
  const head = tensorHeadOf(source, node);
  if (source.dtype !== "string") return { ...head, tensorContent: source.bytes() };
  return { ...head, stringVal: (source.tensor().data as readonly string[]).map(textBytes) };
}

/** Type and shape of a tensor. */
export function tensorHeadOf(source: TensorSource, node: string): tensorflow.TensorProto.$Properties {
  return { dtype: numberOfElements(source, node), tensorShape: shapeOf(source.shape) };
}

function numberOfElements({ dtype }: TensorSource, tensor: string): number {
  const name = typeNameFor(dtype);
  if (name === undefined) throw unwritableTensor({ tensor, dtype });
  return numberOfType(name, tensor);
}

function numberOfType(name: string, tensor: string): number {
  const number = typeNumberOf(name) ?? Number(/^INVALID_(\d+)$/.exec(name)?.[1]);
  if (Number.isNaN(number)) throw unwritableTensor({ tensor, dtype: name });
  return number;
}

/** A shape as a message; undefined is one of unknown rank. */
export function shapeOf(shape: readonly number[] | undefined): tensorflow.TensorShapeProto.$Properties {
  return shape === undefined ? { unknownRank: true } : { dim: shape.map((size) => ({ size })) };
}

const encoder = new TextEncoder();

function textBytes(text: string): Uint8Array {
  return encoder.encode(text);
}
