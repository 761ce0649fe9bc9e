// Zip archives, entry by entry through the central directory (APPNOTE 6.3.10, sections 4.3 and 4.4; Zip64 in 4.5.3).
// Nothing is written to disk. Declared sizes are checked against the file before use and against what comes out.

import { crc32 } from "node:zlib";
import { Inflate } from "fflate";
import { chunksOf, type Bytes } from "./bytes.ts";
import { badArchive } from "./errors.ts";

/** One file of an archive. */
export interface ZipEntry {
  readonly name: string;
  readonly sizeBytes: number;
  /** The contents, decompressed as they are asked for. Reading to the end checks size and checksum. */
  chunks(): Iterable<Uint8Array>;
}

interface Header {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly sizeBytes: number;
  readonly offset: number;
}

const STORED = 0;
const DEFLATED = 8;
/** Deflate can't do better than 258 bytes from 2 bits. */
const MOST_DEFLATE_RATIO = 1032;
const END_BYTES = 22;
const DIRECTORY_ENTRY_BYTES = 46;
const LOCAL_HEADER_BYTES = 30;
const MOST_DIRECTORY_BYTES = 1 << 28;

/** Lists the entries of an archive. @throws DATA_ARCHIVE when it is damaged, encrypted or names files outside itself. */
export function zipEntries(bytes: Bytes): readonly ZipEntry[] {
  const { offset, size, count } = findDirectory(bytes);
  if (offset + size > bytes.size || size > MOST_DIRECTORY_BYTES || count * DIRECTORY_ENTRY_BYTES > size) {
    throw badArchive(bytes.name, "has a table of contents that lies outside the file");
  }
  const headers = readDirectory(bytes.name, bytes.read(offset, size), count);
  const names = new Set<string>();
  for (const header of headers) {
    checkHeader(bytes, header);
    if (names.has(header.name)) throw badArchive(bytes.name, `holds "${header.name}" twice`);
    names.add(header.name);
  }
  return headers.map((header) => ({
    name: header.name,
    sizeBytes: header.sizeBytes,
    chunks: () => checked(bytes.name, header, unpacked(bytes, header)),
  }));
}

function findDirectory(bytes: Bytes): { offset: number; size: number; count: number } {
  const tailStart = Math.max(0, bytes.size - END_BYTES - 0xffff);
  const tail = bytes.read(tailStart, bytes.size - tailStart);
  const view = viewOf(tail);
  for (let at = tail.length - END_BYTES; at >= 0; at--) {
    if (view.getUint32(at, true) !== 0x06054b50) continue;
    const zip64 = at >= 20 && view.getUint32(at - 20, true) === 0x07064b50;
    if (zip64) return findZip64Directory(bytes, numberAt(view, at - 20 + 8));
    return {
      count: view.getUint16(at + 10, true),
      size: view.getUint32(at + 12, true),
      offset: view.getUint32(at + 16, true),
    };
  }
  throw badArchive(bytes.name, "is not a zip file or its end is missing");
}

function findZip64Directory(bytes: Bytes, offset: number): { offset: number; size: number; count: number } {
  const record = offset + 56 <= bytes.size ? bytes.read(offset, 56) : new Uint8Array(0);
  const view = viewOf(record);
  if (record.length < 56 || view.getUint32(0, true) !== 0x06064b50) {
    throw badArchive(bytes.name, "has a damaged Zip64 end record");
  }
  return { count: numberAt(view, 32), size: numberAt(view, 40), offset: numberAt(view, 48) };
}

function readDirectory(file: string, directory: Uint8Array, count: number): Header[] {
  const view = viewOf(directory);
  const headers: Header[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    const fits = at + DIRECTORY_ENTRY_BYTES <= directory.length && view.getUint32(at, true) === 0x02014b50;
    const length = fits
      ? DIRECTORY_ENTRY_BYTES +
        view.getUint16(at + 28, true) +
        view.getUint16(at + 30, true) +
        view.getUint16(at + 32, true)
      : 0;
    if (!fits || at + length > directory.length)
      throw badArchive(file, `has a damaged table of contents (entry ${i + 1} of ${count})`);
    headers.push(readHeader(file, directory.subarray(at, at + length)));
    at += length;
  }
  return headers;
}

function readHeader(file: string, record: Uint8Array): Header {
  const view = viewOf(record);
  const nameEnd = DIRECTORY_ENTRY_BYTES + view.getUint16(28, true);
  const name = new TextDecoder().decode(record.subarray(DIRECTORY_ENTRY_BYTES, nameEnd));
  if ((view.getUint16(8, true) & 1) !== 0) throw badArchive(file, `holds "${name}" encrypted`);
  const wide = zip64Fields(record.subarray(nameEnd, nameEnd + view.getUint16(30, true)));
  const field = (at: number) => {
    const value = view.getUint32(at, true);
    return value === 0xffffffff ? (wide.next().value ?? value) : value;
  };
  // Zip64 holds only the fields that overflowed, in this order: size, packed size, offset.
  const sizeBytes = field(24);
  const packedBytes = field(20);
  return {
    name,
    method: view.getUint16(10, true),
    crc: view.getUint32(16, true),
    sizeBytes,
    packedBytes,
    offset: field(42),
  };
}

function* zip64Fields(extra: Uint8Array): Generator<number, undefined> {
  const view = viewOf(extra);
  for (let at = 0; at + 4 <= extra.length; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    const end = Math.min(extra.length, at + 4 + view.getUint16(at + 2, true));
    for (let i = at + 4; i + 8 <= end; i += 8) yield numberAt(view, i);
    return undefined;
  }
  return undefined;
}

function checkHeader(bytes: Bytes, { name, method, packedBytes, sizeBytes, offset }: Header): void {
  if (name.includes("\0") || name.includes("\\") || name.split("/").includes("..")) {
    throw badArchive(bytes.name, `holds an entry with the unsafe name ${JSON.stringify(name)}`);
  }
  if (method !== STORED && method !== DEFLATED) {
    throw badArchive(bytes.name, `holds "${name}" in compression method ${method}; only stored and deflate are read`);
  }
  if (offset + LOCAL_HEADER_BYTES + packedBytes > bytes.size)
    throw badArchive(bytes.name, `is too short for its entry "${name}"`);
  const most = method === STORED ? packedBytes : packedBytes * MOST_DEFLATE_RATIO;
  if (sizeBytes > most || (method === STORED && sizeBytes !== packedBytes)) {
    throw badArchive(
      bytes.name,
      `declares ${sizeBytes} bytes for "${name}", which can't come from the ${packedBytes} bytes stored`,
    );
  }
}

function* unpacked(bytes: Bytes, header: Header): Generator<Uint8Array> {
  const start = dataStart(bytes, header);
  const end = start + header.packedBytes;
  if (header.method === STORED) return yield* chunksOf(bytes, start, end, 1 << 18);
  const ready: Uint8Array[] = [];
  const inflate = new Inflate((chunk) => ready.push(chunk));
  // 16 KB packed are at most 16 MB unpacked.
  let left = header.packedBytes;
  for (const chunk of chunksOf(bytes, start, end, 1 << 14)) {
    left -= chunk.length;
    push(bytes.name, header.name, inflate, chunk, left === 0);
    yield* ready.splice(0);
  }
}

function push(file: string, name: string, inflate: Inflate, chunk: Uint8Array, last: boolean): void {
  try {
    inflate.push(chunk, last);
  } catch {
    throw badArchive(file, `holds damaged compressed data in "${name}"`);
  }
}

/** Where the data of an entry begins: behind its local header, whose lengths differ from the directory's. */
function dataStart(bytes: Bytes, { name, offset, packedBytes }: Header): number {
  const local = bytes.read(offset, LOCAL_HEADER_BYTES);
  const view = viewOf(local);
  if (local.length < LOCAL_HEADER_BYTES || view.getUint32(0, true) !== 0x04034b50) {
    throw badArchive(bytes.name, `has no data where its entry "${name}" should be`);
  }
  const start = offset + LOCAL_HEADER_BYTES + view.getUint16(26, true) + view.getUint16(28, true);
  if (start + packedBytes > bytes.size) throw badArchive(bytes.name, `is too short for its entry "${name}"`);
  return start;
}

function* checked(file: string, { name, sizeBytes, crc }: Header, chunks: Iterable<Uint8Array>): Generator<Uint8Array> {
  let size = 0;
  let sum = 0;
  for (const chunk of chunks) {
    size += chunk.length;
    if (size > sizeBytes)
      throw badArchive(file, `holds more data in "${name}" than the ${sizeBytes} bytes it declares`);
    sum = crc32(chunk, sum);
    yield chunk;
  }
  if (size !== sizeBytes)
    throw badArchive(file, `holds ${size} bytes in "${name}" instead of the ${sizeBytes} it declares`);
  if (sum !== crc) throw badArchive(file, `holds damaged data in "${name}" (its checksum differs)`);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A 64-bit size; beyond 2^53 it is the nearest double, which no file reaches. */
function numberAt(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true));
}
