// Which node of a region works in which order: a minimum cut. Every value that is needed in the order its maker does not
// have costs one Transpose, however many read it; so the number of Transposes is the least there is.

import type { Node } from "../../graph/graph.ts";
import type { DraftLevel } from "../levels.ts";
import { NEVER, Network } from "./min-cut.ts";
import { isFree, type Form, type Region } from "./region.ts";
import { channelsFirst } from "./rules.ts";

/** What a Transpose costs, in the unit of `Movable.cost`. */
const TRANSPOSE = 8;

/** Who wants a value: a node that may choose, or one order for certain. */
export type End = Node | Form;

/** The values that are one tensor in its two orders. */
export interface Family {
  /** The one that is made; the others are made of it by Transposes. */
  readonly root: string;
  readonly members: readonly string[];
  readonly maker: End;
  readonly readers: readonly End[];
}

/** The order of every node that may choose. */
export type Choice = (node: Node) => Form;

export function familiesOf(region: Region, level: DraftLevel): readonly Family[] {
  const members = new Map<string, string[]>();
  for (const name of region.values.keys()) {
    const root = rootOf(name, region, level);
    const known = members.get(root);
    if (known) known.push(name);
    else members.set(root, [name]);
  }
  return Array.from(members, ([root, names]) => ({
    root,
    members: names,
    maker: makerOf(root, region, level),
    readers: names.flatMap((name) => readersOf(name, region, level)),
  }));
}

function rootOf(name: string, { matched }: Region, { draft }: DraftLevel): string {
  let root = name;
  for (let maker = draft.producer(root); maker && matched.has(maker); maker = draft.producer(root))
    root = maker.inputs[0]!;
  return root;
}

/** A Transpose that only makes the value can make it in either order. */
function makerOf(root: string, { values, movers }: Region, level: DraftLevel): End {
  const { draft } = level;
  const maker = draft.producer(root);
  const placed = values.get(root)!;
  const mayChoose = isFree(maker, values, level) || (maker && movers.get(maker)?.outputs[maker.outputs.indexOf(root)]);
  return maker && mayChoose ? maker : placed.form;
}

function readersOf(name: string, { values, movers, matched }: Region, level: DraftLevel): readonly End[] {
  const { draft } = level;
  const { form } = values.get(name)!;
  const readers: End[] = draft.isOutput(name) ? [form] : [];
  for (const node of draft.consumers(name)) {
    // A Transpose that is not of this family turns either order into what it has to give.
    if (matched.has(node) || isFree(node, values, level)) continue;
    const mover = movers.get(node);
    if (!mover) readers.push(form);
    else
      for (const [i, input] of node.inputs.entries()) if (input === name) readers.push(mover.inputs[i] ? node : form);
  }
  return readers;
}

/** The best choice, or undefined when it is no better than how things are. */
export function choose(region: Region, families: readonly Family[], level: DraftLevel): Choice | undefined {
  const preferred = preferredForm(region, level);
  const sinkForm = preferred ?? 1;
  const network = new Network();
  const ids = new Map<Node, number>();
  const at = (end: End): number => {
    if (typeof end === "number") return end === sinkForm ? network.sink : network.source;
    const id = ids.get(end) ?? network.node();
    ids.set(end, id);
    return id;
  };
  for (const { maker, readers } of families) connect(network, at(maker), [...new Set(readers.map(at))]);
  for (const [node, { form, cost = 0 }] of region.movers) {
    if (cost === 0) continue;
    if (form === sinkForm) network.edge(at(node), network.sink, cost);
    else network.edge(network.source, at(node), cost);
  }
  const { cost, atSource } = network.cut();
  const choice = (node: Node): Form => {
    const id = ids.get(node);
    const isSink = id !== undefined && !atSource(id);
    return isSink ? sinkForm : sinkForm === 1 ? 0 : 1;
  };
  const now = TRANSPOSE * region.matched.size;
  const changes = [...region.movers].some(([node, { form }]) => ids.has(node) && choice(node) !== form);
  return cost < now || (cost === now && preferred !== undefined && changes) ? choice : undefined;
}

/** One Transpose when any reader stands on the other side than the maker. */
function connect(network: Network, maker: number, readers: readonly number[]): void {
  const others = readers.filter((reader) => reader !== maker);
  if (others.length === 0) return;
  if (others.length === 1) {
    network.edge(maker, others[0]!, TRANSPOSE);
    network.edge(others[0]!, maker, TRANSPOSE);
    return;
  }
  const [forward, backward] = [network.node(), network.node()];
  network.edge(maker, forward, TRANSPOSE);
  network.edge(backward, maker, TRANSPOSE);
  for (const reader of others) {
    network.edge(forward, reader, NEVER);
    network.edge(reader, backward, NEVER);
  }
}

/** The order of the operators that want channels first, if all that touch the region agree. */
function preferredForm({ values }: Region, { draft }: DraftLevel): Form | undefined {
  const forms = new Set<Form>();
  for (const [name, { form }] of values) {
    const maker = draft.producer(name);
    const touches = (node: Node | undefined): boolean => node?.domain === "" && channelsFirst.has(node.op);
    if (touches(maker) || draft.consumers(name).some(touches)) forms.add(form);
  }
  return forms.size === 1 ? [...forms][0] : undefined;
}
