// Writing a zip archive as PyTorch does (caffe2/serialize/inline_container.cc): entries stored, the bytes of each on a
// multiple of 64 so that they can be mapped into memory, zip64 numbers where 32 bits do not do.

import { crc32 } from "node:zlib";

/** A file to put into an archive. Its bytes are made when it is written. */
export interface NewEntry {
  readonly name: string;
  readonly sizeBytes: number;
  readonly bytes: () => Uint8Array;
}

const ALIGNMENT = 64;
/** The extra field that holds the padding: PyTorch calls it "FB". */
const PADDING_EXTRA = 0x4246;
const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const NARROW = 0xffffffff;
const UTF8_NAMES = 0x0800;
/** 1 January 1980, the first day zip knows: the same tensors give the same bytes. */
const EPOCH_DATE = 0x0021;

interface Written {
  readonly name: Uint8Array;
  readonly sizeBytes: number;
  readonly crc: number;
  readonly start: number;
}

/** The bytes of an archive with these entries, one piece after the other. */
export function* zipPieces(entries: Iterable<NewEntry>): Iterable<Uint8Array> {
  const written: Written[] = [];
  let at = 0;
  for (const { name, bytes: make } of entries) {
    const bytes = make();
    const entry = { name: new TextEncoder().encode(name), sizeBytes: bytes.length, crc: crc32(bytes), start: at };
    const header = localHeader(entry);
    yield header;
    yield bytes;
    at += header.length + bytes.length;
    written.push(entry);
  }
  const records = written.map(centralRecord);
  yield* records;
  const directory = {
    start: at,
    sizeBytes: records.reduce((sum, { length }) => sum + length, 0),
    count: records.length,
  };
  yield endRecords(directory);
}

function localHeader(entry: Written): Uint8Array {
  const wide = isWide(entry) ? wideField([entry.sizeBytes, entry.sizeBytes]) : new Uint8Array();
  const end = entry.start + LOCAL_BYTES + entry.name.length + wide.length + 4;
  const padding = new Uint8Array(4 + ((ALIGNMENT - (end % ALIGNMENT)) % ALIGNMENT));
  new DataView(padding.buffer).setUint32(0, PADDING_EXTRA | ((padding.length - 4) << 16), true);
  const head = new Uint8Array(LOCAL_BYTES);
  const view = new DataView(head.buffer);
  view.setUint32(0, 0x04034b50, true);
  view.setUint16(4, wide.length > 0 ? 45 : 20, true);
  common(view, 6, entry, wide.length > 0);
  view.setUint16(26, entry.name.length, true);
  view.setUint16(28, wide.length + padding.length, true);
  return joined([head, entry.name, wide, padding]);
}

/** The fields that both headers have, from the flags to the sizes. */
function common(view: DataView, at: number, { crc, sizeBytes }: Written, isNarrowed: boolean): void {
  view.setUint16(at, UTF8_NAMES, true);
  view.setUint16(at + 6, EPOCH_DATE, true);
  view.setUint32(at + 8, crc, true);
  view.setUint32(at + 12, isNarrowed ? NARROW : sizeBytes, true);
  view.setUint32(at + 16, isNarrowed ? NARROW : sizeBytes, true);
}

function centralRecord(entry: Written): Uint8Array {
  const isFar = entry.start >= NARROW;
  const numbers = [...(isWide(entry) ? [entry.sizeBytes, entry.sizeBytes] : []), ...(isFar ? [entry.start] : [])];
  const wide = numbers.length > 0 ? wideField(numbers) : new Uint8Array();
  const head = new Uint8Array(CENTRAL_BYTES);
  const view = new DataView(head.buffer);
  view.setUint32(0, 0x02014b50, true);
  view.setUint16(6, wide.length > 0 ? 45 : 20, true);
  common(view, 8, entry, isWide(entry));
  view.setUint16(28, entry.name.length, true);
  view.setUint16(30, wide.length, true);
  view.setUint32(42, isFar ? NARROW : entry.start, true);
  return joined([head, entry.name, wide]);
}

function isWide({ sizeBytes }: Written): boolean {
  return sizeBytes >= NARROW;
}

function wideField(numbers: readonly number[]): Uint8Array {
  const field = new Uint8Array(4 + 8 * numbers.length);
  const view = new DataView(field.buffer);
  view.setUint16(0, 1, true);
  view.setUint16(2, 8 * numbers.length, true);
  numbers.forEach((number, index) => view.setBigUint64(4 + 8 * index, BigInt(number), true));
  return field;
}

interface Directory {
  readonly start: number;
  readonly sizeBytes: number;
  readonly count: number;
}

function endRecords(directory: Directory): Uint8Array {
  const { start, sizeBytes, count } = directory;
  const end = new Uint8Array(22);
  const view = new DataView(end.buffer);
  view.setUint32(0, 0x06054b50, true);
  view.setUint16(8, Math.min(count, 0xffff), true);
  view.setUint16(10, Math.min(count, 0xffff), true);
  view.setUint32(12, Math.min(sizeBytes, NARROW), true);
  view.setUint32(16, Math.min(start, NARROW), true);
  const needsWide = start >= NARROW || sizeBytes >= NARROW || count >= 0xffff;
  return needsWide ? joined([wideEnd(directory), end]) : end;
}

function wideEnd({ start, sizeBytes, count }: Directory): Uint8Array {
  const record = new Uint8Array(56 + 20);
  const view = new DataView(record.buffer);
  view.setUint32(0, 0x06064b50, true);
  view.setBigUint64(4, 44n, true);
  view.setUint16(12, 45, true);
  view.setUint16(14, 45, true);
  [count, count, sizeBytes, start].forEach((number, index) => view.setBigUint64(24 + 8 * index, BigInt(number), true));
  view.setUint32(56, 0x07064b50, true);
  view.setBigUint64(64, BigInt(start + sizeBytes), true);
  view.setUint32(72, 1, true);
  return record;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
