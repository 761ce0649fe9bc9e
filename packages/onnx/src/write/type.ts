// Values and their types as ValueInfoProto.

import { dataTypes, nameOfDim, type DataType, type Dim, type Value, type ValueType } from "@tersor/core";
import { onnx } from "../wire/messages.generated.js";
import { bytesPiece, type Message } from "../wire/piece.ts";

export function valueMessage({ name, type, doc }: Value): Message {
  const proto = { name, ...typeField(type), ...(doc && { docString: doc }) };
  return [bytesPiece(onnx.ValueInfoProto.encode(proto).finish())];
}

type TypeProto = onnx.TypeProto.$Properties;

function typeField(type: ValueType): { type?: TypeProto } {
  return type.kind === "unknown" ? {} : { type: typeProto(type) };
}

function typeProto(type: ValueType): TypeProto {
  switch (type.kind) {
    case "tensor":
      return { tensorType: tensorProto(type) };
    case "sparse-tensor":
      return { sparseTensorType: tensorProto(type) };
    case "sequence":
      return { sequenceType: { elemType: typeProto(type.element) } };
    case "optional":
      return { optionalType: { elemType: typeProto(type.element) } };
    case "map":
      return { mapType: { keyType: dataTypes[type.key].code, valueType: typeProto(type.value) } };
    case "unknown":
      return {};
  }
}

function tensorProto({ dtype, shape }: { readonly dtype?: DataType; readonly shape?: readonly Dim[] }) {
  return { ...(dtype && { elemType: dataTypes[dtype].code }), ...(shape && { shape: { dim: shape.map(dimProto) } }) };
}

function dimProto(dim: Dim): onnx.TensorShapeProto.Dimension.$Properties {
  return typeof dim === "number" ? { dimValue: dim } : { dimParam: nameOfDim(dim) ?? dim };
}
