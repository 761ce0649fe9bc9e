// A checkpoint's values: an index (a table of BundleEntryProto by name) and data files that it points into.
// Values are read when they are asked for, and their sums checked when they are read whole.
// https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/tensor_bundle.proto

import { existsSync } from "node:fs";
import { byteLengthOf, elementCount, lazySource, type DataType, type Shape, type TensorSource } from "@tersor/core";
import { dataTypeOf } from "../dtype.ts";
import { typeText } from "../graphdef/attributes.ts";
import { staticShapeOf } from "../graphdef/tensor-proto.ts";
import { fileSource, readWhole, type ByteSource } from "../wire/bytes.ts";
import { maskedCrc32c } from "../wire/crc32c.ts";
import { decodeMessage, numberOf } from "../wire/decode.ts";
import { checksumMismatch, malformed } from "../wire/errors.ts";
import { tensorflow } from "../wire/messages.generated.js";
import { readTable, type TableEntry } from "../wire/table.ts";
import { boxOfSlice, cutSource, joinedSource, sliceKey, type Box } from "./slices.ts";

/** Where a value of a checkpoint is. */
export interface BundleEntry {
  readonly name: string;
  readonly dtype: DataType;
  readonly shape: Shape;
  readonly shard: number;
  readonly offset: number;
  readonly sizeBytes: number;
  readonly crc32c: number;
  /** The parts of a value that was stored in parts. */
  readonly slices: readonly Box[];
  /** The entry of the table. */
  readonly entry: TableEntry;
}

/** The values of one checkpoint. */
export class Bundle {
  /** The path that names of its files begin with. */
  readonly prefix: string;
  readonly #entries: ReadonlyMap<string, TableEntry>;
  readonly #shards: number;
  readonly #files = new Map<number, ByteSource>();

  private constructor(prefix: string, entries: ReadonlyMap<string, TableEntry>, shards: number) {
    this.prefix = prefix;
    this.#entries = entries;
    this.#shards = shards;
  }

  /**
   * Opens a checkpoint by its prefix ("model.ckpt" for "model.ckpt.index").
   * @throws TENSORFLOW_FILE_UNREADABLE, TENSORFLOW_MALFORMED, TENSORFLOW_CHECKSUM
   */
  static open(prefix: string): Bundle {
    const file = `${prefix}.index`;
    const entries = new Map(readTable(readWhole(file), file).map((entry) => [entry.key, entry]));
    const header = decodeMessage(
      tensorflow.BundleHeaderProto,
      entries.get("")?.value ?? new Uint8Array(),
      file,
      "its header",
    );
    const shards = header.numShards ?? 0;
    if (shards < 1 || header.endianness === 1) {
      const why = shards < 1 ? "it names no data files" : "its values are big-endian";
      throw malformed({ file, where: "its header", why });
    }
    return new Bundle(prefix, entries, shards);
  }

  get indexFile(): string {
    return `${this.prefix}.index`;
  }

  /** The names of all values. */
  get names(): readonly string[] {
    return [...this.#entries.keys()].filter((key) => key !== "" && !key.startsWith("\0"));
  }

  /** The data files. */
  get dataFiles(): readonly string[] {
    return Array.from({ length: Math.min(this.#shards, this.#entries.size) }, (_, shard) =>
      this.dataFile(shard),
    ).filter((file) => existsSync(file));
  }

  has(name: string): boolean {
    return this.#entries.has(latin1Of(name));
  }

  /**
   * The entry of a value, undefined where there is none.
   * @throws TENSORFLOW_MALFORMED for entries that make no sense.
   */
  entry(name: string): BundleEntry | undefined {
    const entry = this.#entries.get(latin1Of(name));
    return entry && this.#decode(entry, name);
  }

  /** The entry of a part of a value. Errors as `entry`. */
  partEntry(name: string, part: Box): BundleEntry | undefined {
    const entry = this.#entries.get(sliceKey(latin1Of(name), part));
    return entry && this.#decode(entry, name);
  }

  /**
   * A value, or the part `box` of it.
   * @throws TENSORFLOW_MALFORMED, TENSORFLOW_CHECKSUM (when read), TENSORFLOW_FILE_UNREADABLE
   */
  source(name: string, box?: Box): TensorSource | undefined {
    const entry = this.entry(name);
    if (entry === undefined) return undefined;
    if (box === undefined) return entry.slices.length > 0 ? this.#joined(entry) : this.#stored(entry);
    const part = this.partEntry(name, box);
    return part ? this.#stored(part) : cutSource(this.source(name)!, box);
  }

  /** The bytes of an entry as they are stored. Errors as `source`. */
  storedBytes(entry: BundleEntry): Uint8Array {
    return this.#stored(entry).bytes();
  }

  /** A stored scalar of text, such as the object graph; undefined where there is none. Errors as `source`. */
  text(name: string): Uint8Array | undefined {
    const entry = this.entry(name);
    if (entry?.dtype !== "string" || entry.shape.length > 0) return undefined;
    const bytes = this.#file(entry).read(entry.offset, entry.sizeBytes);
    // The length as a varint, the sum of lengths, the text.
    let at = 0;
    while (at < bytes.length && bytes[at]! >= 0x80) at++;
    return bytes.subarray(at + 1 + 4);
  }

  dataFile(shard: number): string {
    return `${this.prefix}.data-${digits(shard)}-of-${digits(this.#shards)}`;
  }

  #joined(entry: BundleEntry): TensorSource {
    const { name, slices, dtype, shape } = entry;
    const parts = slices.map((box) => {
      const part = this.partEntry(name, box);
      if (part === undefined) throw this.#broken(name, "one of its parts is missing");
      return { box, source: this.#stored(part) };
    });
    return joinedSource(parts, dtype, shape);
  }

  #stored(entry: BundleEntry): TensorSource {
    const { name, dtype, shape, offset, sizeBytes } = entry;
    const needed = byteLengthOf(dtype, elementCount(shape));
    if (dtype === "string") throw this.#broken(name, "it is text, and weights are numbers");
    if (needed !== sizeBytes)
      throw this.#broken(name, `its shape [${shape.join(", ")}] takes ${needed} bytes, and it has ${sizeBytes}`);
    const file = this.#file(entry);
    if (offset + sizeBytes > file.sizeBytes)
      throw this.#broken(name, `it ends behind the end of its data file, at byte ${offset + sizeBytes}`);
    return lazySource(dtype, shape, (from, length) => {
      const bytes = file.read(offset + from, length);
      if (length === sizeBytes && maskedCrc32c(bytes) !== entry.crc32c)
        throw checksumMismatch({ file: file.name, where: `"${name}"` });
      return bytes;
    });
  }

  #file({ shard }: BundleEntry): ByteSource {
    const known = this.#files.get(shard);
    if (known) return known;
    const file = fileSource(this.dataFile(shard));
    this.#files.set(shard, file);
    return file;
  }

  #decode(entry: TableEntry, name: string): BundleEntry {
    const proto = decodeMessage(tensorflow.BundleEntryProto, entry.value, this.indexFile, `"${name}"`);
    const dtype = dataTypeOf(typeText(proto.dtype ?? 0));
    if (dtype === undefined) throw this.#broken(name, `its type is ${typeText(proto.dtype ?? 0)}`);
    const shape = staticShapeOf(proto.shape, name);
    const [offset, sizeBytes, shard] = [numberOf(proto.offset), numberOf(proto.size), proto.shardId ?? 0];
    if (offset < 0 || sizeBytes < 0 || shard < 0 || shard >= this.#shards)
      throw this.#broken(name, `${sizeBytes} bytes at ${offset} of data file ${shard} are no place`);
    const slices = (proto.slices ?? []).map((slice) => {
      const box = boxOfSlice(slice, shape);
      if (box === undefined) throw this.#broken(name, "one of its parts is not within it");
      return box;
    });
    return { name, dtype, shape, shard, offset, sizeBytes, crc32c: proto.crc32c ?? 0, slices, entry };
  }

  #broken(name: string, why: string) {
    return malformed({ file: this.indexFile, where: `"${name}"`, why });
  }
}

function digits(number: number): string {
  return String(number).padStart(5, "0");
}

/** Keys are bytes; names are UTF-8. */
function latin1Of(name: string): string {
  return Buffer.from(name, "utf8").toString("latin1");
}
