// The arguments of pickle opcodes: numbers, texts and lines, each checked against the end of the bytes.

import { BadPickle } from "./globals.ts";

/** A mark at the beginning of a text belongs to it. */
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
const NEWLINE = 0x0a;
/** No integer of a state dict needs more. */
const LONGEST_INTEGER_BYTES = 256;

/** A place in the bytes of a pickle. */
export class PickleReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  uint8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  /** A length of 8 bytes; one beyond the bytes there are is refused when they are taken. */
  uint64(): number {
    return Number(this.#view.getBigUint64(this.#take(8), true));
  }

  /** Floats stand big-endian, unlike all else. */
  float64(): number {
    return this.#view.getFloat64(this.#take(8), false);
  }

  /** A two's complement integer of `length` bytes. */
  integer(length: number): bigint {
    if (length > LONGEST_INTEGER_BYTES) throw new BadPickle(`an integer of ${length} bytes`);
    const bytes = this.bytes(length);
    const value = bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    return length > 0 && bytes[length - 1]! >= 0x80 ? value - (1n << BigInt(8 * length)) : value;
  }

  bytes(length: number): Uint8Array {
    const start = this.#take(length);
    return this.#bytes.subarray(start, start + length);
  }

  text(length: number): string {
    return utf8.decode(this.bytes(length));
  }

  latin1(length: number): string {
    return Array.from(this.bytes(length), (byte) => String.fromCharCode(byte)).join("");
  }

  /** The text up to the end of the line. */
  line(): string {
    const end = this.#bytes.indexOf(NEWLINE, this.at);
    if (end < 0) throw new BadPickle("a line without an end");
    const text = this.text(end - this.at);
    this.at = end + 1;
    return text;
  }

  #take(length: number): number {
    const start = this.at;
    if (!(length >= 0 && start + length <= this.#bytes.length)) throw new BadPickle("the pickle ends too early");
    this.at = start + length;
    return start;
  }
}
