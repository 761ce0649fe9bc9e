// Changing a message without decoding all of it: fields that stay are copied as they are, known or not.
// https://protobuf.dev/programming-guides/encoding/

import { malformed } from "./errors.ts";

/** A field of a message. */
export interface WireField {
  readonly number: number;
  readonly wireType: number;
  /** Contents: of a field with a length what follows the length. */
  readonly content: Uint8Array;
  /** Where tag, contents and field begin and end in the message. */
  readonly start: number;
  readonly contentStart: number;
  readonly end: number;
}

const BYTES = 2;

/**
 * The fields of a message, in order.
 * @throws TENSORFLOW_MALFORMED
 */
export function fieldsOf(message: Uint8Array, file: string): readonly WireField[] {
  const fields: WireField[] = [];
  for (let at = 0; at < message.length;) {
    const field = fieldAt(message, at);
    if (field === undefined)
      throw malformed({ file, where: `byte ${at} of a message`, why: "a field does not fit into it" });
    fields.push(field);
    at = field.end;
  }
  return fields;
}

function fieldAt(message: Uint8Array, start: number): WireField | undefined {
  const tag = varintAt(message, start);
  if (tag === undefined) return undefined;
  const number = Math.floor(tag.value / 8);
  const wireType = tag.value % 8;
  const stretch = contentAt(message, tag.end, wireType);
  if (number === 0 || stretch === undefined || stretch.end > message.length) return undefined;
  const content = message.subarray(stretch.start, stretch.end);
  return { number, wireType, content, start, contentStart: stretch.start, end: stretch.end };
}

function contentAt(message: Uint8Array, at: number, wireType: number) {
  if (wireType === 1) return { start: at, end: at + 8 };
  if (wireType === 5) return { start: at, end: at + 4 };
  const number = varintAt(message, at);
  if (number === undefined || (wireType !== 0 && wireType !== BYTES)) return undefined;
  return wireType === 0 ? { start: at, end: number.end } : { start: number.end, end: number.end + number.value };
}

function varintAt(message: Uint8Array, start: number): { readonly value: number; readonly end: number } | undefined {
  let value = 0;
  for (let i = 0; i < 10; i++) {
    const byte = message[start + i];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 128 ** i;
    if (byte < 0x80) return { value, end: start + i + 1 };
  }
  return undefined;
}

/**
 * The message with some contents changed. `change` gives new contents for a field with a length, or what it was given
 * to leave the field as it is. The same array comes back when nothing changed. Errors as `fieldsOf`.
 */
export function rewritten(message: Uint8Array, file: string, change: (field: WireField) => Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  let copied = 0;
  for (const field of fieldsOf(message, file)) {
    if (field.wireType !== BYTES) continue;
    const content = change(field);
    if (content === field.content) continue;
    parts.push(message.subarray(copied, field.start), framed(field.number, content));
    copied = field.end;
  }
  return copied === 0 ? message : joined([...parts, message.subarray(copied)]);
}

/** A field with a length. */
export function framed(number: number, content: Uint8Array): Uint8Array {
  return joined([Uint8Array.from([...varint(number * 8 + BYTES), ...varint(content.length)]), content]);
}

function varint(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}

/** Parts one behind the other. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
