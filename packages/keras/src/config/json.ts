// JSON as Keras writes it, read field by field: a configuration is hostile input, so nothing is believed to be there.

import { configField, configJson } from "../errors.ts";

/** A value of JSON. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** An object of JSON. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/**
 * Parses JSON text; Python's NaN and Infinity are read too.
 * @throws KERAS_CONFIG_JSON
 */
export function parseJson(text: string, file: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    const tamed = withoutNonFinite(text);
    if (tamed === text) throw configJson({ file, why: reasonOf(error) });
    try {
      return JSON.parse(tamed) as Json;
    } catch (second) {
      throw configJson({ file, why: reasonOf(second) });
    }
  }
}

/** Python writes numbers that JSON has not; 1e999 is read as Infinity, and NaN as null. */
function withoutNonFinite(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g, (token) =>
    token.startsWith('"') ? token : token === "NaN" ? "null" : token.replace("Infinity", "1e999"),
  );
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether a value is an object, and no list. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value is a list. */
export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** The fields of an object, each read as the kind it has to be. */
export class Fields {
  readonly record: JsonObject;
  /** Who has these fields, for errors: `the layer "conv1"`. */
  readonly where: string;

  constructor(record: JsonObject, where: string) {
    this.record = record;
    this.where = where;
  }

  /** The value as it is; undefined where it is not there or null. */
  value(name: string): Json | undefined {
    return Object.hasOwn(this.record, name) ? (this.record[name] ?? undefined) : undefined;
  }

  text(name: string, fallback?: string): string {
    const value = this.value(name) ?? fallback;
    return typeof value === "string" ? value : this.#wrong(name, "a string");
  }

  number(name: string, fallback?: number): number {
    const value = this.value(name) ?? fallback;
    return typeof value === "number" ? value : this.#wrong(name, "a number");
  }

  /** A number, undefined where there is none. */
  maybeNumber(name: string): number | undefined {
    return this.value(name) === undefined ? undefined : this.number(name);
  }

  /** A whole number that is not negative. */
  count(name: string, fallback?: number): number {
    const value = this.number(name, fallback);
    return Number.isSafeInteger(value) && value >= 0 ? value : this.#wrong(name, "a whole number");
  }

  flag(name: string, fallback?: boolean): boolean {
    const value = this.value(name) ?? fallback;
    if (value === 0 || value === 1) return value === 1;
    return typeof value === "boolean" ? value : this.#wrong(name, "true or false");
  }

  /** A list of numbers; one number stands for a list of that one. */
  numbers(name: string, fallback?: readonly number[]): readonly number[] {
    const value = this.value(name) ?? fallback;
    if (typeof value === "number") return [value];
    if (isList(value) && value.every((item) => typeof item === "number")) return value;
    return this.#wrong(name, "a list of numbers");
  }

  /** `length` whole numbers, at least `least`; one number stands for all. */
  sizes(name: string, length: number, fallback?: number, least = 1): readonly number[] {
    const value = this.value(name) ?? fallback;
    const list = typeof value === "number" ? new Array<number>(length).fill(value) : value;
    const fits = isList(list) && list.length === length && list.every((item) => isSize(item, least));
    return fits ? list : this.#wrong(name, `${length} whole numbers of at least ${least}`);
  }

  list(name: string): readonly Json[] {
    const value = this.value(name);
    return isList(value) ? value : this.#wrong(name, "a list");
  }

  object(name: string): JsonObject {
    const value = this.value(name);
    return isObject(value) ? value : this.#wrong(name, "an object");
  }

  #wrong(field: string, expected: string): never {
    throw configField({ where: this.where, field, expected });
  }
}

function isSize(value: Json, least: number): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= least;
}
