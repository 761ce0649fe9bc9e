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
  const number = Math.floor(tag / 8);
  if (number === 0 || number > 0x1fffffff) throw scanner.malformed(place, start, `no field has the number ${number}`);
  const wireType = tag % 8;
  const afterTag = scanner.position;
  switch (wireType) {
    case wireTypes.varint:
      scanner.varint(afterTag, limit, place);
      return { number, wireType, start, payload: afterTag, end: scanner.position };
    case wireTypes.fixed64:
    case wireTypes.fixed32: {
      const end = afterTag + (wireType === wireTypes.fixed64 ? 8 : 4);
      if (end > limit) throw tooLong(scanner, place, start, number, end - limit);
      return { number, wireType, start, payload: afterTag, end };
    }
    case wireTypes.bytes: {
      const length = scanner.varint(afterTag, limit, place);
      const payload = scanner.position;
      if (payload + length > limit) throw tooLong(scanner, place, start, number, payload + length - limit);
      return { number, wireType, start, payload, end: payload + length };
    }
    default:
      throw scanner.malformed(place, start, `field ${number} has the wire type ${wireType}, which ONNX does not use`);
  }
}

function tooLong(scanner: Scanner, place: Place, start: number, number: number, excess: number) {
  return scanner.malformed(place, start, `field ${number} ends ${excess} bytes behind the end of its message`);
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
    scanner.count(place);
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
