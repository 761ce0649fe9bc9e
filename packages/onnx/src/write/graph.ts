// Graphs and functions as GraphProto and FunctionProto, in the order exporters write them.

import type { LocalFunction, Subgraph, Value } from "@tersor/core";
import { GraphCarrier } from "../tracked.ts";
import { onnx } from "../wire/messages.generated.js";
import { bytesPiece, framed, spanPiece, type Message } from "../wire/piece.ts";
import type { Encoding } from "./encoding.ts";
import { attributeFields, nodeField } from "./node.ts";
import { tensorMessage } from "./tensor.ts";
import { valueMessage } from "./type.ts";

export function graphMessage(encoding: Encoding, graph: Subgraph): Message {
  return [
    ...graph.nodes.flatMap((node) => nodeField(encoding, 1, node)),
    bytesPiece(onnx.GraphProto.encode({ name: graph.name }).finish()),
    ...weightFields(encoding, graph),
    ...(graph.doc ? [bytesPiece(onnx.GraphProto.encode({ docString: graph.doc }).finish())] : []),
    ...graph.inputs.flatMap((value) => valueField(encoding, 11, value)),
    ...graph.outputs.flatMap((value) => valueField(encoding, 12, value)),
    ...typeFields(encoding, 13, graph.types),
    ...carried(graph.carrier),
  ];
}

function weightFields(encoding: Encoding, { weights }: Subgraph): Message {
  return [...weights].flatMap(([name, { source }]) => {
    const encode = () => tensorMessage(name, source, encoding.external);
    return encoding.external ? framed(5, encode()) : encoding.field(5, source, name, encode);
  });
}

function valueField(encoding: Encoding, number: number, value: Value): Message {
  return encoding.field(number, value, value.name, () => valueMessage(value));
}

function typeFields(encoding: Encoding, number: number, types: Subgraph["types"]): Message {
  return [...types].flatMap(([name, type]) => encoding.field(number, type, name, () => valueMessage({ name, type })));
}

function carried(carrier: unknown): Message {
  return carrier instanceof GraphCarrier ? carrier.rest.map(spanPiece) : [];
}

/** A local function as the field `number` of the model. */
export function functionField(encoding: Encoding, number: number, made: LocalFunction): Message {
  return encoding.field(number, made, made.name, () => functionMessage(encoding, made));
}

function functionMessage(encoding: Encoding, made: LocalFunction): Message {
  const proto: onnx.FunctionProto.$Properties = {
    name: made.name,
    input: [...made.inputs],
    output: [...made.outputs],
    attribute: [...made.attributes],
    opsetImport: opsetProtos(made.opsets),
    domain: made.domain,
    ...(made.overload && { overload: made.overload }),
    ...(made.doc && { docString: made.doc }),
  };
  return [
    bytesPiece(onnx.FunctionProto.encode(proto).finish()),
    ...made.nodes.flatMap((node) => nodeField(encoding, 7, node)),
    ...attributeFields(encoding, 11, made.defaults),
    ...typeFields(encoding, 12, made.types),
    ...carried(made.carrier),
  ];
}

export function opsetProtos(opsets: ReadonlyMap<string, number>): onnx.OperatorSetIdProto.$Properties[] {
  return Array.from(opsets, ([domain, version]) => ({ domain, version }));
}
