// Names across graph levels: what a body captures from outside, and renaming those captures.

import { subgraphsOf, type Attribute, type Node, type Subgraph } from "./graph.ts";

const captured = new WeakMap<Subgraph, ReadonlySet<string>>();

/** Names that a body uses from the graphs around it. */
export function capturesOf(body: Subgraph): ReadonlySet<string> {
  const known = captured.get(body);
  if (known) return known;
  const own = new Set<string>([...body.inputs.map(({ name }) => name), ...body.weights.keys()]);
  const free = new Set<string>();
  for (const node of body.nodes) for (const name of node.outputs) own.add(name);
  for (const node of body.nodes) for (const name of usesOf(node)) if (!own.has(name)) free.add(name);
  for (const { name } of body.outputs) if (!own.has(name)) free.add(name);
  captured.set(body, free);
  return free;
}

/** Every name a node reads: its inputs and what its bodies capture. */
export function usesOf(node: Node): readonly string[] {
  const inputs = node.inputs.includes("") ? node.inputs.filter((name) => name !== "") : node.inputs;
  if (!hasBodies(node)) return inputs;
  return [...new Set([...inputs, ...subgraphsOf(node).flatMap(({ graph }) => [...capturesOf(graph)])])];
}

/** Whether the node has a graph among its attributes. */
export function hasBodies(node: Node): boolean {
  for (const name in node.attributes) {
    const kind = node.attributes[name]!.kind;
    if (kind === "graph" || kind === "graphs") return true;
  }
  return false;
}

const before = new WeakMap<Subgraph, Subgraph>();

/** The body that has become this one by renaming what it captures: its own values are the same. */
export function beforeRenaming(body: Subgraph): Subgraph | undefined {
  return before.get(body);
}

/** The node with every use of a name replaced, in its inputs and inside its bodies. Outputs keep their names. */
export function renameUses(node: Node, names: ReadonlyMap<string, string>): Node {
  const inputs = node.inputs.map((name) => names.get(name) ?? name);
  return { ...mapBodies(node, (body) => renameCaptures(body, names)), inputs };
}

/** The node with each of its bodies replaced by `change(body)`; the same node when none changed. */
export function mapBodies(node: Node, change: (body: Subgraph) => Subgraph): Node {
  if (!hasBodies(node)) return node;
  let changed = false;
  const swap = (body: Subgraph): Subgraph => {
    const next = change(body);
    changed ||= next !== body;
    return next;
  };
  const attributes: Record<string, Attribute> = {};
  for (const [key, value] of Object.entries(node.attributes)) {
    if (value.kind === "graph") attributes[key] = { kind: "graph", value: swap(value.value) };
    else if (value.kind === "graphs") attributes[key] = { kind: "graphs", value: value.value.map(swap) };
    else attributes[key] = value;
  }
  return changed ? { ...node, attributes } : node;
}

function renameCaptures(body: Subgraph, names: ReadonlyMap<string, string>): Subgraph {
  const free = capturesOf(body);
  const relevant = new Map([...names].filter(([from]) => free.has(from)));
  if (relevant.size === 0) return body;
  const renamed: Subgraph = {
    ...body,
    nodes: body.nodes.map((node) =>
      usesOf(node).some((name) => relevant.has(name)) ? renameUses(node, relevant) : node,
    ),
    outputs: body.outputs.map((value) => ({ ...value, name: relevant.get(value.name) ?? value.name })),
  };
  before.set(renamed, body);
  return renamed;
}

/** All names that a graph and its bodies define or use. */
export function allNames(graph: Subgraph, into: Set<string> = new Set()): Set<string> {
  for (const { name } of graph.inputs) into.add(name);
  for (const { name } of graph.outputs) into.add(name);
  for (const name of graph.weights.keys()) into.add(name);
  for (const node of graph.nodes) {
    for (const name of node.inputs) into.add(name);
    for (const name of node.outputs) into.add(name);
    for (const { graph: body } of subgraphsOf(node)) allNames(body, into);
  }
  return into;
}
