// A tensor in memory: row-major, little-endian, packed below a byte.

import { TersorError } from "../errors.ts";
import { byteLengthOf, dataTypes, type DataType, type TypedArray } from "./dtype.ts";
import { bfloat16FromFloat32, float16FromFloat32, float32FromBfloat16, float32FromFloat16 } from "./half.ts";

/** Sizes of the axes, outermost first; empty for a scalar. */
export type Shape = readonly number[];

/** A dense tensor in memory. */
export interface Tensor {
  readonly dtype: DataType;
  readonly shape: Shape;
  /** Elements in row-major order; float16 and bfloat16 as bit patterns, 4-bit types two to a byte. */
  readonly data: TypedArray | readonly string[];
}

/** Number of elements of a shape; 1 for a scalar. */
export function elementCount(shape: Shape): number {
  return shape.reduce((product, dim) => product * dim, 1);
}

/**
 * A tensor of `data`, checked against dtype and shape.
 * @throws CORE_TENSOR_DATA_MISMATCH when length or array type do not fit.
 */
export function tensorOf(dtype: DataType, shape: Shape, data: TypedArray | readonly string[]): Tensor {
  const { array, bits } = dataTypes[dtype];
  const count = elementCount(shape) * (dataTypes[dtype].kind === "complex" ? 2 : 1);
  const expected = bits > 0 && bits < 8 ? byteLengthOf(dtype, count) : count;
  const fits = array === null ? Array.isArray(data) : data instanceof array;
  if (!fits || data.length !== expected) {
    throw new TersorError(
      "CORE_TENSOR_DATA_MISMATCH",
      `A ${dtype} tensor of shape [${shape.join(", ")}] needs ${expected} elements in ${array?.name ?? "an array of strings"}, but ${data.length} in ${data.constructor.name} were given.`,
      { dtype, shape, expected, received: data.length },
    );
  }
  return { dtype, shape, data };
}

/** Tensor of raw little-endian bytes; shares the memory where the alignment allows it. Not for strings. */
export function tensorFromBytes(dtype: DataType, shape: Shape, bytes: Uint8Array): Tensor {
  const { array } = dataTypes[dtype];
  if (array === null) throw new TersorError("CORE_STRING_BYTES", "A string tensor has no raw bytes.", { shape });
  const size = array.BYTES_PER_ELEMENT;
  // A Buffer of Node slices without copying, so the copy is made explicitly.
  const aligned = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
  return tensorOf(
    dtype,
    shape,
    new array(aligned.buffer as ArrayBuffer, aligned.byteOffset, Math.floor(aligned.byteLength / size)),
  );
}

/** The tensor's raw little-endian bytes, a view of its memory. Not for strings. */
export function bytesOf(tensor: Tensor): Uint8Array {
  const { data } = tensor;
  if (!ArrayBuffer.isView(data)) throw new TersorError("CORE_STRING_BYTES", "A string tensor has no raw bytes.", {});
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** A float32 tensor. */
export function float32(shape: Shape, values: ArrayLike<number>): Tensor {
  return tensorOf("float32", shape, values instanceof Float32Array ? values : Float32Array.from(values));
}

/** An int64 tensor. */
export function int64(shape: Shape, values: readonly (number | bigint)[]): Tensor {
  return tensorOf(
    "int64",
    shape,
    BigInt64Array.from(values, (value) => saturateInt64(value)),
  );
}

const INT64_MAX = (1n << 63n) - 1n;
const INT64_MIN = -(1n << 63n);

/** A number as int64, saturated: 2^63, which is what INT64_MAX becomes as a number, comes back as INT64_MAX. */
export function saturateInt64(value: number | bigint): bigint {
  const wide = typeof value === "bigint" ? value : BigInt(Math.trunc(value));
  return wide > INT64_MAX ? INT64_MAX : wide < INT64_MIN ? INT64_MIN : wide;
}

/**
 * The elements as numbers: every numeric type, 4- and 2-bit types unpacked, 64-bit integers as the nearest double.
 * A float32 tensor gives its own array, not a copy.
 * @throws CORE_NOT_NUMERIC for strings, complex numbers and the 8- and 4-bit floating types.
 */
export function numbersOf(tensor: Tensor): ArrayLike<number> {
  const { dtype, data } = tensor;
  if (dtype === "float16") return Float32Array.from(data as Uint16Array, float32FromFloat16);
  if (dtype === "bfloat16") return Float32Array.from(data as Uint16Array, float32FromBfloat16);
  if (dtype === "int64" || dtype === "uint64") return Float64Array.from(data as BigInt64Array, Number);
  const { bits, kind } = dataTypes[dtype];
  if (bits > 0 && bits < 8 && kind !== "float")
    return unpackSmall(data as Uint8Array, elementCount(tensor.shape), bits, kind === "signed");
  if (kind === "string" || kind === "complex" || (kind === "float" && bits < 16)) {
    throw new TersorError("CORE_NOT_NUMERIC", `The elements of a ${dtype} tensor have no plain numeric form here.`, {
      dtype,
    });
  }
  return data as ArrayLike<number>;
}

/** The elements as float32; a float32 tensor gives its own array, not a copy. */
export function float32Of(tensor: Tensor): Float32Array {
  const numbers = numbersOf(tensor);
  return numbers instanceof Float32Array ? numbers : Float32Array.from(numbers);
}

/** A tensor of `dtype` from numbers; integers saturate, floats round half to even. */
export function tensorFromNumbers(dtype: DataType, shape: Shape, values: ArrayLike<number>): Tensor {
  switch (dtype) {
    case "float16":
      return tensorOf(dtype, shape, Uint16Array.from(values, float16FromFloat32));
    case "bfloat16":
      return tensorOf(dtype, shape, Uint16Array.from(values, bfloat16FromFloat32));
    case "int64":
      return tensorOf(dtype, shape, BigInt64Array.from(Array.from(values, saturateInt64)));
    case "uint64":
      return tensorOf(
        dtype,
        shape,
        BigUint64Array.from(Array.from(values, (value) => BigInt(Math.max(0, Math.trunc(value))))),
      );
  }
  const { array, bits, kind } = dataTypes[dtype];
  if (kind === "signed" || kind === "unsigned") {
    if (bits < 8) return tensorOf(dtype, shape, packSmall(values, bits));
    const [low, high] = integerRange(dtype);
    const out = new array(values.length) as Int32Array;
    for (let i = 0; i < values.length; i++) out[i] = Math.min(high, Math.max(low, values[i]!));
    return tensorOf(dtype, shape, out);
  }
  if (kind === "bool")
    return tensorOf(
      dtype,
      shape,
      Uint8Array.from(values, (value) => (value ? 1 : 0)),
    );
  if (dtype === "float32") return tensorOf(dtype, shape, Float32Array.from(values));
  if (dtype === "float64") return tensorOf(dtype, shape, Float64Array.from(values));
  throw new TersorError("CORE_NOT_NUMERIC", `A ${dtype} tensor can't be made from plain numbers here.`, { dtype });
}

/** Smallest and largest value of an integer type. */
export function integerRange(dtype: DataType): readonly [low: number, high: number] {
  const { bits, kind } = dataTypes[dtype];
  return kind === "signed" ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1];
}

function unpackSmall(packed: Uint8Array, count: number, bits: number, signed: boolean): Int8Array {
  const perByte = 8 / bits;
  const mask = (1 << bits) - 1;
  const out = new Int8Array(count);
  for (let i = 0; i < count; i++) {
    const value = (packed[Math.floor(i / perByte)]! >> ((i % perByte) * bits)) & mask;
    out[i] = signed && value > mask >> 1 ? value - mask - 1 : value;
  }
  return out;
}

function packSmall(values: ArrayLike<number>, bits: number): Uint8Array {
  const perByte = 8 / bits;
  const mask = (1 << bits) - 1;
  const out = new Uint8Array(Math.ceil(values.length / perByte));
  for (let i = 0; i < values.length; i++)
    out[Math.floor(i / perByte)]! |= (values[i]! & mask) << ((i % perByte) * bits);
  return out;
}
