// Walks the fields of a protobuf message over a file, reading only tags and lengths: contents stay where they are.
// Wire format: https://protobuf.dev/programming-guides/encoding/. Groups, which ONNX never had, are an error.

import type { Range } from "./bytes.ts";
import type { Place, Scanner } from "./scanner.ts";

/** A field of a message: its tag begins at `start`, its contents at `payload`, and the next field at `end`. */
export interface Field {
  readonly number: number;
  readonly wireType: WireType;
  readonly start: number;
  readonly payload: number;
  readonly end: number;
}

export type WireType = 0 | 1 | 2 | 5;
export const wireTypes = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/**
 * Calls `visit` for each field of the message in `range`, in order.
 * @throws ONNX_MALFORMED for a field that does not fit into the message, or is not protobuf.
 */
export function walk(scanner: Scanner, range: Range, place: Place, visit: (field: Field) => void): void {
  let offset = range.start;
  while (offset < range.end) {
    const field = readField(scanner, offset, range.end, place);
    visit(field);
    offset = field.end;
  }
}

function readField(scanner: Scanner, start: number, limit: number, place: Place): Field {
  const tag = scanner.varint(start, limit, place);
  const number = Math.floor(tag.value / 8);
  const wireType = tag.value % 8;
  if (number === 0 || number > 0x1fffffff) throw scanner.malformed(place, start, `no field has the number ${number}`);
  switch (wireType) {
    case wireTypes.varint:
      return { number, wireType, start, payload: tag.end, end: scanner.varint(tag.end, limit, place).end };
    case wireTypes.fixed64:
    case wireTypes.fixed32:
      return sized(scanner, { number, wireType, start, payload: tag.end }, wireType === 1 ? 8 : 4, limit, place);
    case wireTypes.bytes: {
      const length = scanner.varint(tag.end, limit, place);
      return sized(scanner, { number, wireType, start, payload: length.end }, length.value, limit, place);
    }
    default:
      throw scanner.malformed(place, start, `field ${number} has the wire type ${wireType}, which ONNX does not use`);
  }
}

function sized(scanner: Scanner, field: Omit<Field, "end">, length: number, limit: number, place: Place): Field {
  const end = field.payload + length;
  if (end > limit) {
    const why = `field ${field.number} takes ${length} bytes, but its message ends after ${limit - field.payload}`;
    throw scanner.malformed(place, field.start, why);
  }
  return { ...field, end };
}

/** The small part of a message, which protobufjs decodes, and the fields that were left where they are. */
export interface SplitMessage {
  readonly head: Uint8Array;
  readonly rest: readonly Field[];
}

/** Splits a message: fields for which `isSmall` holds are gathered in `head`, in order. */
export function split(
  scanner: Scanner,
  range: Range,
  place: Place,
  isSmall: (number: number) => boolean,
): SplitMessage {
  const rest: Field[] = [];
  const small: { start: number; end: number }[] = [];
  walk(scanner, range, place, (field) => {
    const last = small.at(-1);
    if (!isSmall(field.number)) rest.push(field);
    else if (last?.end === field.start) last.end = field.end;
    else small.push({ start: field.start, end: field.end });
  });
  const parts = small.map((part) => scanner.bytes(part));
  return { head: parts.length === 1 ? parts[0]! : concatenate(parts), rest };
}

export function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
