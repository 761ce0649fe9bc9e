// The central directory of a zip archive (PKWARE's APPNOTE, 4.3), with zip64 as PyTorch writes it for large models.
// An archive is not trusted: places, sizes, names and methods are checked, and entries may not share bytes, which is
// how a small archive pretends to hold much.

import { crc32, inflateRawSync } from "node:zlib";
import { archiveInvalid } from "../errors.ts";
import type { ByteFile } from "../file/bytes.ts";

/** One file in an archive. */
export interface ZipEntry {
  readonly name: string;
  readonly method: "stored" | "deflated";
  readonly crc: number;
  readonly sizeBytes: number;
  /** Where its bytes lie in the archive. */
  readonly start: number;
  readonly packedBytes: number;
}

const END = { signature: 0x06054b50, bytes: 22 } as const;
const END64 = { signature: 0x06064b50, bytes: 56 } as const;
const LOCATOR64 = { signature: 0x07064b50, bytes: 20 } as const;
const CENTRAL = { signature: 0x02014b50, bytes: 46 } as const;
const LOCAL = { signature: 0x04034b50, bytes: 30 } as const;
const ZIP64_EXTRA = 0x0001;
const LONGEST_COMMENT = 0xffff;
const IN_ZIP64 = 0xffffffff;
const MOST_ENTRIES = 1_000_000;
const MOST_DIRECTORY_BYTES = 256_000_000;
/** Deflate can't shrink bytes further. */
const LARGEST_RATIO = 1032;

/** Whether a file begins as zip archives do. */
export function looksLikeZip(file: ByteFile): boolean {
  if (file.sizeBytes < END.bytes) return false;
  return viewOf(file.read(0, 4)).getUint32(0, true) === LOCAL.signature;
}

/**
 * The entries of an archive, by name.
 * @throws TORCH_ARCHIVE_INVALID
 */
export function readDirectory(file: ByteFile): ReadonlyMap<string, ZipEntry> {
  return file.held(() => readHeldDirectory(file));
}

function readHeldDirectory(file: ByteFile): ReadonlyMap<string, ZipEntry> {
  const { count, start, end } = findDirectory(file);
  if (count > MOST_ENTRIES) throw invalid(file, `it has ${count} entries, more than any model`);
  if (end - start > MOST_DIRECTORY_BYTES) throw invalid(file, "its directory is larger than that of any model");
  const bytes = file.read(start, end - start);
  const entries = new Map<string, ZipEntry>();
  for (let at = 0, index = 0; index < count; index++) {
    const { record, next } = centralRecord(file, bytes, at);
    if (entries.has(record.name)) throw invalid(file, `it has two entries named "${record.name}"`);
    entries.set(record.name, placed(file, record, start));
    at = next;
  }
  checkApart(file, [...entries.values()]);
  return entries;
}

/** The bytes of an entry, unpacked and checked against its sum. */
export function readEntry(file: ByteFile, entry: ZipEntry): Uint8Array {
  const packed = file.read(entry.start, entry.packedBytes);
  const bytes = entry.method === "stored" ? packed : inflated(file, entry, packed);
  if (crc32(bytes) !== entry.crc) throw invalid(file, `the entry "${entry.name}" does not have the sum that it says`);
  return bytes;
}

function inflated(file: ByteFile, { name, sizeBytes }: ZipEntry, packed: Uint8Array): Uint8Array {
  let bytes: Uint8Array | undefined;
  try {
    bytes = inflateRawSync(packed, { maxOutputLength: Math.max(1, sizeBytes) });
  } catch (error) {
    throw invalid(file, `the entry "${name}" can't be unpacked into the ${sizeBytes} bytes it promises`, error);
  }
  if (bytes.length !== sizeBytes)
    throw invalid(file, `the entry "${name}" promises ${sizeBytes} bytes and has ${bytes.length}`);
  return bytes;
}

interface DirectoryPlace {
  readonly count: number;
  readonly start: number;
  readonly end: number;
}

function findDirectory(file: ByteFile): DirectoryPlace {
  const tailStart = Math.max(0, file.sizeBytes - END.bytes - LONGEST_COMMENT);
  const tail = viewOf(file.read(tailStart, file.sizeBytes - tailStart));
  let at = tail.byteLength - END.bytes;
  while (at >= 0 && !isEnd(tail, at)) at--;
  if (at < 0) throw invalid(file, "it has no directory at its end. Was its download interrupted?");
  const place = zip64Place(file, tail, tailStart, at) ?? {
    count: tail.getUint16(at + 10, true),
    start: tail.getUint32(at + 16, true),
    end: tail.getUint32(at + 16, true) + tail.getUint32(at + 12, true),
  };
  if (!(place.start <= place.end && place.end <= tailStart + at))
    throw invalid(file, "its directory lies outside the file");
  return place;
}

/** The record is at the very end but for a comment, whose length it gives. */
function isEnd(tail: DataView, at: number): boolean {
  return (
    tail.getUint32(at, true) === END.signature && at + END.bytes + tail.getUint16(at + 20, true) === tail.byteLength
  );
}

function zip64Place(file: ByteFile, tail: DataView, tailStart: number, end: number): DirectoryPlace | undefined {
  const at = end - LOCATOR64.bytes;
  if (at < 0 || tail.getUint32(at, true) !== LOCATOR64.signature) return undefined;
  const place = safe(file, tail.getBigUint64(at + 8, true));
  if (place + END64.bytes > tailStart + at) throw invalid(file, "its directory lies outside the file");
  const record = viewOf(file.read(place, END64.bytes));
  if (record.getUint32(0, true) !== END64.signature) throw invalid(file, "its zip64 directory is not where it says");
  const start = safe(file, record.getBigUint64(48, true));
  return {
    count: safe(file, record.getBigUint64(32, true)),
    start,
    end: start + safe(file, record.getBigUint64(40, true)),
  };
}

/** What the directory says of an entry. */
interface CentralRecord extends Omit<ZipEntry, "start" | "method"> {
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly localStart: number;
}

function centralRecord(file: ByteFile, bytes: Uint8Array, at: number): { record: CentralRecord; next: number } {
  const view = viewOf(bytes);
  const isThere = at + CENTRAL.bytes <= bytes.length && view.getUint32(at, true) === CENTRAL.signature;
  if (!isThere) throw invalid(file, "its directory ends too early");
  const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((place) => view.getUint16(at + place, true)) as [
    number,
    number,
    number,
  ];
  const nameStart = at + CENTRAL.bytes;
  const next = nameStart + nameBytes + extraBytes + commentBytes;
  if (next > bytes.length) throw invalid(file, "its directory ends too early");
  const name = new TextDecoder().decode(bytes.subarray(nameStart, nameStart + nameBytes));
  const extra = bytes.subarray(nameStart + nameBytes, nameStart + nameBytes + extraBytes);
  const [sizeBytes, packedBytes, localStart] = wideNumbers(file, name, extra, [
    view.getUint32(at + 24, true),
    view.getUint32(at + 20, true),
    view.getUint32(at + 42, true),
  ]);
  const [isEncrypted, method, crc] = [
    (view.getUint16(at + 8, true) & 1) !== 0,
    view.getUint16(at + 10, true),
    view.getUint32(at + 16, true),
  ];
  return { record: { name, crc, method, isEncrypted, sizeBytes, packedBytes, localStart }, next };
}

/** Numbers that do not fit 32 bits stand in the zip64 field, in this order, only those that are needed. */
function wideNumbers(
  file: ByteFile,
  name: string,
  extra: Uint8Array,
  [size, packed, start]: readonly [number, number, number],
): readonly [number, number, number] {
  const view = viewOf(zip64Field(extra));
  let at = 0;
  const wide = (narrow: number): number => {
    if (narrow !== IN_ZIP64) return narrow;
    if (at + 8 > view.byteLength) throw invalid(file, `the entry "${name}" lacks its zip64 numbers`);
    at += 8;
    return safe(file, view.getBigUint64(at - 8, true));
  };
  return [wide(size), wide(packed), wide(start)];
}

function zip64Field(extra: Uint8Array): Uint8Array {
  const view = viewOf(extra);
  for (let at = 0; at + 4 <= extra.length;) {
    const size = view.getUint16(at + 2, true);
    if (view.getUint16(at, true) === ZIP64_EXTRA) return extra.subarray(at + 4, at + 4 + size);
    at += 4 + size;
  }
  return new Uint8Array();
}

function placed(file: ByteFile, record: CentralRecord, directoryStart: number): ZipEntry {
  const { name, crc, sizeBytes, packedBytes, localStart } = record;
  const wrong = (why: string) => invalid(file, `the entry "${name}" ${why}`);
  if (record.isEncrypted) throw wrong("is encrypted");
  if (record.method !== 0 && record.method !== 8)
    throw wrong(`is packed by method ${record.method}; stored and deflated are read`);
  const method = record.method === 0 ? "stored" : "deflated";
  if (localStart + LOCAL.bytes > directoryStart) throw wrong("lies outside the file");
  const local = viewOf(file.read(localStart, LOCAL.bytes));
  if (local.getUint32(0, true) !== LOCAL.signature) throw wrong("is not where the directory says");
  const start = localStart + LOCAL.bytes + local.getUint16(26, true) + local.getUint16(28, true);
  if (start + packedBytes > directoryStart) throw wrong("lies outside the file");
  if (method === "stored" && packedBytes !== sizeBytes) throw wrong("has two sizes");
  if (sizeBytes > packedBytes * LARGEST_RATIO) throw wrong("promises more bytes than it can hold");
  return { name, method, crc, sizeBytes, start, packedBytes };
}

function checkApart(file: ByteFile, entries: readonly ZipEntry[]): void {
  let end = 0;
  for (const { name, start, packedBytes } of entries.toSorted((a, b) => a.start - b.start)) {
    if (start < end) throw invalid(file, `the entry "${name}" shares bytes with another`);
    end = start + packedBytes;
  }
}

function safe(file: ByteFile, value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw invalid(file, "its directory has numbers beyond any file");
  return Number(value);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function invalid(file: ByteFile, why: string, cause?: unknown) {
  return archiveInvalid({ file: file.path, why }, cause);
}
