// AttrValue, as decoded, into plain data. https://github.com/tensorflow/tensorflow: core/framework/attr_value.proto

import { typeNameOf } from "../dtype.ts";
import { numberOf } from "../wire/decode.ts";
import type { tensorflow } from "../wire/messages.generated.js";
import type { TensorFlowAttribute } from "./graph.ts";
import { tensorOfProto } from "./tensor-proto.ts";

type AttrValue = tensorflow.AttrValue.$Properties;
type ListValue = tensorflow.AttrValue.ListValue.$Properties;

/** Attributes by name, as they are in the file. */
export type AttrValues = Readonly<Record<string, AttrValue>>;

/**
 * The attribute, or undefined for one without a value.
 * @throws TENSORFLOW_CONSTANT for a tensor that is broken; `node` names it.
 */
export function attributeOfProto(proto: AttrValue, node: string): TensorFlowAttribute | undefined {
  if (proto.tensor) return { kind: "tensor", value: tensorOfProto(proto.tensor, node) };
  if (proto.shape) return { kind: "shape", value: sizesOf(proto.shape) };
  if (proto.list) return listOf(proto.list);
  if (proto.func) return { kind: "function", value: proto.func.name ?? "" };
  switch (kindOf(proto)) {
    case "s":
      return { kind: "string", value: textOf(proto.s!) };
    case "i":
      return { kind: "int", value: numberOf(proto.i) };
    case "f":
      return { kind: "float", value: proto.f! };
    case "b":
      return { kind: "bool", value: proto.b! };
    case "type":
      return { kind: "type", value: typeText(proto.type!) };
    default:
      return undefined;
  }
}

/** The one of the scalar fields that is set; a message has them all, those of its prototype being defaults. */
function kindOf(proto: AttrValue): string | undefined {
  return ["s", "i", "f", "b", "type"].find(
    (kind) => Object.hasOwn(proto, kind) && proto[kind as "s"] !== null && proto[kind as "s"] !== undefined,
  );
}

/** All attributes of a node. Errors as `attributeOfProto`. */
export function attributesOfProto(protos: AttrValues, node: string): Record<string, TensorFlowAttribute> {
  const attributes: Record<string, TensorFlowAttribute> = Object.create(null) as Record<string, TensorFlowAttribute>;
  for (const [name, proto] of Object.entries(protos)) {
    const attribute = attributeOfProto(proto, node);
    if (attribute) attributes[name] = attribute;
  }
  return attributes;
}

/** An empty list does not say of what; it counts as one of integers. */
function listOf(list: ListValue): TensorFlowAttribute {
  if (list.s?.length) return { kind: "strings", value: list.s.map(textOf) };
  if (list.f?.length) return { kind: "floats", value: list.f };
  if (list.b?.length) return { kind: "bools", value: list.b };
  if (list.type?.length) return { kind: "types", value: list.type.map(typeText) };
  if (list.shape?.length) return { kind: "shapes", value: list.shape.map(sizesOf) };
  if (list.func?.length) return { kind: "functions", value: list.func.map(({ name }) => name ?? "") };
  return { kind: "ints", value: (list.i ?? []).map(numberOf) };
}

/** Sizes of a shape that may be known in part; undefined when not even the rank is. */
export function sizesOf(proto: tensorflow.TensorShapeProto.$Properties): readonly number[] | undefined {
  return proto.unknownRank ? undefined : (proto.dim ?? []).map(({ size }) => numberOf(size));
}

/** "FLOAT" for 1; types that are not known keep their number. */
export function typeText(number: number): string {
  return typeNameOf(number) ?? `INVALID_${number}`;
}

const decoder = new TextDecoder();

function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
