// TensorProto as a tensor: raw bytes are a view of the file, typed values are made when they are asked for.
// Fewer typed values than elements mean that the last one is repeated to the end.
// https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/tensor.proto

import {
  byteLengthOf,
  derivedSource,
  elementCount,
  lazySource,
  sourceOf,
  tensorFromBytes,
  type DataType,
  type Shape,
  type TensorSource,
  type TypedArray,
} from "@tersor/core";
import { dataTypeOf, typeNameOf } from "../dtype.ts";
import { constantBroken } from "../read/errors.ts";
import { bigintOf, numberOf } from "../wire/decode.ts";
import type { tensorflow } from "../wire/messages.generated.js";

type TensorProto = tensorflow.TensorProto.$Properties;
/** Far above what a file of at most 2 GB could spell out; more is an attempt on the memory. */
const MOST_BYTES = 2 ** 31;

/**
 * The tensor of a TensorProto; `node` names it in errors.
 * @throws TENSORFLOW_CONSTANT when type, shape and contents do not fit together.
 */
export function tensorOfProto(proto: TensorProto, node: string): TensorSource {
  const dtype = elementTypeOf(proto.dtype ?? 0, node);
  const shape = staticShapeOf(proto.tensorShape, node);
  const count = elementCount(shape);
  if (!Number.isSafeInteger(count) || count > MOST_BYTES || byteLengthOf(dtype, count) > MOST_BYTES) {
    throw constantBroken({ node, why: `its shape [${shape.join(", ")}] is larger than any file` });
  }
  if (dtype === "string") return stringsOf(proto, shape, count, node);
  const content = proto.tensorContent;
  if (content?.length) return contentSource(content, dtype, shape, node);
  return valuesSource(proto, dtype, shape, count, node);
}

function elementTypeOf(number: number, node: string): DataType {
  const name = typeNameOf(number);
  const dtype = name === undefined ? undefined : dataTypeOf(name);
  if (dtype === undefined) throw constantBroken({ node, why: `its type is ${name ?? `the unknown number ${number}`}` });
  return dtype;
}

/** @throws TENSORFLOW_CONSTANT when a size is unknown, negative, or no integer. */
export function staticShapeOf(proto: tensorflow.TensorShapeProto.$Properties | null | undefined, node: string): Shape {
  const shape = (proto?.dim ?? []).map(({ size }) => numberOf(size));
  if (proto?.unknownRank || shape.some((size) => !Number.isSafeInteger(size) || size < 0))
    throw constantBroken({ node, why: `its shape [${shape.join(", ")}] is not that of a tensor` });
  return shape;
}

function contentSource(content: Uint8Array, dtype: DataType, shape: Shape, node: string): TensorSource {
  const source = lazySource(dtype, shape, (offset, length) => content.subarray(offset, offset + length));
  if (content.length === source.sizeBytes) return source;
  const why = `its shape [${shape.join(", ")}] of ${dtype} takes ${source.sizeBytes} bytes, and ${content.length} are there`;
  throw constantBroken({ node, why });
}

function valuesSource(proto: TensorProto, dtype: DataType, shape: Shape, count: number, node: string): TensorSource {
  const perElement = dtype === "complex64" || dtype === "complex128" ? 2 : 1;
  const entries = count * perElement;
  const values = valuesOf(proto, dtype);
  if (values.length > entries) {
    const why = `its shape [${shape.join(", ")}] has ${entries} values, and ${values.length} are there`;
    throw constantBroken({ node, why });
  }
  if (entries > values.length && byteLengthOf(dtype, count) > MOST_REPEATED_BYTES)
    throw constantBroken({
      node,
      why: `${values.length} values are repeated to more than ${MOST_REPEATED_BYTES} bytes`,
    });
  if (entries <= SMALL) return sourceOf(tensorFromBytes(dtype, shape, filled(values, entries, perElement)));
  return derivedSource([], dtype, shape, () => filled(values, entries, perElement));
}

/** A few bytes of a file can stand for so much memory, and no more. */
const MOST_REPEATED_BYTES = 2 ** 28;
/** Larger tensors of repeated values are made only when they are read. */
const SMALL = 1024;

/** The values as elements of the type: a short array whose last element stands for all that follow. */
function valuesOf(proto: TensorProto, dtype: DataType): TypedArray {
  switch (dtype) {
    case "float32":
      return Float32Array.from(proto.floatVal ?? []);
    case "float64":
      return Float64Array.from(proto.doubleVal ?? []);
    case "int64":
      return BigInt64Array.from((proto.int64Val ?? []).map((value) => bigintOf(value)));
    case "uint64":
      return BigUint64Array.from((proto.uint64Val ?? []).map((value) => BigInt.asUintN(64, bigintOf(value))));
    case "uint32":
      return Uint32Array.from(proto.uint32Val ?? []);
    case "bool":
      return Uint8Array.from(proto.boolVal ?? [], Number);
    case "float16":
    case "bfloat16":
      return Uint16Array.from(proto.halfVal ?? []);
    case "complex64":
      return Float32Array.from(proto.scomplexVal ?? []);
    case "complex128":
      return Float64Array.from(proto.dcomplexVal ?? []);
    default:
      return integerArrays[dtype as keyof typeof integerArrays].from(proto.intVal ?? []);
  }
}

const integerArrays = { int32: Int32Array, int16: Int16Array, int8: Int8Array, uint8: Uint8Array, uint16: Uint16Array };

function filled(values: TypedArray, count: number, perElement: number): Uint8Array {
  const out = new Uint8Array(count * values.BYTES_PER_ELEMENT);
  const size = values.BYTES_PER_ELEMENT * perElement;
  out.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  if (values.length === 0 || values.length === count) return out;
  const start = values.byteLength;
  out.copyWithin(start, start - size, start);
  // Doubles what is filled: elements behind the last value are copies of it.
  for (let done = size; start + done < out.length; done *= 2) out.copyWithin(start + done, start, start + done);
  return out;
}

function stringsOf(proto: TensorProto, shape: Shape, count: number, node: string): TensorSource {
  const values = proto.stringVal ?? [];
  if (proto.tensorContent?.length) throw constantBroken({ node, why: "its strings are packed into one run of bytes" });
  if (values.length > count || count > MOST_STRINGS)
    throw constantBroken({ node, why: `its shape [${shape.join(", ")}] does not fit its ${values.length} strings` });
  const decoder = new TextDecoder();
  const strings = values.map((bytes) => decoder.decode(bytes));
  const data = Array.from({ length: count }, (_, i) => strings[Math.min(i, strings.length - 1)] ?? "");
  return sourceOf({ dtype: "string", shape, data });
}

const MOST_STRINGS = 10_000_000;
