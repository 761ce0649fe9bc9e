// A tree of Mul, Div by a constant, Neg and integer Pow as one product: number * a^i * b^j …
// Exporters associate factors in every order; as a product they all look the same.

import type { Node } from "../../graph/graph.ts";
import type { LevelView } from "./view.ts";

export interface Product {
  readonly factor: number;
  /** Exponent of each value that is not a product itself. */
  readonly powers: ReadonlyMap<string, number>;
  /** The nodes that were multiplied out. */
  readonly nodes: readonly Node[];
}

const MAX_NODES = 16;

/** Multiplies out what makes the value, as far as `isLeaf` and a bound of 16 nodes allow. */
export function productOf(name: string, level: LevelView, isLeaf: (name: string) => boolean = () => false): Product {
  let factor = 1;
  const powers = new Map<string, number>();
  const nodes: Node[] = [];
  const open: { readonly name: string; readonly exponent: number }[] = [{ name, exponent: 1 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { name: current, exponent } = next;
    const number = level.number(current);
    const parts =
      number === undefined && !isLeaf(current) && nodes.length < MAX_NODES ? partsOf(current, level) : undefined;
    if (number !== undefined) factor *= number ** exponent;
    else if (!parts) powers.set(current, (powers.get(current) ?? 0) + exponent);
    else {
      nodes.push(parts.node);
      factor *= parts.factor ** exponent;
      for (const part of parts.names) open.push({ name: part.name, exponent: exponent * part.exponent });
    }
  }
  return { factor, powers, nodes };
}

interface Parts {
  readonly node: Node;
  readonly factor: number;
  readonly names: readonly { readonly name: string; readonly exponent: number }[];
}

function partsOf(name: string, level: LevelView): Parts | undefined {
  const node = level.producerOf(name, "Mul", "Div", "Neg", "Pow");
  if (!node) return undefined;
  const [a = "", b = ""] = node.inputs;
  switch (node.op) {
    case "Mul":
      return { node, factor: 1, names: [a, b].map((part) => ({ name: part, exponent: 1 })) };
    case "Neg":
      return { node, factor: -1, names: [{ name: a, exponent: 1 }] };
    case "Div": {
      const divisor = level.number(b);
      return divisor === undefined ? undefined : { node, factor: 1 / divisor, names: [{ name: a, exponent: 1 }] };
    }
    default: {
      const exponent = level.number(b);
      const isPlain = exponent === 2 || exponent === 3;
      return isPlain ? { node, factor: 1, names: [{ name: a, exponent }] } : undefined;
    }
  }
}

/** Whether a product is one number times these values with these exponents. */
export function isProduct(product: Product, powers: Readonly<Record<string, number>>): boolean {
  const expected = Object.entries(powers);
  return (
    product.powers.size === expected.length && expected.every(([name, power]) => product.powers.get(name) === power)
  );
}
