// Where a weight's elements are: in memory, or in a span of a file that is read when needed.
// Reading is synchronous, so that passes and quantizers stay plain functions.

import { TersorError } from "../errors.ts";
import { byteLengthOf, type DataType } from "./dtype.ts";
import { bytesOf, elementCount, tensorFromBytes, type Shape, type Tensor } from "./tensor.ts";

/** A tensor whose elements are read when they are asked for: in memory, or in a file. */
export interface TensorSource {
  readonly dtype: DataType;
  readonly shape: Shape;
  /** Size of the raw elements in bytes; 0 for strings. */
  readonly sizeBytes: number;
  /** The raw little-endian bytes from `offset`, `length` of them (default: to the end). Not for strings. */
  bytes(offset?: number, length?: number): Uint8Array;
  /** The whole tensor. */
  tensor(): Tensor;
}

/** A source over a tensor in memory. */
export function sourceOf(tensor: Tensor): TensorSource {
  const { dtype, shape } = tensor;
  const sizeBytes = byteLengthOf(dtype, elementCount(shape));
  return {
    dtype,
    shape,
    sizeBytes,
    bytes: (offset = 0, length = sizeBytes - offset) => bytesOf(tensor).subarray(offset, offset + length),
    tensor: () => tensor,
  };
}

/** A source that is computed or read on demand, each time it is asked for. */
export function lazySource(
  dtype: DataType,
  shape: Shape,
  read: (offset: number, length: number) => Uint8Array,
): TensorSource {
  if (dtype === "string") throw new TersorError("CORE_STRING_BYTES", "A string tensor has no raw bytes.", { shape });
  const sizeBytes = byteLengthOf(dtype, elementCount(shape));
  return {
    dtype,
    shape,
    sizeBytes,
    bytes: (offset = 0, length = sizeBytes - offset) => read(offset, length),
    tensor: () => tensorFromBytes(dtype, shape, read(0, sizeBytes)),
  };
}
