// TensorFlow's element types (types.proto) beside ONNX's.

import type { DataType } from "@tersor/core";

/** Number in types.proto, name without "DT_", and the element type here. */
const table = [
  [1, "FLOAT", "float32"],
  [2, "DOUBLE", "float64"],
  [3, "INT32", "int32"],
  [4, "UINT8", "uint8"],
  [5, "INT16", "int16"],
  [6, "INT8", "int8"],
  [7, "STRING", "string"],
  [8, "COMPLEX64", "complex64"],
  [9, "INT64", "int64"],
  [10, "BOOL", "bool"],
  [11, "QINT8", "int8"],
  [12, "QUINT8", "uint8"],
  [13, "QINT32", "int32"],
  [14, "BFLOAT16", "bfloat16"],
  [15, "QINT16", "int16"],
  [16, "QUINT16", "uint16"],
  [17, "UINT16", "uint16"],
  [18, "COMPLEX128", "complex128"],
  [19, "HALF", "float16"],
  [20, "RESOURCE", undefined],
  [21, "VARIANT", undefined],
  [22, "UINT32", "uint32"],
  [23, "UINT64", "uint64"],
] as const satisfies readonly (readonly [number, string, DataType | undefined])[];

/** The element type of a TensorFlow type by its name, such as "FLOAT"; undefined for handles and unknown names. */
export function dataTypeOf(name: string): DataType | undefined {
  return table.find(([, known]) => known === name)?.[2];
}

/** The name of the type with this number; references (100 and up) count as what they refer to. */
export function typeNameOf(number: number): string | undefined {
  return table.find(([known]) => known === number % 100)?.[1];
}

/** The number of a type by its name. */
export function typeNumberOf(name: string): number | undefined {
  return table.find(([, known]) => known === name)?.[0];
}

/** TensorFlow's name of an element type: the plain one, not the quantized kin. */
export function typeNameFor(dtype: DataType): string | undefined {
  return table.find(([, name, known]) => known === dtype && !name.startsWith("Q"))?.[1];
}
