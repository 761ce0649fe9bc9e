// The typed element fields of TensorProto (float_data, int32_data, ...), packed or one field per element.
// int32_data holds every type of at most 32 bits; 4- and 2-bit types stand in it as packed bytes, one per entry.

import { dataTypes, type DataType } from "@tersor/core";
import type { TersorError } from "@tersor/core";
import type { ByteSource, Range } from "../wire/bytes.ts";
import { Scanner } from "../wire/scanner.ts";
import { walk, wireTypes, type WireType } from "../wire/walker.ts";

/** A stretch of neighbouring fields of one number and wire type; `contentBytes` counts their contents. */
export interface Run {
  readonly number: number;
  readonly wireType: WireType;
  readonly start: number;
  end: number;
  fields: number;
  contentBytes: number;
}

/** The typed field of an element type, and the raw bytes one entry of it stands for. */
export interface TypedField {
  readonly number: number;
  readonly wire: "fixed" | "varint" | "string";
  readonly bytesPerElement: number;
}

export function typedField(dtype: DataType): TypedField {
  const { bits, kind } = dataTypes[dtype];
  if (kind === "string") return { number: 6, wire: "string", bytesPerElement: 0 };
  if (dtype === "float32" || dtype === "complex64") return { number: 4, wire: "fixed", bytesPerElement: 4 };
  if (dtype === "float64" || dtype === "complex128") return { number: 10, wire: "fixed", bytesPerElement: 8 };
  if (dtype === "int64") return { number: 7, wire: "varint", bytesPerElement: 8 };
  if (kind === "unsigned" && bits >= 32) return { number: 11, wire: "varint", bytesPerElement: bits / 8 };
  return { number: 5, wire: "varint", bytesPerElement: Math.max(1, bits / 8) };
}

/** Smallest and largest number of elements that the runs can hold, from their sizes alone. */
export function countBounds(field: TypedField, runs: readonly Run[]): readonly [least: number, most: number] {
  let least = 0;
  let most = 0;
  for (const { wireType, fields, contentBytes } of runs) {
    if (wireType !== wireTypes.bytes) {
      least += fields;
      most += fields;
    } else if (field.wire === "fixed") {
      least += contentBytes / field.bytesPerElement;
      most += contentBytes / field.bytesPerElement;
    } else {
      least += Math.ceil(contentBytes / 10);
      most += contentBytes;
    }
  }
  return [least, most];
}

export interface TypedData {
  readonly source: ByteSource;
  readonly runs: readonly Run[];
  readonly field: TypedField;
  /** Number of entries the tensor needs. */
  readonly needed: number;
  readonly mismatch: (has: string) => TersorError;
}

/** The elements as raw little-endian bytes. */
export function decodeTyped({ source, runs, field, needed, mismatch }: TypedData): Uint8Array {
  const out = new Uint8Array(needed * field.bytesPerElement);
  let filled = 0;
  for (const content of contentsOf(source, runs)) {
    const room = out.subarray(filled);
    const written =
      field.wire === "fixed" ? copyFixed(content, room) : decodeVarints(content, room, field.bytesPerElement);
    if (written < 0) throw mismatch("more, or broken ones,");
    filled += written;
  }
  if (filled !== out.length) throw mismatch(`${filled / field.bytesPerElement}`);
  return out;
}

/** UTF-8 strings, one per field. */
export function decodeStrings(source: ByteSource, runs: readonly Run[]): readonly string[] {
  const decoder = new TextDecoder();
  return Array.from(contentsOf(source, runs), (bytes) => decoder.decode(bytes));
}

function* contentsOf(source: ByteSource, runs: readonly Run[]): Iterable<Uint8Array> {
  const scanner = new Scanner(source);
  const release = source.hold();
  try {
    for (const run of runs) {
      const fields: Range[] = [];
      walk(scanner, run, { label: "the elements of a tensor" }, ({ payload, end }) =>
        fields.push({ start: payload, end }),
      );
      for (const field of fields) yield scanner.bytes(field);
    }
  } finally {
    release();
  }
}

function copyFixed(content: Uint8Array, out: Uint8Array): number {
  if (content.length > out.length) return -1;
  out.set(content);
  return content.length;
}

/** Decodes varints into little-endian elements of `size` bytes; gives the bytes written, or -1 when they don't fit. */
function decodeVarints(content: Uint8Array, out: Uint8Array, size: number): number {
  const view = new DataView(out.buffer, out.byteOffset, out.byteLength);
  let filled = 0;
  for (let at = 0; at < content.length; filled += size) {
    let low = 0;
    let high = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = content[at++];
      if (byte === undefined || shift > 63 || filled + size > out.length) return -1;
      const group = byte & 0x7f;
      if (shift <= 28) low |= group << shift;
      if (shift === 28) high |= group >> 4;
      if (shift > 28) high |= group << (shift - 32);
      if (byte < 0x80) break;
    }
    if (size === 1) view.setUint8(filled, low);
    else if (size === 2) view.setUint16(filled, low, true);
    else view.setUint32(filled, low, true);
    if (size === 8) view.setUint32(filled + 4, high, true);
  }
  return filled;
}
