// A region: values around Transposes, each of which can be had in two orders of axes, and the nodes between them that
// work in either. It grows from one Transpose, through every node that has a rule, until nodes that have none.

import { inverseOf } from "../../graph/origin.ts";
import type { Node } from "../../graph/graph.ts";
import type { DraftLevel } from "../levels.ts";
import { isIdentity, isPermutation, isSame, type Permutation } from "./permutation.ts";
import { rankOf, type Anchor, type Movable } from "./rule.ts";
import { layoutRules } from "./rules.ts";

/** The two orders of a region: that before the Transpose it grew from, and that behind it. */
export type Form = 0 | 1;

/** A value of a region. */
export interface Placed {
  /** The order that it has. */
  readonly form: Form;
  /** How it gets into the other order. */
  readonly move: Permutation;
}

/** A node of a region that can work in both orders. */
export interface Mover extends Movable {
  /** The order that it works in. */
  readonly form: Form;
}

export interface Region {
  readonly values: ReadonlyMap<string, Placed>;
  readonly movers: ReadonlyMap<Node, Mover>;
  /** Transposes between the two forms of a value. */
  readonly matched: ReadonlySet<Node>;
}

/** The permutation of a Transpose. */
export function permutationOf(node: Node, level: DraftLevel): Permutation | undefined {
  const perm = node.attributes["perm"];
  if (perm?.kind === "ints") return isPermutation(perm.value) ? perm.value : undefined;
  const rank = rankOf(node.inputs[0]!, level);
  return rank === undefined ? undefined : [...Array(rank).keys()].reverse();
}

export function isTranspose(node: Node | undefined): boolean {
  return node?.op === "Transpose" && node.domain === "";
}

/** Whether a node turns values between any two orders: a Transpose of as many axes as the values of the region have. */
export function isFree(node: Node | undefined, values: Region["values"], level: DraftLevel): boolean {
  if (node === undefined || !isTranspose(node)) return false;
  const rank = permutationOf(node, level)?.length;
  const ports = [node.inputs[0]!, node.outputs[0]!].flatMap((name) => values.get(name) ?? []);
  return rank !== undefined && ports.every(({ move }) => move.length === rank);
}

/** The region around a Transpose. Those of `strange` are taken for operators like others. */
export function growRegion(seed: Node, level: DraftLevel, strange: ReadonlySet<Node>): Region | undefined {
  const permutation = permutationOf(seed, level);
  if (permutation === undefined || isIdentity(permutation) || strange.has(seed)) return undefined;
  const growth = new Growth(level, strange);
  growth.start(seed, permutation);
  return growth;
}

class Growth implements Region {
  readonly values = new Map<string, Placed>();
  readonly movers = new Map<Node, Mover>();
  readonly matched = new Set<Node>();
  readonly #level: DraftLevel;
  readonly #strange: ReadonlySet<Node>;
  readonly #open: string[] = [];

  constructor(level: DraftLevel, strange: ReadonlySet<Node>) {
    this.#level = level;
    this.#strange = strange;
  }

  start(seed: Node, permutation: Permutation): void {
    this.#place(seed.inputs[0]!, { form: 0, move: permutation });
    for (let name = this.#open.pop(); name !== undefined; name = this.#open.pop()) {
      const maker = this.#level.draft.producer(name);
      if (maker) this.#visit(maker, name, "output");
      for (const reader of this.#level.draft.consumers(name)) this.#visit(reader, name, "input");
    }
  }

  #visit(node: Node, name: string, side: Anchor["side"]): void {
    if (this.movers.has(node) || this.matched.has(node) || node.domain !== "") return;
    if (node.op === "Transpose") this.#match(node, name, side);
    else this.#move(node, name, side);
  }

  /** A Transpose of just the permutation between the two forms gives the other form; any other one is left to itself. */
  #match(node: Node, name: string, side: Anchor["side"]): void {
    const permutation = this.#strange.has(node) ? undefined : permutationOf(node, this.#level);
    const { form, move } = this.values.get(name)!;
    if (!permutation || !isSame(side === "input" ? permutation : inverseOf(permutation), move)) return;
    const other: Placed = { form: form === 0 ? 1 : 0, move: inverseOf(move) };
    const found = side === "input" ? node.outputs[0]! : node.inputs[0]!;
    if (!this.#agrees(found, other)) return;
    this.matched.add(node);
    this.#place(found, other);
  }

  #move(node: Node, name: string, side: Anchor["side"]): void {
    const { form, move } = this.values.get(name)!;
    const index = (side === "input" ? node.inputs : node.outputs).indexOf(name);
    const movable = layoutRules.get(node.op)?.(node, { side, index, move }, this.#level);
    if (!movable) return;
    const ports = [...portsOf(node.inputs, movable.inputs), ...portsOf(node.outputs, movable.outputs)];
    const wanted = ports.map(([port, change]) => [port, { form, move: change }] as const);
    if (!wanted.every(([port, placed]) => this.#agrees(port, placed)) || !areOne(wanted)) return;
    this.movers.set(node, { ...movable, form });
    for (const [port, placed] of wanted) this.#place(port, placed);
  }

  #agrees(name: string, { form, move }: Placed): boolean {
    const known = this.values.get(name);
    return known === undefined || (known.form === form && isSame(known.move, move));
  }

  #place(name: string, placed: Placed): void {
    if (this.values.has(name)) return;
    this.values.set(name, placed);
    this.#open.push(name);
  }
}

function portsOf(
  names: readonly string[],
  moves: readonly (Permutation | undefined)[],
): readonly (readonly [string, Permutation])[] {
  return names.flatMap((name, i) => (name !== "" && moves[i] ? [[name, moves[i]] as const] : []));
}

/** Whether a value that a node meets twice changes the same way in both places. */
function areOne(wanted: readonly (readonly [string, Placed])[]): boolean {
  const first = new Map<string, Placed>();
  return wanted.every(([name, placed]) => {
    const known = first.get(name) ?? placed;
    first.set(name, known);
    return isSame(known.move, placed.move);
  });
}
