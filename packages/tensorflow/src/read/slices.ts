// Partitioned variables: parts of a tensor, their keys in a checkpoint, and their way to and from the whole.
// Keys: tensorflow/core/util/saved_tensor_slice_util.cc over an order-preserving code of numbers and texts.

import { byteLengthOf, derivedSource, elementCount, type DataType, type Shape, type TensorSource } from "@tersor/core";
import { numberOf } from "../wire/decode.ts";
import type { tensorflow } from "../wire/messages.generated.js";

/** A stretch of an axis; whether it was written as the whole of it. */
export interface Extent {
  readonly start: number;
  readonly length: number;
  readonly isWhole: boolean;
}

/** A stretch of each axis. */
export type Box = readonly Extent[];

/** A part as stored: an extent without a length is a whole axis. Undefined when it is not within the shape. */
export function boxOfSlice(proto: tensorflow.TensorSliceProto.$Properties, shape: Shape): Box | undefined {
  const extents = proto.extent ?? [];
  const box = shape.map((size, axis) => {
    const extent = extents[axis];
    const start = numberOf(extent?.start);
    const isWhole = extent === undefined || extent.length === undefined || extent.length === null;
    return { start, length: isWhole ? size : numberOf(extent.length), isWhole };
  });
  return extents.length === shape.length && isWithin(box, shape) ? box : undefined;
}

/**
 * A part as restoring operations spell it: "4 2 0,2:-" is of the shape [4, 2] the first two rows.
 * Undefined for "" (the whole), null for a text that is none.
 */
export function boxOfText(text: string): Box | undefined | null {
  if (text === "") return undefined;
  const words = text.split(" ");
  const parts = words.at(-1)!.split(":");
  const shape = words.slice(0, -1).map(Number);
  if (parts.length !== shape.length) return null;
  const box = parts.map((part, axis) => {
    const [start, length] = part.split(",").map(Number);
    if (part === "-") return { start: 0, length: shape[axis]!, isWhole: true };
    return { start: start ?? NaN, length: length ?? NaN, isWhole: false };
  });
  return isWithin(box, shape) ? box : null;
}

function isWithin(box: Box, shape: Shape): boolean {
  return box.every(
    ({ start, length }, axis) =>
      Number.isSafeInteger(start) &&
      start >= 0 &&
      Number.isSafeInteger(length) &&
      length >= 0 &&
      start + length <= shape[axis]!,
  );
}

/** The key of a part; the length of a whole axis is -1. */
export function sliceKey(name: string, box: Box): string {
  const text = name.replaceAll(/[\0\xff]/g, (char) => (char === "\0" ? "\0\xff" : "\xff\0"));
  const extents = box
    .map(({ start, length, isWhole }) => signedCode(start) + (isWhole ? "\x7f" : signedCode(length)))
    .join("");
  return `\0${text}\0\x01${unsignedCode(box.length)}${extents}`;
}

/** The number of bytes, then the bytes, largest first. */
function unsignedCode(value: number): string {
  const bytes: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return String.fromCharCode(bytes.length, ...bytes);
}

/** A number that is not negative: as many leading ones as there are bytes, a zero, and the number. */
function signedCode(value: number): string {
  let count = 1;
  while (count < 8 && value >= 2 ** (7 * count - 1)) count++;
  let coded = BigInt(value);
  for (let i = 0; i < count; i++) coded |= 1n << BigInt(8 * count - 1 - i);
  const bytes = Array.from({ length: count }, (_, i) => Number((coded >> BigInt(8 * (count - 1 - i))) & 0xffn));
  return String.fromCharCode(...bytes);
}

/** Part of a tensor. */
export function cutSource(whole: TensorSource, box: Box): TensorSource {
  const shape = box.map(({ length }) => length);
  if (box.length !== whole.shape.length || !isWithin(box, whole.shape)) return whole;
  return derivedSource([whole], whole.dtype, shape, () => {
    const out = new Uint8Array(byteLengthOf(whole.dtype, elementCount(shape)));
    const bytes = whole.bytes();
    forEachRow(box, whole.shape, byteLengthOf(whole.dtype, 1), (inPart, inWhole, size) =>
      out.set(bytes.subarray(inWhole, inWhole + size), inPart),
    );
    return out;
  });
}

/** The whole of parts. */
export function joinedSource(
  parts: readonly { readonly box: Box; readonly source: TensorSource }[],
  dtype: DataType,
  shape: Shape,
): TensorSource {
  const sources = parts.map(({ source }) => source);
  return derivedSource(sources, dtype, shape, () => {
    const out = new Uint8Array(byteLengthOf(dtype, elementCount(shape)));
    for (const { box, source } of parts) {
      const bytes = source.bytes();
      forEachRow(box, shape, byteLengthOf(dtype, 1), (inPart, inWhole, size) =>
        out.set(bytes.subarray(inPart, inPart + size), inWhole),
      );
    }
    return out;
  });
}

/** Calls `copy` for each run of neighbouring elements of a part: where it is in the part and in the whole, in bytes. */
export function forEachRow(
  box: Box,
  shape: Shape,
  elementBytes: number,
  copy: (inPart: number, inWhole: number, sizeBytes: number) => void,
): void {
  const last = box.at(-1) ?? { start: 0, length: 1 };
  const rows = elementCount(box.slice(0, -1).map(({ length }) => length));
  const size = last.length * elementBytes;
  if (size === 0) return;
  for (let row = 0; row < rows; row++) {
    let offset = last.start;
    let stride = shape.at(-1) ?? 1;
    for (let axis = box.length - 2, rest = row; axis >= 0; axis--) {
      const { start, length } = box[axis]!;
      offset += (start + (rest % length)) * stride;
      rest = Math.floor(rest / length);
      stride *= shape[axis]!;
    }
    copy(row * size, offset * elementBytes, size);
  }
}
