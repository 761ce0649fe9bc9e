// NodeProto and AttributeProto. Tensors and graphs inside attributes are read where they stand.

import type { Attribute, Node } from "@tersor/core";
import { attributeKindOf, OpaqueAttribute, type AttributeKind } from "../attribute-kinds.ts";
import { duplicate } from "../errors.ts";
import type { Range } from "../wire/bytes.ts";
import { onnx } from "../wire/messages.generated.js";
import { placeIn, placeText, type Place } from "../wire/scanner.ts";
import { split, type Field } from "../wire/walker.ts";
import { readSubgraph } from "./graph.ts";
import { numberOf, type Reading } from "./reading.ts";
import { readTensor } from "./tensor.ts";

const NODE_ATTRIBUTE = 5;

/** "ai.onnx" is another name of the default domain. */
export function domainOf(name: string | null | undefined): string {
  return name === "ai.onnx" ? "" : (name ?? "");
}

export function readNode(reading: Reading, field: Field, place: Place): Node {
  const { scanner } = reading;
  const range = reading.message(field, place);
  const externalBefore = reading.external.count;
  const { head, rest } = split(scanner, range, place, (number) => number !== NODE_ATTRIBUTE);
  const proto = reading.decode(head, place, range.start, (reader) => onnx.NodeProto.decode(reader));
  const metadata = (proto.metadataProps ?? []).map(({ key, value }) => [key ?? "", value ?? ""] as const);
  const name = proto.name ?? "";
  const node: Node = {
    name,
    op: proto.opType ?? "",
    domain: domainOf(proto.domain),
    inputs: proto.input ?? [],
    outputs: proto.output ?? [],
    attributes: readAttributes(reading, rest, place, "attribute"),
    ...(proto.docString && { doc: proto.docString }),
    ...(metadata.length > 0 && { metadata: Object.fromEntries(metadata) }),
    ...(proto.overload && { overload: proto.overload }),
  };
  reading.track(node, field, name, externalBefore);
  return node;
}

/** Attributes by name. */
export function readAttributes(
  reading: Reading,
  fields: readonly Field[],
  place: Place,
  label: string,
): Readonly<Record<string, Attribute>> {
  const attributes = new Map<string, Attribute>();
  for (const [index, field] of fields.entries()) {
    const own = placeIn(place, label, index);
    const [name, attribute] = readAttribute(reading, field, own);
    if (attributes.has(name)) throw duplicate({ where: placeText(place), what: "attributes", name });
    attributes.set(name, attribute);
  }
  return Object.fromEntries(attributes);
}

// Fields of AttributeProto that are not decoded with the head, and what they say about the kind.
const largeFields = { tensor: 5, graph: 6, tensors: 10, graphs: 11 } as const;
const carriedFields = { "sparse-tensor": 22, "sparse-tensors": 23, "type-proto": 14, "type-protos": 15 } as const;
const kindOfField = new Map<number, AttributeKind>(
  Object.entries({ ...largeFields, ...carriedFields }).map(([kind, number]) => [number, kind as AttributeKind]),
);

function readAttribute(reading: Reading, field: Field, place: Place): readonly [name: string, attribute: Attribute] {
  const { scanner } = reading;
  const range = reading.message(field, place);
  const externalBefore = reading.external.count;
  const { head, rest } = split(scanner, range, place, (number) => !kindOfField.has(number));
  const proto = reading.decode(head, place, range.start, (reader) => onnx.AttributeProto.decode(reader));
  const attribute = attributeOf(reading, proto, rest, range, place);
  const name = proto.name ?? "";
  reading.track(attribute, field, name, externalBefore);
  return [name, attribute];
}

type AttributeProto = onnx.AttributeProto.$Properties;

function attributeOf(
  reading: Reading,
  proto: AttributeProto,
  rest: readonly Field[],
  range: Range,
  place: Place,
): Attribute {
  const kind = attributeKindOf(proto.type ?? 0) ?? impliedKind(proto, rest);
  if (proto.refAttrName) return { kind: "reference", name: proto.refAttrName, of: kind ?? "undefined" };
  switch (kind) {
    case "tensor":
    case "tensors":
    case "graph":
    case "graphs":
      return largeAttribute(reading, kind, rest, place);
    case undefined:
    case "sparse-tensor":
    case "sparse-tensors":
    case "type-proto":
    case "type-protos":
      return { kind: "opaque", value: new OpaqueAttribute(reading.scanner.bytes(range).slice()) };
    default:
      return plainAttribute(kind, proto);
  }
}

/** Old models (IR version 1 and 2) leave the type out; the field that is there says it. */
function impliedKind(proto: AttributeProto, rest: readonly Field[]): AttributeKind | undefined {
  if (proto.f != null) return "float";
  if (proto.i != null) return "int";
  if (proto.s != null) return "string";
  if (proto.floats?.length) return "floats";
  if (proto.ints?.length) return "ints";
  if (proto.strings?.length) return "strings";
  return rest[0] && kindOfField.get(rest[0].number);
}

type LargeKind = keyof typeof largeFields;
type PlainKind = Exclude<AttributeKind, LargeKind | keyof typeof carriedFields>;

function plainAttribute(kind: PlainKind, proto: AttributeProto): Attribute {
  const decoder = new TextDecoder();
  switch (kind) {
    case "float":
      return { kind, value: proto.f ?? 0 };
    case "int":
      return { kind, value: numberOf(proto.i ?? 0) };
    case "string":
      return { kind, value: decoder.decode(proto.s ?? new Uint8Array(0)) };
    case "floats":
      return { kind, value: proto.floats ?? [] };
    case "ints":
      return { kind, value: (proto.ints ?? []).map(numberOf) };
    case "strings":
      return { kind, value: (proto.strings ?? []).map((bytes) => decoder.decode(bytes)) };
  }
}

function largeAttribute(reading: Reading, kind: LargeKind, rest: readonly Field[], place: Place): Attribute {
  const fields = rest.filter((field) => field.number === largeFields[kind]);
  const only = fields[0];
  if ((kind === "tensor" || kind === "graph") && (!only || fields.length > 1)) {
    const start = only?.start ?? 0;
    throw reading.scanner.malformed(place, start, `an attribute of the kind "${kind}" holds ${fields.length} of them`);
  }
  const tensorAt = (field: Field, index?: number) => {
    const own = placeIn(place, kind === "tensor" ? "t" : "tensors", index);
    return readTensor(reading, reading.message(field, own), own).source;
  };
  const graphAt = (field: Field, index?: number) =>
    readSubgraph(reading, field, placeIn(place, kind === "graph" ? "g" : "graphs", index));
  switch (kind) {
    case "tensor":
      return { kind, value: tensorAt(only!) };
    case "graph":
      return { kind, value: graphAt(only!) };
    case "tensors":
      return { kind, value: fields.map(tensorAt) };
    case "graphs":
      return { kind, value: fields.map(graphAt) };
  }
}
