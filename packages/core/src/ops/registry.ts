// Operators by domain and type. Nothing registers itself: a registry is made from a list.

import { operatorDuplicate } from "../errors.ts";
import type { OpDefinition } from "./define.ts";

/** Finds the definition of an operator. */
export interface OpRegistry {
  readonly definitions: readonly OpDefinition[];
  find(domain: string, type: string): OpDefinition | undefined;
}

/**
 * A registry of the definitions.
 * @throws CORE_OPERATOR_DUPLICATE when two define the same operator.
 */
export function opRegistry(definitions: readonly OpDefinition[]): OpRegistry {
  const byKey = new Map<string, OpDefinition>();
  for (const definition of definitions) {
    const key = keyOf(definition.domain, definition.type);
    if (byKey.has(key)) throw operatorDuplicate(definition.domain, definition.type);
    byKey.set(key, definition);
  }
  return { definitions, find: (domain, type) => byKey.get(keyOf(domain, type)) };
}

function keyOf(domain: string, type: string): string {
  return `${domain}:${type}`;
}
