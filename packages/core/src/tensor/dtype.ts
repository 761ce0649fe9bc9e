// Element types, with ONNX's names in lower case and its codes (TensorProto.DataType).
// `array` is the typed array that holds the elements; types narrower than a byte are packed, low bits first.

interface DataTypeRow {
  readonly code: number;
  readonly bits: number;
  readonly kind: "float" | "signed" | "unsigned" | "bool" | "string" | "complex";
  readonly array: TypedArrayConstructor | null;
}

/** The arrays that hold elements. */
export type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

type TypedArrayConstructor = {
  new (length: number): TypedArray;
  new (buffer: ArrayBufferLike, byteOffset?: number, length?: number): TypedArray;
  readonly BYTES_PER_ELEMENT: number;
};

/** The facts of each element type. */
export const dataTypes = {
  float32: { code: 1, bits: 32, kind: "float", array: Float32Array },
  uint8: { code: 2, bits: 8, kind: "unsigned", array: Uint8Array },
  int8: { code: 3, bits: 8, kind: "signed", array: Int8Array },
  uint16: { code: 4, bits: 16, kind: "unsigned", array: Uint16Array },
  int16: { code: 5, bits: 16, kind: "signed", array: Int16Array },
  int32: { code: 6, bits: 32, kind: "signed", array: Int32Array },
  int64: { code: 7, bits: 64, kind: "signed", array: BigInt64Array },
  string: { code: 8, bits: 0, kind: "string", array: null },
  bool: { code: 9, bits: 8, kind: "bool", array: Uint8Array },
  float16: { code: 10, bits: 16, kind: "float", array: Uint16Array },
  float64: { code: 11, bits: 64, kind: "float", array: Float64Array },
  uint32: { code: 12, bits: 32, kind: "unsigned", array: Uint32Array },
  uint64: { code: 13, bits: 64, kind: "unsigned", array: BigUint64Array },
  complex64: { code: 14, bits: 64, kind: "complex", array: Float32Array },
  complex128: { code: 15, bits: 128, kind: "complex", array: Float64Array },
  bfloat16: { code: 16, bits: 16, kind: "float", array: Uint16Array },
  float8e4m3fn: { code: 17, bits: 8, kind: "float", array: Uint8Array },
  float8e4m3fnuz: { code: 18, bits: 8, kind: "float", array: Uint8Array },
  float8e5m2: { code: 19, bits: 8, kind: "float", array: Uint8Array },
  float8e5m2fnuz: { code: 20, bits: 8, kind: "float", array: Uint8Array },
  uint4: { code: 21, bits: 4, kind: "unsigned", array: Uint8Array },
  int4: { code: 22, bits: 4, kind: "signed", array: Uint8Array },
  float4e2m1: { code: 23, bits: 4, kind: "float", array: Uint8Array },
  float8e8m0: { code: 24, bits: 8, kind: "float", array: Uint8Array },
  uint2: { code: 25, bits: 2, kind: "unsigned", array: Uint8Array },
  int2: { code: 26, bits: 2, kind: "signed", array: Uint8Array },
} as const satisfies Record<string, DataTypeRow>;

/** An element type, by ONNX's name in lower case. */
export type DataType = keyof typeof dataTypes;

const byCode = new Map<number, DataType>(Object.entries(dataTypes).map(([name, row]) => [row.code, name as DataType]));

/** The element type with this ONNX code, or undefined. */
export function dataTypeOf(code: number): DataType | undefined {
  return byCode.get(code);
}

/** Bytes that `count` elements take, packed. Strings have no fixed size and count as 0. */
export function byteLengthOf(dtype: DataType, count: number): number {
  return Math.ceil((count * dataTypes[dtype].bits) / 8);
}

/** Whether the elements are floating point numbers, of any width. */
export function isFloat(dtype: DataType): boolean {
  return dataTypes[dtype].kind === "float";
}

/** Whether the elements are signed or unsigned integers; booleans are not. */
export function isInteger(dtype: DataType): boolean {
  return dataTypes[dtype].kind === "signed" || dataTypes[dtype].kind === "unsigned";
}
