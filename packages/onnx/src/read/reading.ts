// The state of reading one model: its bytes, the symbols it uses, and the limits that hostile input runs into.

import { canonicalDim, dimOfName, namesOfDim, type Dim } from "@tersor/core";
import type Long from "long";
import protobuf from "protobufjs/minimal.js";
import { tooDeep } from "../errors.ts";
import { remember } from "../tracked.ts";
import type { Range, Span } from "../wire/bytes.ts";
import { placeText, type Place, type Scanner } from "../wire/scanner.ts";
import { wireTypes, type Field } from "../wire/walker.ts";
import type { ExternalFiles } from "./external.ts";

/** A message that is decoded is small; anything else is an attempt on the memory. */
const LARGEST_HEAD_BYTES = 16_000_000;
const DEEPEST_GRAPH = 64;

export class Reading {
  readonly scanner: Scanner;
  readonly external: ExternalFiles;
  readonly #symbols: { readonly shape: Dim[]; readonly axis: number; readonly text: string }[] = [];
  #depth = 0;

  constructor(scanner: Scanner, external: ExternalFiles) {
    this.scanner = scanner;
    this.external = external;
  }

  /** The contents of a field that holds a message. */
  message(field: Field, place: Place): Range {
    if (field.wireType !== wireTypes.bytes) {
      const why = `field ${field.number} has the wire type ${field.wireType} where a message belongs`;
      throw this.scanner.malformed(place, field.start, why);
    }
    return { start: field.payload, end: field.end };
  }

  /** Decodes a small message with the generated code; its errors get the place. */
  decode<T>(head: Uint8Array, place: Place, start: number, decode: (reader: protobuf.Reader) => T): T {
    if (head.length > LARGEST_HEAD_BYTES) throw this.scanner.tooMany(place, `${LARGEST_HEAD_BYTES} bytes`);
    const reader = protobuf.Reader.create(head);
    reader.discardUnknown = false;
    try {
      return decode(reader);
    } catch (error) {
      throw this.scanner.malformed(place, start, error instanceof Error ? error.message : String(error), error);
    }
  }

  /** Runs `read` one level of subgraphs deeper. */
  deeper<T>(place: Place, read: () => T): T {
    if (this.#depth >= DEEPEST_GRAPH) throw tooDeep({ where: placeText(place), limit: DEEPEST_GRAPH });
    this.#depth++;
    const result = read();
    this.#depth--;
    return result;
  }

  /**
   * Remembers the field that `object` was read from, so that it can be copied.
   * Not where data files are named in it (their count was `externalBefore`): the writer gives those other names.
   */
  track(object: object, field: Field, name: string, externalBefore = this.external.count): void {
    if (this.external.count === externalBefore) remember(object, { field, source: this.scanner.source, name });
  }

  /** Adds a dimension without a number to a shape; "" is one without a name. `nameDims` decides what it is. */
  symbol(shape: Dim[], text: string): void {
    this.#symbols.push({ shape, axis: shape.length, text });
    shape.push(text);
  }

  /** Puts in what the texts of dimensions mean, once all of them are known. */
  nameDims(): void {
    const texts = new Set(this.#symbols.map(({ text }) => text));
    const dims = new Map(Array.from(texts, (text) => [text, dimOfText(text, texts)]));
    let next = 0;
    for (const { shape, axis, text } of this.#symbols) {
      while (text === "" && texts.has(`unk__${next}`)) next++;
      shape[axis] = text === "" ? `unk__${next++}` : dims.get(text)!;
    }
  }

  span({ start, end }: Range): Span {
    return { source: this.scanner.source, start, end };
  }

  /** The fields as spans, neighbours as one. */
  spans(fields: readonly Field[]): readonly Span[] {
    const merged: { source: Span["source"]; start: number; end: number }[] = [];
    for (const { start, end } of fields) {
      const last = merged.at(-1);
      if (last?.end === start) last.end = end;
      else merged.push({ source: this.scanner.source, start, end });
    }
    return merged;
  }
}

/**
 * A dim_param is a name, but exporters also write expressions ("past + seq"). It is one when all names in it are
 * dimensions elsewhere in the model; "batch-size" is a name where there is no dimension "batch".
 */
function dimOfText(text: string, texts: ReadonlySet<string>): Dim {
  const names = namesOfDim(text);
  const isExpression = names.length > 0 && names.every((name) => texts.has(name));
  return isExpression ? canonicalDim(text) : dimOfName(text);
}

/** A 64-bit integer as the nearest double. */
export function numberOf(value: number | Long): number {
  return typeof value === "number" ? value : value.toNumber();
}
