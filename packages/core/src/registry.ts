// One registry for everything that has a name: explicit, duplicates throw, what is not there is said with what is.

import { TersorError } from "./errors.ts";

/** Named things of one kind. */
export interface Registry<T> {
  readonly kind: string;
  /** @throws CORE_NOT_REGISTERED with the known names. */
  get(name: string): T;
  has(name: string): boolean;
  list(): readonly T[];
}

/**
 * A registry of the entries, in their order; `kind` is what errors call them.
 * @throws CORE_REGISTERED_TWICE when two entries share a name.
 */
export function createRegistry<T extends { readonly name: string }>(kind: string, entries: Iterable<T>): Registry<T> {
  const byName = new Map<string, T>();
  for (const entry of entries) {
    if (byName.has(entry.name)) throw registeredTwice(kind, entry.name);
    byName.set(entry.name, entry);
  }
  return {
    kind,
    get: (name) => byName.get(name) ?? notRegistered(kind, name, [...byName.keys()]),
    has: (name) => byName.has(name),
    list: () => [...byName.values()],
  };
}

function registeredTwice(kind: string, name: string): TersorError<"CORE_REGISTERED_TWICE"> {
  return new TersorError(
    "CORE_REGISTERED_TWICE",
    `Two plugins bring a ${kind} named "${name}". Leave one of them out, or rename it.`,
    { kind, name },
  );
}

function notRegistered(kind: string, name: string, known: readonly string[]): never {
  throw new TersorError(
    "CORE_NOT_REGISTERED",
    `There is no ${kind} named "${name}". Known: ${known.join(", ") || "none"}. A plugin that brings it has to be named (--plugin).`,
    { kind, name, known },
  );
}
