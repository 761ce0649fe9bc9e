// One serialized TensorProto (onnx.proto, protobuf wire format), as in ONNX test data. Only what such files hold:
// raw or typed data, no segments and no external data. @tersor/onnx reads tensors of models too, lazily and out of files
// of any size; data must work for a door that is not ONNX's, so it depends on core alone and reads these few fields itself.

import {
  dataTypeOf,
  dataTypes,
  elementCount,
  tensorFromBytes,
  tensorFromNumbers,
  tensorOf,
  type DataType,
  type Tensor,
} from "@tersor/core";
import { badProto } from "./errors.ts";

interface Fields {
  dims: bigint[];
  dtype: DataType | undefined;
  name: string;
  raw: Uint8Array | undefined;
  floats: number[];
  doubles: number[];
  integers: bigint[];
  strings: string[];
}

/** A cursor over a message; every read is checked against its end. */
class Wire {
  readonly #file: string;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  at = 0;

  constructor(file: string, bytes: Uint8Array) {
    this.#file = file;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get done(): boolean {
    return this.at >= this.#bytes.length;
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.at++];
      if (byte === undefined) throw badProto(this.#file, "ends too early");
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw badProto(this.#file, "holds a number that never ends");
  }

  take(length: number): Uint8Array {
    if (length > this.#bytes.length - this.at) throw badProto(this.#file, "ends too early");
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }

  message(): Wire {
    return new Wire(this.#file, this.take(Number(this.varint())));
  }

  float(): number {
    this.take(4);
    return this.#view.getFloat32(this.at - 4, true);
  }

  double(): number {
    this.take(8);
    return this.#view.getFloat64(this.at - 8, true);
  }

  skip(wireType: number): void {
    if (wireType === 0) this.varint();
    else if (wireType === 1) this.take(8);
    else if (wireType === 2) this.take(Number(this.varint()));
    else if (wireType === 5) this.take(4);
    else throw badProto(this.#file, `holds a field of the wire type ${wireType}`);
  }
}

/** Reads a TensorProto and its name. @throws DATA_PROTO when it is damaged or no plain tensor. */
export function readTensorProto(file: string, bytes: Uint8Array): { readonly name: string; readonly tensor: Tensor } {
  const fields = readFields(file, new Wire(file, bytes));
  const shape = fields.dims.map((dim) => Number(BigInt.asIntN(64, dim)));
  const count = elementCount(shape);
  if (fields.dtype === undefined) throw badProto(file, "has no element type");
  if (shape.some((dim) => dim < 0) || !Number.isSafeInteger(count))
    throw badProto(file, `has the shape [${shape.join(", ")}]`);
  try {
    return { name: fields.name, tensor: tensorOfFields(fields.dtype, shape, fields) };
  } catch {
    throw badProto(
      file,
      `holds another number of elements than its shape [${shape.join(", ")}] in ${fields.dtype} needs`,
    );
  }
}

function readFields(file: string, wire: Wire): Fields {
  const fields: Fields = {
    dims: [],
    dtype: undefined,
    name: "",
    raw: undefined,
    floats: [],
    doubles: [],
    integers: [],
    strings: [],
  };
  while (!wire.done) {
    const tag = Number(wire.varint() & 0xffffffffn);
    readField(file, wire, tag >>> 3, tag & 7, fields);
  }
  return fields;
}

function readField(file: string, wire: Wire, field: number, wireType: number, fields: Fields): void {
  switch (field) {
    case 1: // dims
      return repeated(wire, wireType, fields.dims, (from) => from.varint());
    case 2: // data_type
      fields.dtype = dataTypeOf(Number(wire.varint()));
      return;
    case 4:
      return repeated(wire, wireType, fields.floats, (from) => from.float());
    case 5: // int32_data
    case 7: // int64_data
    case 11: // uint64_data
      return repeated(wire, wireType, fields.integers, (from) => from.varint());
    case 6:
      fields.strings.push(text(wire));
      return;
    case 8:
      fields.name = text(wire);
      return;
    case 9:
      fields.raw = wire.take(Number(wire.varint()));
      return;
    case 10:
      return repeated(wire, wireType, fields.doubles, (from) => from.double());
    case 3:
    case 13:
      throw badProto(file, field === 3 ? "is a segment of a tensor" : "keeps its data in another file");
    default:
      wire.skip(wireType);
  }
}

function repeated<T>(wire: Wire, wireType: number, into: T[], read: (from: Wire) => T): void {
  if (wireType !== 2) {
    into.push(read(wire));
    return;
  }
  for (const packed = wire.message(); !packed.done;) into.push(read(packed));
}

function text(wire: Wire): string {
  return new TextDecoder().decode(wire.take(Number(wire.varint())));
}

function tensorOfFields(dtype: DataType, shape: readonly number[], fields: Fields): Tensor {
  if (fields.raw !== undefined) return tensorFromBytes(dtype, shape, fields.raw.slice());
  if (dtype === "string") return tensorOf(dtype, shape, fields.strings);
  if (dtype === "int64")
    return tensorOf(
      dtype,
      shape,
      BigInt64Array.from(fields.integers, (value) => BigInt.asIntN(64, value)),
    );
  if (dtype === "uint64") return tensorOf(dtype, shape, BigUint64Array.from(fields.integers));
  if (dtype === "uint32")
    return tensorOf(
      dtype,
      shape,
      Uint32Array.from(fields.integers, (value) => Number(BigInt.asUintN(32, value))),
    );
  if (dtype === "float32" || dtype === "complex64") return tensorOf(dtype, shape, Float32Array.from(fields.floats));
  if (dtype === "float64" || dtype === "complex128") return tensorOf(dtype, shape, Float64Array.from(fields.doubles));
  return fromInt32Data(
    dtype,
    shape,
    fields.integers.map((value) => Number(BigInt.asIntN(32, value))),
  );
}

/** int32_data holds integers one by one, and the bit patterns of small floats and of packed types. */
function fromInt32Data(dtype: DataType, shape: readonly number[], values: readonly number[]): Tensor {
  const { array, bits, kind } = dataTypes[dtype];
  const patterns = kind === "float" || bits < 8;
  if (!patterns || array === null) return tensorFromNumbers(dtype, shape, values);
  return tensorOf(dtype, shape, bits === 16 ? Uint16Array.from(values) : Uint8Array.from(values));
}
