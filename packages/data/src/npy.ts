// NumPy's array format, versions 1 to 3 (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
// The header is a Python literal that is parsed here, never evaluated; pickled objects are refused.

import {
  dataTypes,
  elementCount,
  tensorFromBytes,
  tensorOf,
  type DataType,
  type Shape,
  type Tensor,
} from "@tersor/core";
import { ChunkReader } from "./bytes.ts";
import { badArray, tooLarge } from "./errors.ts";

/** What the header of an array says. */
export interface ArrayHeader {
  readonly dtype: DataType;
  readonly shape: Shape;
  /** Bytes of one element; for strings the fixed width. */
  readonly itemBytes: number;
  /** First axis fastest. */
  readonly fortran: boolean;
  readonly bigEndian: boolean;
  /** How strings are stored: UTF-32 ("U") or bytes ("S"). */
  readonly text?: "U" | "S";
}

/** An array whose elements have not been read yet. */
export interface OpenArray {
  readonly name: string;
  readonly header: ArrayHeader;
  readonly reader: ChunkReader;
}

const numpyTypes: Readonly<Record<string, DataType>> = {
  f2: "float16",
  f4: "float32",
  f8: "float64",
  i1: "int8",
  i2: "int16",
  i4: "int32",
  i8: "int64",
  u1: "uint8",
  u2: "uint16",
  u4: "uint32",
  u8: "uint64",
  b1: "bool",
  c8: "complex64",
  c16: "complex128",
};

const MOST_HEADER_BYTES = 1 << 20;

/**
 * Reads the header of an array of `sizeBytes` in all and leaves the reader at the first element.
 * @throws DATA_ARRAY when it is damaged, or when its shape does not fit its size.
 */
export function openArray(name: string, chunks: Iterable<Uint8Array>, sizeBytes: number): OpenArray {
  const reader = new ChunkReader(name, chunks);
  const magic = reader.take(8);
  if (String.fromCharCode(...magic.subarray(0, 6)) !== "\x93NUMPY")
    throw badArray(name, "is not in NumPy's .npy format");
  const version = magic[6]!;
  if (version < 1 || version > 3) throw badArray(name, `has version ${version} of the .npy format; 1 to 3 are read`);
  const lengthBytes = version === 1 ? 2 : 4;
  const length = littleEndian(reader.take(lengthBytes));
  if (length > MOST_HEADER_BYTES) throw badArray(name, `declares a header of ${length} bytes`);
  const header = parseHeader(name, new TextDecoder().decode(reader.take(length)));
  checkSize(name, header, sizeBytes - 8 - lengthBytes - length);
  return { name, header, reader };
}

/** The whole array. @throws DATA_TOO_LARGE over `maxBytes`, DATA_ARRAY when the data is short. */
export function readArray(array: OpenArray, maxBytes: number): Tensor {
  const { header, name, reader } = array;
  const sizeBytes = elementCount(header.shape) * header.itemBytes;
  if (sizeBytes > maxBytes) throw tooLarge(name, sizeBytes, maxBytes);
  const bytes = reader.take(sizeBytes);
  reader.finish();
  const rowMajor = header.fortran ? transposed(bytes, header.shape, header.itemBytes) : bytes;
  return decode(header, header.shape, rowMajor);
}

/** The array in slices of one along the first axis, read as they are asked for; each has the shape [1, ...]. */
export function* readRows(array: OpenArray, maxBytes: number): Generator<Tensor> {
  const { header, name, reader } = array;
  const shape = [1, ...header.shape.slice(1)];
  const rowBytes = elementCount(shape) * header.itemBytes;
  if (header.fortran && header.shape.length > 1) return yield* rowsOf(readArray(array, maxBytes));
  if (rowBytes > maxBytes) throw tooLarge(name, rowBytes, maxBytes);
  for (let i = 0; i < header.shape[0]!; i++) yield decode(header, shape, reader.take(rowBytes));
  reader.finish();
}

/** Slices of one along the first axis of a tensor in memory; not for types packed below a byte. */
export function* rowsOf(tensor: Tensor): Generator<Tensor> {
  const shape = [1, ...tensor.shape.slice(1)];
  const size = tensor.data.length / (tensor.shape[0] || 1);
  for (let i = 0; i < (tensor.shape[0] ?? 0); i++) {
    yield tensorOf(tensor.dtype, shape, tensor.data.slice(i * size, (i + 1) * size));
  }
}

function parseHeader(name: string, text: string): ArrayHeader {
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1];
  const fortran = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const dims = /'shape'\s*:\s*\(([\d\s,L]*)\)/.exec(text)?.[1];
  if (descr === undefined && text.includes("'descr'"))
    throw badArray(name, "is a structured array; save each field by itself");
  if (descr === undefined || fortran === undefined || dims === undefined) throw badArray(name, "has a damaged header");
  const shape = dims.split(",").flatMap((dim) => (dim.trim() === "" ? [] : [Number.parseInt(dim, 10)]));
  return { ...parseType(name, descr), shape, fortran: fortran === "True" };
}

function parseType(name: string, descr: string): Pick<ArrayHeader, "dtype" | "itemBytes" | "bigEndian" | "text"> {
  const [, order, kind, size] = /^([<>|=]?)([a-zA-Z?])(\d*)$/.exec(descr) ?? [];
  if (kind === "O") throw badArray(name, "holds pickled Python objects, which are never loaded; save plain numbers");
  const bigEndian = order === ">";
  const width = Number(size);
  if ((kind === "U" || kind === "S") && width > 0 && width <= 1 << 24) {
    return { dtype: "string", itemBytes: kind === "U" ? width * 4 : width, bigEndian, text: kind };
  }
  const key = `${kind}${size}`;
  const dtype = Object.hasOwn(numpyTypes, key) ? numpyTypes[key] : undefined;
  if (dtype === undefined) throw badArray(name, `has elements of the type "${descr}", which is not read`);
  return { dtype, itemBytes: dataTypes[dtype].bits / 8, bigEndian };
}

function checkSize(name: string, { shape, itemBytes }: ArrayHeader, available: number): void {
  const expected = elementCount(shape) * itemBytes;
  if (Number.isSafeInteger(expected) && expected === available) return;
  throw badArray(
    name,
    `declares the shape [${shape.join(", ")}], which takes ${expected} bytes, but holds ${available}`,
  );
}

function decode(header: ArrayHeader, shape: Shape, bytes: Uint8Array): Tensor {
  if (header.text !== undefined) return tensorOf("string", shape, strings(header, bytes));
  if (header.bigEndian)
    swapBytes(bytes, dataTypes[header.dtype].kind === "complex" ? header.itemBytes / 2 : header.itemBytes);
  if (header.dtype === "bool") for (let i = 0; i < bytes.length; i++) bytes[i] = bytes[i] === 0 ? 0 : 1;
  return tensorFromBytes(header.dtype, shape, bytes);
}

function strings({ itemBytes, text, bigEndian }: ArrayHeader, bytes: Uint8Array): string[] {
  const found: string[] = [];
  for (let at = 0; at < bytes.length; at += itemBytes) {
    const item = bytes.subarray(at, at + itemBytes);
    found.push(text === "U" ? fromUtf32(item, bigEndian) : new TextDecoder().decode(item).replace(/\0+$/, ""));
  }
  return found;
}

function fromUtf32(bytes: Uint8Array, bigEndian: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let out = "";
  for (let at = 0; at < bytes.length; at += 4) {
    const point = view.getUint32(at, !bigEndian);
    out += point > 0x10ffff ? "\ufffd" : String.fromCodePoint(point);
  }
  return out.replace(/\0+$/, "");
}

function swapBytes(bytes: Uint8Array, size: number): void {
  if (size > 1) for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
}

/** Column-major elements in row-major order. */
function transposed(bytes: Uint8Array, shape: Shape, itemBytes: number): Uint8Array {
  const out = new Uint8Array(bytes.length);
  const strides: number[] = [];
  shape.reduce((stride, dim) => (strides.push(stride), stride * dim), 1);
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < out.length; to += itemBytes) {
    for (let byte = 0; byte < itemBytes; byte++) out[to + byte] = bytes[from * itemBytes + byte]!;
    from += advance(index, shape, strides);
  }
  return out;
}

/** Moves a row-major index on by one; gives how far the position in the strided array moves. */
function advance(index: number[], shape: Shape, strides: readonly number[]): number {
  let move = 0;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index[axis]!++;
    move += strides[axis]!;
    if (index[axis]! < shape[axis]!) return move;
    move -= index[axis]! * strides[axis]!;
    index[axis] = 0;
  }
  return move;
}

function littleEndian(bytes: Uint8Array): number {
  return bytes.reduceRight((value, byte) => value * 256 + byte, 0);
}
