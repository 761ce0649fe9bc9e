// ValueInfoProto and TypeProto: names and types of values.

import { dataTypeOf, type DataType, type Dim, type Value, type ValueType } from "@tersor/core";
import { onnx } from "../wire/messages.generated.js";
import type { Place } from "../wire/scanner.ts";
import type { Field } from "../wire/walker.ts";
import { numberOf, type Reading } from "./reading.ts";

/** Reads a value_info, input or output of a graph or function. */
export function readValue(reading: Reading, field: Field, place: Place): Value {
  const range = reading.message(field, place);
  const proto = reading.decode(reading.scanner.bytes(range), place, range.start, (reader) =>
    onnx.ValueInfoProto.decode(reader),
  );
  const name = proto.name ?? "";
  const type = typeOf(reading, proto.type, place, range.start);
  const value: Value = proto.docString ? { name, type, doc: proto.docString } : { name, type };
  reading.track(value, field, name);
  reading.track(type, field, name);
  return value;
}

type TypeProto = onnx.TypeProto.$Properties;

function typeOf(reading: Reading, proto: TypeProto | null | undefined, place: Place, offset: number): ValueType {
  const inner = (element: TypeProto | null | undefined) => typeOf(reading, element, place, offset);
  if (proto?.tensorType) return { kind: "tensor", ...tensorFacts(reading, proto.tensorType, place, offset) };
  if (proto?.sparseTensorType) {
    return { kind: "sparse-tensor", ...tensorFacts(reading, proto.sparseTensorType, place, offset) };
  }
  if (proto?.sequenceType) return { kind: "sequence", element: inner(proto.sequenceType.elemType) };
  if (proto?.optionalType) return { kind: "optional", element: inner(proto.optionalType.elemType) };
  const key = dataTypeOf(proto?.mapType?.keyType ?? 0);
  if (key) return { kind: "map", key, value: inner(proto?.mapType?.valueType) };
  return { kind: "unknown" };
}

function tensorFacts(
  reading: Reading,
  { elemType, shape }: onnx.TypeProto.Tensor.$Properties,
  place: Place,
  offset: number,
): { dtype?: DataType; shape?: readonly Dim[] } {
  const dtype = dataTypeOf(elemType ?? 0);
  return { ...(dtype && { dtype }), ...(shape && { shape: shapeOf(reading, shape, place, offset) }) };
}

function shapeOf(reading: Reading, proto: onnx.TensorShapeProto.$Properties, place: Place, offset: number): Dim[] {
  const shape: Dim[] = [];
  for (const [axis, dim] of (proto.dim ?? []).entries()) {
    const value = dim.dimValue == null ? -1 : numberOf(dim.dimValue);
    if (value < -1 || value > Number.MAX_SAFE_INTEGER) {
      throw reading.scanner.malformed(place, offset, `dimension ${axis} is ${value}`);
    }
    if (value >= 0) shape.push(value);
    else reading.symbol(shape, dim.dimParam ?? ""); // exporters also write -1 for a dimension they don't know
  }
  return shape;
}
