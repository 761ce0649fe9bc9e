// Carries a choice out: nodes are brought into their order, and each family of values gets the one Transpose it needs.

import { inverseOf } from "../../graph/origin.ts";
import { attribute, nodeOf, type Node } from "../../graph/graph.ts";
import { renameUses, usesOf } from "../../graph/names.ts";
import type { DraftLevel } from "../levels.ts";
import type { Choice, End, Family } from "./choose.ts";
import { composed, permuted, type Permutation } from "./permutation.ts";
import { isFree, permutationOf, type Form, type Mover, type Region } from "./region.ts";

/** A family with the order in which it is made, and its names in both orders. */
interface Settled {
  readonly family: Family;
  readonly made: Form;
  readonly names: readonly [string, string];
  readonly needed: ReadonlySet<Form>;
}

/** Transposes to names that the choice could not keep: two outputs of one order, or an input of the graph. */
export function namesakes(region: Region, families: readonly Family[], level: DraftLevel): readonly Node[] {
  return families.flatMap(({ root, members }) => {
    const taken = new Set<Form>();
    // Only a node's output can be given another name.
    if (!level.draft.producer(root) || level.draft.isOutput(root)) taken.add(region.values.get(root)!.form);
    return members.flatMap((name) => {
      const { form } = region.values.get(name)!;
      if (name === root || !level.draft.isOutput(name)) return [];
      if (taken.has(form)) return [level.draft.producer(name)!];
      taken.add(form);
      return [];
    });
  });
}

/** Brings the region into the chosen order. */
export function applyChoice(region: Region, families: readonly Family[], choice: Choice, level: DraftLevel): void {
  new Change(region, families, choice, level).run();
}

class Change {
  readonly #region: Region;
  readonly #choice: Choice;
  readonly #level: DraftLevel;
  readonly #families: readonly Settled[];
  readonly #familyOf = new Map<string, Settled>();

  constructor(region: Region, families: readonly Family[], choice: Choice, level: DraftLevel) {
    this.#region = region;
    this.#choice = choice;
    this.#level = level;
    this.#families = families.map((family) => this.#settle(family));
    for (const settled of this.#families) for (const name of settled.family.members) this.#familyOf.set(name, settled);
  }

  run(): void {
    const { draft } = this.#level;
    const touched = this.#touched();
    const old = new Map(this.#families.map((settled) => [settled, this.#oldTranspose(settled)]));
    for (const node of touched) draft.replace(node, this.#changed(node));
    for (const node of this.#region.matched) draft.remove(node);
    for (const settled of this.#families) this.#addTranspose(settled, old.get(settled));
  }

  #formOf(end: End): Form {
    return typeof end === "number" ? end : this.#choice(end);
  }

  #settle(family: Family): Settled {
    const made = this.#formOf(family.maker);
    const needed = new Set(family.readers.map((reader) => this.#formOf(reader)));
    return { family, made, needed, names: [this.#nameOf(family, 0), this.#nameOf(family, 1)] };
  }

  /** A name that somebody outside relies on, or the name of the root, or that of a Transpose, or a new one. */
  #nameOf({ root, members }: Family, form: Form): string {
    const { draft } = this.#level;
    const own = members.filter((name) => this.#region.values.get(name)!.form === form);
    const name = own.find((member) => draft.isOutput(member)) ?? (own.includes(root) ? root : own[0]);
    return name ?? this.#newName(root);
  }

  /** A name for the root in its other order. */
  #newName(root: string): string {
    const { draft, fact, learn } = this.#level;
    const name = draft.fresh(`${root}_moved`);
    const known = fact(root);
    const shape = known?.shape && permuted(known.shape, this.#region.values.get(root)!.move);
    if (shape) learn(name, { kind: "tensor", ...(known.dtype && { dtype: known.dtype }), shape });
    return name;
  }

  #touched(): ReadonlySet<Node> {
    const { draft } = this.#level;
    const touched = new Set<Node>();
    for (const name of this.#region.values.keys()) {
      const maker = draft.producer(name);
      for (const node of maker ? [maker, ...draft.consumers(name)] : draft.consumers(name))
        if (!this.#region.matched.has(node)) touched.add(node);
    }
    return touched;
  }

  /** The name of a value in the order that is wanted. */
  #named(name: string, form: Form): string {
    return this.#familyOf.get(name)?.names[form] ?? name;
  }

  #changed(node: Node): Node {
    const mover = this.#region.movers.get(node);
    if (isFree(node, this.#region.values, this.#level)) return this.#changedTranspose(node);
    return mover ? this.#changedMover(node, mover) : this.#renamed(node);
  }

  /** A node without a choice meets every value in the order it always had. */
  #renamed(node: Node): Node {
    const names = new Map<string, string>();
    for (const name of [...usesOf(node), ...node.outputs]) {
      const placed = this.#region.values.get(name);
      if (placed) names.set(name, this.#named(name, placed.form));
    }
    return { ...renameUses(node, names), outputs: node.outputs.map((name) => names.get(name) ?? name) };
  }

  #changedMover(node: Node, mover: Mover): Node {
    const form = this.#choice(node);
    const moved = form === mover.form ? node : mover.moved(this.#level);
    const rename = (moves: Mover["inputs"]) => (name: string, i: number) => {
      const placed = this.#region.values.get(name);
      return placed ? this.#named(name, moves[i] ? form : placed.form) : name;
    };
    return {
      ...moved,
      inputs: moved.inputs.map(rename(mover.inputs)),
      outputs: moved.outputs.map(rename(mover.outputs)),
    };
  }

  /** A Transpose of another permutation: it starts from the order that is made, and ends in the one that is chosen. */
  #changedTranspose(node: Node): Node {
    const [input, output] = [node.inputs[0]!, node.outputs[0]!];
    let permutation = permutationOf(node, this.#level)!;
    const source = this.#familyOf.get(input);
    const target = this.#familyOf.get(output);
    const from = source?.made ?? 0;
    if (source && from !== this.#region.values.get(input)!.form)
      permutation = composed(inverseOf(this.#region.values.get(input)!.move), permutation);
    const to = target && this.#choice(node);
    if (target && to !== this.#region.values.get(output)!.form)
      permutation = composed(permutation, this.#region.values.get(output)!.move);
    return {
      ...node,
      inputs: [this.#named(input, from)],
      outputs: [target ? target.names[to!] : output],
      attributes: { ...node.attributes, perm: attribute.ints(permutation) },
    };
  }

  #oldTranspose({ family }: Settled): Node | undefined {
    const other = family.members.find((name) => name !== family.root);
    return other === undefined ? undefined : this.#level.draft.producer(other);
  }

  #addTranspose({ family, made, needed, names }: Settled, old: Node | undefined): void {
    const other: Form = made === 0 ? 1 : 0;
    if (!needed.has(other)) return;
    const { draft } = this.#level;
    const node = transposeNode(
      old?.name ?? `${family.root}_transposed`,
      names[made],
      names[other],
      this.#moveFrom(family, made),
    );
    const maker = draft.producer(names[made]);
    if (maker) draft.insertAfter(maker, node);
    else draft.prepend(node);
  }

  #moveFrom({ root }: Family, made: Form): Permutation {
    const { form, move } = this.#region.values.get(root)!;
    return form === made ? move : inverseOf(move);
  }
}

function transposeNode(name: string, from: string, to: string, permutation: Permutation): Node {
  return nodeOf("Transpose", name, [from], [to], { perm: attribute.ints(permutation) });
}
