// Numbers and small stretches of bytes of a source, through a window that follows the reader.

import { malformed, tooMany } from "../errors.ts";
import type { ByteSource, Range } from "./bytes.ts";

/** Where a message is, as a chain that is put into words only when something is wrong with it. */
export interface Place {
  readonly around?: Place;
  readonly label: string;
  readonly index?: number;
}

/** The place of a message inside another: `index` where there can be several. */
export function placeIn(around: Place, label: string, index?: number): Place {
  return index === undefined ? { around, label } : { around, label, index };
}

/** "graph.node[3].attribute[0]" */
export function placeText({ around, label, index }: Place): string {
  const own = index === undefined ? label : `${label}[${index}]`;
  return around ? `${placeText(around)}.${own}` : own;
}

const WINDOW_BYTES = 16 * 1024;
/** Far above what exporters write, and still in memory at once. */
const MOST_FIELDS = 2_000_000;

/** Reads a source in windows of 16 KB; a source in memory is one window. */
export class Scanner {
  readonly source: ByteSource;
  /** Where the last varint ended. */
  position = 0;
  #window: Uint8Array = new Uint8Array(0);
  #start = 0;
  #fields = 0;

  constructor(source: ByteSource) {
    this.source = source;
  }

  /** A varint (up to 2^64, as the nearest double) of at most ten bytes that ends before `limit`. */
  varint(offset: number, limit: number, place: Place): number {
    let value = 0;
    let scale = 1;
    for (let at = offset; at < limit; at++) {
      if (at < this.#start || at >= this.#start + this.#window.length) this.#move(at);
      const byte = this.#window[at - this.#start]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        this.position = at + 1;
        return value;
      }
      if (at - offset === 9) throw this.malformed(place, offset, "a number is longer than ten bytes");
      scale *= 128;
    }
    throw this.malformed(place, offset, "the message ends inside a number");
  }

  /** The bytes of a stretch; a view that must not be written to. */
  bytes({ start, end }: Range): Uint8Array {
    if (end - start > WINDOW_BYTES) return this.source.read(start, end - start);
    if (start < this.#start || end > this.#start + this.#window.length) this.#move(start);
    return this.#window.subarray(start - this.#start, end - this.#start);
  }

  /** Counts a field that takes memory while the model is read. */
  count(place: Place): void {
    this.#fields++;
    if (this.#fields > MOST_FIELDS) throw this.tooMany(place, `${MOST_FIELDS} fields`);
  }

  tooMany(place: Place, limit: string) {
    return tooMany({ file: this.source.name, where: placeText(place), limit });
  }

  malformed(place: Place, offset: number, why: string, cause?: unknown) {
    return malformed({ file: this.source.name, where: placeText(place), offset, why }, cause);
  }

  // Windows are never written over: what was handed out as a view stays as it is.
  #move(offset: number): void {
    this.#start = offset;
    this.#window = this.source.read(offset, Math.min(WINDOW_BYTES, this.source.sizeBytes - offset));
  }
}
