// Nodes and attributes as NodeProto and AttributeProto.

import { subgraphsOf, type Attribute, type Node, type Subgraph } from "@tersor/core";
import Long from "long";
import { attributeKinds, OpaqueAttribute, type AttributeKind } from "../attribute-kinds.ts";
import { opaqueForeign } from "../errors.ts";
import { onnx } from "../wire/messages.generated.js";
import { bytesPiece, framed, type Message } from "../wire/piece.ts";
import type { Encoding } from "./encoding.ts";
import { graphMessage } from "./graph.ts";
import { tensorMessage } from "./tensor.ts";

const NODE_ATTRIBUTE = 5;

/** A node as the field `number` of the message around it. */
export function nodeField(encoding: Encoding, number: number, node: Node): Message {
  // Weights in a body may have to go to a data file, so a body is not copied when there is one.
  if (encoding.external && subgraphsOf(node).length > 0) return framed(number, nodeMessage(encoding, node));
  return encoding.field(number, node, node.name, () => nodeMessage(encoding, node));
}

function nodeMessage(encoding: Encoding, node: Node): Message {
  const metadataProps = Object.entries(node.metadata ?? {}).map(([key, value]) => ({ key, value }));
  const proto: onnx.NodeProto.$Properties = {
    input: [...node.inputs],
    output: [...node.outputs],
    opType: node.op,
    ...(node.name && { name: node.name }),
    ...(node.domain && { domain: node.domain }),
    ...(node.overload && { overload: node.overload }),
    ...(node.doc && { docString: node.doc }),
    metadataProps,
  };
  return [
    bytesPiece(onnx.NodeProto.encode(proto).finish()),
    ...attributeFields(encoding, NODE_ATTRIBUTE, node.attributes),
  ];
}

export function attributeFields(
  encoding: Encoding,
  number: number,
  attributes: Readonly<Record<string, Attribute>>,
): Message {
  return Object.entries(attributes).flatMap(([name, attribute]) => {
    const encode = () => attributeMessage(encoding, name, attribute);
    const isBody = attribute.kind === "graph" || attribute.kind === "graphs";
    return encoding.external && isBody ? framed(number, encode()) : encoding.field(number, attribute, name, encode);
  });
}

function attributeMessage(encoding: Encoding, name: string, attribute: Attribute): Message {
  const head = (kind: AttributeKind, more: onnx.AttributeProto.$Properties = {}) =>
    bytesPiece(onnx.AttributeProto.encode({ name, type: attributeKinds[kind], ...more }).finish());
  const utf8 = new TextEncoder();
  switch (attribute.kind) {
    case "float":
      return [head("float", { f: attribute.value })];
    case "int":
      return [head("int", { i: int64Of(attribute.value) })];
    case "string":
      return [head("string", { s: utf8.encode(attribute.value) })];
    case "floats":
      return [head("floats", { floats: [...attribute.value] })];
    case "ints":
      return [head("ints", { ints: attribute.value.map(int64Of) })];
    case "strings":
      return [head("strings", { strings: attribute.value.map((text) => utf8.encode(text)) })];
    case "tensor":
      return [head("tensor"), ...framed(5, tensorMessage("", attribute.value))];
    case "graph":
      return [head("graph"), ...bodyField(encoding, 6, attribute.value)];
    case "tensors":
      return [head("tensors"), ...attribute.value.flatMap((tensor) => framed(10, tensorMessage("", tensor)))];
    case "graphs":
      return [head("graphs"), ...attribute.value.flatMap((graph) => bodyField(encoding, 11, graph))];
    case "reference":
      return [referenceHead(name, attribute)];
    case "opaque":
      return opaqueMessage(name, attribute.value);
  }
}

function bodyField(encoding: Encoding, number: number, graph: Subgraph): Message {
  const encode = () => graphMessage(encoding, graph);
  return encoding.external ? framed(number, encode()) : encoding.field(number, graph, graph.name, encode);
}

function referenceHead(name: string, { name: refAttrName, of }: Extract<Attribute, { kind: "reference" }>) {
  const type = Object.entries(attributeKinds).find(([kind]) => kind === of)?.[1] ?? 0;
  return bytesPiece(onnx.AttributeProto.encode({ name, refAttrName, type }).finish());
}

/** The message as it was read; the name comes last and so wins over the one inside. */
function opaqueMessage(name: string, value: unknown): Message {
  if (!(value instanceof OpaqueAttribute)) throw opaqueForeign({ where: `The attribute "${name}"` });
  return [bytesPiece(value.proto), bytesPiece(onnx.AttributeProto.encode({ name }).finish())];
}

/** Long.fromNumber truncates and saturates: what was INT64_MAX, and as a number is 2^63, is INT64_MAX again. */
function int64Of(value: number): Long {
  return Long.fromNumber(value);
}
