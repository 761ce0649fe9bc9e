// The sorted table that a checkpoint's index is: blocks of entries whose keys share prefixes, an index block, a footer.
// https://github.com/google/leveldb/blob/main/doc/table_format.md (with TensorFlow's magic, which is the same).

import type { TersorError } from "@tersor/core";
import { maskedCrc32c } from "./crc32c.ts";
import { checksumMismatch, malformed } from "./errors.ts";
import { unsnap } from "./snappy.ts";

const FOOTER_BYTES = 48;
/** Type of compression and sum, behind each block. */
const TRAILER_BYTES = 5;
const MAGIC = [0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb];

/** A stretch of a file. */
export interface BlockHandle {
  readonly offset: number;
  readonly size: number;
}

/** An entry of a table. */
export interface TableEntry {
  /** A name, or an encoded one: Latin-1, one character for each byte. */
  readonly key: string;
  readonly value: Uint8Array;
  /** The block it is in; where the value begins in it, if it is not compressed. */
  readonly block: BlockHandle;
  readonly valueOffset: number | undefined;
}

/**
 * All entries of a table, in order.
 * @throws TENSORFLOW_MALFORMED, TENSORFLOW_CHECKSUM
 */
export function readTable(bytes: Uint8Array, file: string): readonly TableEntry[] {
  const broken = (where: string, why: string) => malformed({ file, where, why });
  const footer = bytes.subarray(Math.max(0, bytes.length - FOOTER_BYTES));
  if (footer.length < FOOTER_BYTES || MAGIC.some((byte, i) => footer[FOOTER_BYTES - 8 + i] !== byte))
    throw broken("its end", "there is no footer of a checkpoint's index");
  const reader = new VarintReader(footer, () => broken("its footer", "a number does not end"));
  reader.handle();
  const index = readBlock(bytes, reader.handle(), file);
  return entriesOf(index, file).flatMap(({ value }) => {
    const handle = new VarintReader(value, () => broken("its index block", "a number does not end")).handle();
    return entriesOf(readBlock(bytes, handle, file), file);
  });
}

interface Block {
  readonly handle: BlockHandle;
  readonly content: Uint8Array;
  readonly isCompressed: boolean;
}

function readBlock(bytes: Uint8Array, handle: BlockHandle, file: string): Block {
  const where = `the block at byte ${handle.offset}`;
  const end = handle.offset + handle.size;
  if (end + TRAILER_BYTES > bytes.length - FOOTER_BYTES)
    throw malformed({ file, where, why: `its ${handle.size} bytes are not within the file` });
  const stored = new DataView(bytes.buffer, bytes.byteOffset + end + 1, 4).getUint32(0, true);
  if (maskedCrc32c(bytes.subarray(handle.offset, end + 1)) !== stored) throw checksumMismatch({ file, where });
  const raw = bytes.subarray(handle.offset, end);
  const type = bytes[end]!;
  if (type === 0) return { handle, content: raw, isCompressed: false };
  const content = type === 1 ? unsnap(raw) : undefined;
  if (content === undefined) throw malformed({ file, where, why: `its compression (type ${type}) can't be undone` });
  return { handle, content, isCompressed: true };
}

function entriesOf({ content, handle, isCompressed }: Block, file: string): readonly TableEntry[] {
  const broken = () =>
    malformed({ file, where: `the block at byte ${handle.offset}`, why: "an entry is not within the block" });
  if (content.length < 4) throw broken();
  const restarts = new DataView(content.buffer, content.byteOffset + content.length - 4, 4).getUint32(0, true);
  const end = content.length - 4 * (restarts + 1);
  if (end < 0) throw broken();
  const reader = new VarintReader(content.subarray(0, end), broken);
  const entries: TableEntry[] = [];
  let key = "";
  while (reader.at < end) {
    const [shared, rest, size] = [reader.varint(), reader.varint(), reader.varint()];
    if (shared > key.length || shared + rest > MOST_KEY_BYTES) throw broken();
    key = key.slice(0, shared) + latin1(reader.bytes(rest));
    const valueOffset = isCompressed ? undefined : handle.offset + reader.at;
    entries.push({ key, value: reader.bytes(size), block: handle, valueOffset });
  }
  return entries;
}

/** Each key can repeat all of the one before: without a limit a small file could spell out gigabytes. */
const MOST_KEY_BYTES = 65_536;

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}

class VarintReader {
  at = 0;
  readonly #bytes: Uint8Array;
  readonly #broken: () => TersorError;

  constructor(bytes: Uint8Array, broken: () => TersorError) {
    this.#bytes = bytes;
    this.#broken = broken;
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; scale <= 2 ** 49; scale *= 128) {
      const byte = this.#bytes[this.at++];
      if (byte === undefined) break;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw this.#broken();
  }

  handle(): BlockHandle {
    return { offset: this.varint(), size: this.varint() };
  }

  bytes(count: number): Uint8Array {
    const start = this.at;
    this.at += count;
    if (this.at > this.#bytes.length) throw this.#broken();
    return this.#bytes.subarray(start, this.at);
  }
}
