// The state of reading one model: its bytes, the symbols it uses, and the limits that hostile input runs into.

import type { Dim } from "@tersor/core";
import type Long from "long";
import protobuf from "protobufjs/minimal.js";
import { tooDeep, tooMany } from "../errors.ts";
import type { Range, Span } from "../wire/bytes.ts";
import { placeText, type Place, type Scanner } from "../wire/scanner.ts";
import { wireTypes, type Field } from "../wire/walker.ts";
import type { ExternalFiles } from "./external.ts";

const MOST_MESSAGES = 2_000_000;
const DEEPEST_GRAPH = 64;

export class Reading {
  readonly scanner: Scanner;
  readonly external: ExternalFiles;
  readonly #symbols = new Set<string>();
  readonly #unnamed: { readonly shape: Dim[]; readonly axis: number }[] = [];
  #messages = 0;
  #depth = 0;

  constructor(scanner: Scanner, external: ExternalFiles) {
    this.scanner = scanner;
    this.external = external;
  }

  /** The contents of a field that holds a message; counts it against the limit. */
  message(field: Field, place: Place): Range {
    if (field.wireType !== wireTypes.bytes) {
      const why = `field ${field.number} has the wire type ${field.wireType} where a message belongs`;
      throw this.scanner.malformed(place, field.start, why);
    }
    this.#messages++;
    if (this.#messages > MOST_MESSAGES) throw tooMany({ file: this.scanner.source.name, limit: MOST_MESSAGES });
    return { start: field.payload, end: field.end };
  }

  /** Decodes a small message with the generated code; its errors get the place. */
  decode<T>(head: Uint8Array, place: Place, start: number, decode: (reader: protobuf.Reader) => T): T {
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

  /** Notes a dimension's name as taken. */
  symbol(name: string): string {
    this.#symbols.add(name);
    return name;
  }

  /** Notes that a dimension has no name; `nameUnknownDims` gives it one that no other dimension has. */
  unnamed(shape: Dim[], axis: number): void {
    this.#unnamed.push({ shape, axis });
  }

  nameUnknownDims(): void {
    let next = 0;
    for (const { shape, axis } of this.#unnamed) {
      while (this.#symbols.has(`unk__${next}`)) next++;
      shape[axis] = `unk__${next++}`;
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

/** A 64-bit integer as the nearest double. */
export function numberOf(value: number | Long): number {
  return typeof value === "number" ? value : value.toNumber();
}
