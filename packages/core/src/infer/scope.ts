// The names that a node sees: those of its own graph, then those of the graphs around it.
// Inside a local function nothing outside is seen, and references to its attributes are filled in.

import type { Attribute, Node, ValueType } from "../graph/graph.ts";
import type { Fact } from "../ops/define.ts";

export interface Scope {
  readonly facts: Map<string, Fact>;
  readonly parent: Scope | undefined;
  readonly opsets: ReadonlyMap<string, number>;
  /** Types that the file states for values in between; used only where the operator is unknown. */
  readonly stated: ReadonlyMap<string, ValueType>;
  /** Attributes of the call, inside a local function. */
  readonly attributes: Readonly<Record<string, Attribute>> | undefined;
  /** Leads to the scope, for names that have to differ between scopes. */
  readonly path: string;
  readonly depth: number;
}

/** What is known of a name; undefined for "" too. */
export function lookUp(name: string, scope: Scope): Fact | undefined {
  for (let at: Scope | undefined = scope; at !== undefined && name !== ""; at = at.parent) {
    const fact = at.facts.get(name);
    if (fact !== undefined) return fact;
  }
  return undefined;
}

/** The node with attributes of the call in place of its references to them. */
export function withCallAttributes(node: Node, scope: Scope): Node {
  const given = scope.attributes;
  if (given === undefined || !Object.values(node.attributes).some(({ kind }) => kind === "reference")) return node;
  const attributes: Record<string, Attribute> = {};
  for (const [name, value] of Object.entries(node.attributes)) {
    const resolved = value.kind === "reference" ? given[value.of] : value;
    if (resolved !== undefined) attributes[name] = resolved;
  }
  return { ...node, attributes };
}
