// Editing: a draft is changed step by step and finished into a new graph. The graph itself never changes,
// and a draft in which nothing was changed gives the same object back: that is how passes know they are done.

import { TersorError } from "../errors.ts";
import type { Graph, Node, Subgraph, Value, Weight } from "./graph.ts";
import { allNames, mapBodies, renameUses, usesOf } from "./names.ts";

const nothing: ReadonlySet<Node> = new Set();

/** Who makes and reads each value, and where each node stands. */
interface Links {
  readonly slots: Node[][];
  readonly slotOf: Map<Node, number>;
  readonly producers: Map<string, Node>;
  readonly consumers: Map<string, Set<Node>>;
}

/** A graph that is being changed. Nodes stay the immutable objects they are; the draft holds their order and links. */
export class GraphDraft {
  readonly #graph: Subgraph;
  /** Made when they are first asked for: most passes find nothing to do on most levels. */
  #links: Links | undefined;
  readonly #weights: Map<string, Weight>;
  readonly #opsets = new Map<string, number>();
  #outputs: readonly Value[];
  #outputNames: Set<string>;
  readonly #reserved: () => Iterable<string>;
  #names: Set<string> | undefined;
  #changed = false;

  /** `reserved` are names of the graphs around a body, which new names must not shadow. */
  constructor(graph: Subgraph, reserved: () => Iterable<string> = () => []) {
    this.#graph = graph;
    this.#reserved = reserved;
    this.#weights = new Map(graph.weights);
    this.#outputs = graph.outputs;
    this.#outputNames = new Set(graph.outputs.map(({ name }) => name));
  }

  /** The nodes as they stand, in order. */
  nodes(): readonly Node[] {
    return this.#links ? this.#links.slots.flat() : this.#graph.nodes;
  }

  /** A node of the graph as it stands: itself, the one that makes its outputs now, or undefined when it is gone. */
  current(node: Node): Node | undefined {
    if (!this.#links || this.has(node)) return node;
    return node.outputs.map((name) => this.producer(name)).find((made) => made !== undefined);
  }

  producer(name: string): Node | undefined {
    return this.#linked().producers.get(name);
  }

  /** Nodes that read the value, also from inside their bodies. */
  consumers(name: string): readonly Node[] {
    return [...(this.#linked().consumers.get(name) ?? nothing)];
  }

  has(node: Node): boolean {
    return this.#linked().slotOf.has(node);
  }

  isOutput(name: string): boolean {
    return this.#outputNames.has(name);
  }

  /** The one node that reads the value, when there is just one and the value is not an output. */
  onlyConsumer(name: string): Node | undefined {
    const readers = this.#linked().consumers.get(name);
    if (readers?.size !== 1 || this.isOutput(name)) return undefined;
    for (const reader of readers) return reader;
    return undefined;
  }

  weight(name: string): Weight | undefined {
    return this.#weights.get(name);
  }

  weights(): ReadonlyMap<string, Weight> {
    return this.#weights;
  }

  setWeight(name: string, weight: Weight): void {
    this.#weights.set(name, weight);
    this.#names?.add(name);
    this.#changed = true;
  }

  removeWeight(name: string): void {
    this.#changed = this.#weights.delete(name) || this.#changed;
  }

  /** Replaces a node by others that stand in its place; the first of them is returned. */
  replace(node: Node, ...others: readonly [Node, ...Node[]]): Node {
    const slot = this.#slotWithout(node);
    const nodes = this.#linked().slots[slot]!;
    nodes.splice(nodes.indexOf(node), 1, ...others);
    for (const other of others) this.#link(other, slot);
    return others[0];
  }

  /** Replaces a node by itself with some fields changed. */
  update(node: Node, changes: Partial<Node>): Node {
    return this.replace(node, { ...node, ...changes });
  }

  remove(node: Node): void {
    const nodes = this.#linked().slots[this.#slotWithout(node)]!;
    nodes.splice(nodes.indexOf(node), 1);
  }

  insertBefore(anchor: Node, ...nodes: readonly Node[]): void {
    this.#insert(anchor, nodes, 0);
  }

  insertAfter(anchor: Node, ...nodes: readonly Node[]): void {
    this.#insert(anchor, nodes, 1);
  }

  /** Puts nodes at the very front. */
  prepend(...nodes: readonly Node[]): void {
    const { slots } = this.#linked();
    if (slots.length === 0) slots.push([]);
    slots[0]!.unshift(...nodes);
    for (const node of nodes) this.#link(node, 0);
    this.#changed = true;
  }

  /** Makes every reader of `from` read `to` instead, in bodies too. Outputs of the graph keep their names. */
  redirect(from: string, to: string, only: (reader: Node) => boolean = () => true): void {
    const names = new Map([[from, to]]);
    for (const reader of this.consumers(from)) if (only(reader)) this.replace(reader, renameUses(reader, names));
  }

  /** A name that nothing has yet, close to `wish`. */
  fresh(wish: string): string {
    this.#names ??= allNames(this.#graph, new Set(this.#reserved()));
    let name = wish;
    for (let count = 1; this.#names.has(name); count++) name = `${wish}_${count}`;
    this.#names.add(name);
    return name;
  }

  /** Raises the version of an operator set to at least `version`. Whole models only. */
  raiseOpset(domain: string, version: number): void {
    this.#opsets.set(domain, Math.max(version, this.#opsets.get(domain) ?? 0));
  }

  /** Replaces the graph's outputs. */
  setOutputs(outputs: readonly Value[]): void {
    this.#outputs = outputs;
    this.#outputNames = new Set(outputs.map(({ name }) => name));
    this.#changed = true;
  }

  /** The new graph; the old one when nothing changed. */
  finish<G extends Subgraph>(): G {
    const opsets = this.#raisedOpsets();
    if (!this.#changed && !opsets) return this.#graph as G;
    const nodes = sortNodes(this.nodes());
    const [types, weights] = [this.#untouchedTypes(nodes), this.#weights];
    return { ...(this.#graph as G), nodes, weights, types, outputs: this.#outputs, ...(opsets && { opsets }) };
  }

  /** What the file states of values whose nodes are still the same. */
  #untouchedTypes(nodes: readonly Node[]): Subgraph["types"] {
    if (this.#graph.types.size === 0) return this.#graph.types;
    const before = new Set(this.#graph.nodes);
    const untouched = new Set(nodes.filter((node) => before.has(node)).flatMap(({ outputs }) => outputs));
    return new Map([...this.#graph.types].filter(([name]) => untouched.has(name)));
  }

  #raisedOpsets(): ReadonlyMap<string, number> | undefined {
    const current = (this.#graph as Partial<Graph>).opsets ?? new Map<string, number>();
    const raised = [...this.#opsets].filter(([domain, version]) => (current.get(domain) ?? 0) < version);
    return raised.length === 0 ? undefined : new Map([...current, ...raised]);
  }

  #insert(anchor: Node, nodes: readonly Node[], offset: 0 | 1): void {
    const { slots, slotOf } = this.#linked();
    const slot = slotOf.get(anchor);
    if (slot === undefined) throw strange(anchor);
    slots[slot]!.splice(slots[slot]!.indexOf(anchor) + offset, 0, ...nodes);
    for (const node of nodes) this.#link(node, slot);
    this.#changed = true;
  }

  #linked(): Links {
    if (this.#links) return this.#links;
    const slots = this.#graph.nodes.map((node) => [node]);
    this.#links = { slots, slotOf: new Map(), producers: new Map(), consumers: new Map() };
    this.#graph.nodes.forEach((node, slot) => this.#link(node, slot));
    return this.#links;
  }

  #link(node: Node, slot: number): void {
    const { slotOf, producers, consumers } = this.#linked();
    slotOf.set(node, slot);
    for (const name of node.outputs) if (name !== "") producers.set(name, node);
    if (this.#names) for (const name of node.outputs) this.#names.add(name);
    for (const name of usesOf(node)) {
      const readers = consumers.get(name);
      if (readers) readers.add(node);
      else consumers.set(name, new Set([node]));
    }
  }

  /** Takes the node's links away; gives the slot that it still stands in. */
  #slotWithout(node: Node): number {
    const { slotOf, producers, consumers } = this.#linked();
    const slot = slotOf.get(node);
    if (slot === undefined) throw strange(node);
    slotOf.delete(node);
    for (const name of node.outputs) if (producers.get(name) === node) producers.delete(name);
    for (const name of usesOf(node)) consumers.get(name)?.delete(node);
    this.#changed = true;
    return slot;
  }
}

function strange(node: Node): TersorError {
  return new TersorError(
    "CORE_NODE_NOT_IN_DRAFT",
    `The node "${node.name}" (${node.op}) is not part of this draft (any more).`,
    {
      node: node.name,
    },
  );
}

/**
 * Changes a graph through a draft; the same object comes back when nothing changed.
 * `reserved` are names that new ones must differ from besides the graph's own.
 */
export function edit<G extends Subgraph>(
  graph: G,
  change: (draft: GraphDraft) => void,
  reserved?: () => Iterable<string>,
): G {
  const draft = new GraphDraft(graph, reserved);
  change(draft);
  return draft.finish<G>();
}

/** Applies `change` to every body of the graph, innermost first, and then to the graph itself. */
export function editEverywhere<G extends Subgraph>(graph: G, change: <S extends Subgraph>(level: S) => S): G {
  const within = (body: Subgraph): Subgraph => editEverywhere(body, change);
  let changed = false;
  const nodes = graph.nodes.map((node) => {
    const next = mapBodies(node, within);
    changed ||= next !== node;
    return next;
  });
  return change(changed ? { ...graph, nodes } : graph);
}

/**
 * Nodes in topological order, keeping the given order where it already is one.
 * A cycle is broken where it was entered; the verifier names its nodes.
 */
export function sortNodes(nodes: readonly Node[]): readonly Node[] {
  const producer = new Map<string, Node>();
  for (const node of nodes) for (const name of node.outputs) if (name !== "") producer.set(name, node);
  if (isSorted(nodes, producer)) return nodes;
  const done = new Set<Node>();
  const sorted: Node[] = [];
  for (const root of nodes) visitFrom(root, producer, done, sorted);
  return sorted;
}

function isSorted(nodes: readonly Node[], producer: ReadonlyMap<string, Node>): boolean {
  const made = new Set<Node>();
  for (const node of nodes) {
    for (const name of usesOf(node)) {
      const maker = producer.get(name);
      if (maker !== undefined && !made.has(maker)) return false;
    }
    made.add(node);
  }
  return true;
}

/** Depth-first with an explicit stack: graphs can be deeper than the call stack. */
function visitFrom(root: Node, producer: ReadonlyMap<string, Node>, done: Set<Node>, sorted: Node[]): void {
  if (done.has(root)) return;
  const open = new Set<Node>([root]);
  const stack: { node: Node; needs: Node[] }[] = [{ node: root, needs: needsOf(root, producer) }];
  while (stack.length > 0) {
    const top = stack.at(-1)!;
    const next = top.needs.pop();
    if (next === undefined) {
      stack.pop();
      done.add(top.node);
      sorted.push(top.node);
    } else if (!done.has(next) && !open.has(next)) {
      open.add(next);
      stack.push({ node: next, needs: needsOf(next, producer) });
    }
  }
}

function needsOf(node: Node, producer: ReadonlyMap<string, Node>): Node[] {
  return usesOf(node)
    .map((name) => producer.get(name))
    .filter((made): made is Node => made !== undefined)
    .reverse();
}
