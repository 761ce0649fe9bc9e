// Walks a struct in Thrift's compact protocol without building anything, to see that it is sound: lengths lie inside of
// the bytes, numbers end, nesting is shallow. Readers that trust counts may be handed it then.
// https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md

const MOST_DEPTH = 64;

/** What is wrong, as a clause; not for leaving this package. */
export class UnsoundThrift extends Error {}

/** The offset behind the struct that begins at `offset`. @throws UnsoundThrift */
export function endOfStruct(bytes: Uint8Array, offset: number, depth = 0): number {
  if (depth > MOST_DEPTH) throw new UnsoundThrift("is nested too deeply");
  let at = offset;
  for (;;) {
    const head = byteAt(bytes, at++);
    const type = head & 15;
    if (type === 0) return at;
    if (head >> 4 === 0) at = endOfNumber(bytes, at);
    at = endOfValue(bytes, at, type, depth, false);
  }
}

/** Types: 1, 2 boolean · 3 byte · 4, 5, 6 integers · 7 double · 8 binary · 9, 10 list, set · 12 struct. */
function endOfValue(bytes: Uint8Array, at: number, type: number, depth: number, inList: boolean): number {
  if (type === 1 || type === 2) return inList ? inside(bytes, at, 1) : at;
  if (type === 3) return inside(bytes, at, 1);
  if (type >= 4 && type <= 6) return endOfNumber(bytes, at);
  if (type === 7) return inside(bytes, at, 8);
  if (type === 8) return endOfBinary(bytes, at);
  if (type === 9 || type === 10) return endOfList(bytes, at, depth);
  if (type === 12) return endOfStruct(bytes, at, depth + 1);
  throw new UnsoundThrift(`holds a value of the type ${type}, which Parquet does not use`);
}

function endOfList(bytes: Uint8Array, offset: number, depth: number): number {
  if (depth > MOST_DEPTH) throw new UnsoundThrift("is nested too deeply");
  const head = byteAt(bytes, offset);
  let at = offset + 1;
  let length = head >> 4;
  if (length === 15) [length, at] = numberAt(bytes, at);
  inside(bytes, at, length);
  for (let i = 0; i < length; i++) at = endOfValue(bytes, at, head & 15, depth + 1, true);
  return at;
}

function endOfBinary(bytes: Uint8Array, offset: number): number {
  const [length, at] = numberAt(bytes, offset);
  return inside(bytes, at, length);
}

function endOfNumber(bytes: Uint8Array, offset: number): number {
  for (let at = offset; at < offset + 10; at++) if (byteAt(bytes, at) < 128) return at + 1;
  throw new UnsoundThrift("holds a number without end");
}

/** An unsigned number of at most 31 bits: a length. */
function numberAt(bytes: Uint8Array, offset: number): [value: number, end: number] {
  const end = endOfNumber(bytes, offset);
  let value = 0;
  for (let at = end - 1; at >= offset; at--) value = value * 128 + (byteAt(bytes, at) & 127);
  return [value, end];
}

function inside(bytes: Uint8Array, at: number, length: number): number {
  if (at + length > bytes.length) throw new UnsoundThrift("claims more than there is");
  return at + length;
}

function byteAt(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) throw new UnsoundThrift("ends too early");
  return byte;
}
