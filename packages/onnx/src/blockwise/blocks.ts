// A model cut into blocks of consecutive nodes, so that only the weights of one are in memory at a time. Cuts go where
// few values cross, which in networks of layers is between them.

import {
  inferTypes,
  usesOf,
  type Graph,
  type Inference,
  type Node,
  type Value,
  type ValueType,
  type Weight,
} from "@tersor/core";

/** One block of a model. */
export interface Block {
  readonly nodes: readonly Node[];
  /** Values it reads that come from the inputs of the model or from blocks before it. */
  readonly inputs: readonly string[];
  /** Values it makes that blocks after it, or the outputs of the model, read. */
  readonly outputs: readonly string[];
}

/** Bytes of the weights of a model, bodies not counted. */
export function weightBytes({ weights }: Graph): number {
  return [...weights.values()].reduce((sum, { source }) => sum + source.sizeBytes, 0);
}

/** Blocks whose weights take at most `mostBytes` each; a single node with more is a block of its own. */
export function blocksOf(graph: Graph, mostBytes: number): readonly Block[] {
  const crossing = crossingValues(graph);
  const blocks: Block[] = [];
  for (let start = 0; start < graph.nodes.length;) {
    const end = cutAfter(graph, start, mostBytes, crossing);
    blocks.push(blockOf(graph, start, end));
    start = end;
  }
  return blocks;
}

/** The block as a model, with more of its values as outputs. */
export function blockGraph(
  graph: Graph,
  { nodes, inputs, outputs }: Block,
  types: Inference,
  more: readonly string[] = [],
): Graph {
  const given = new Map(graph.inputs.map((input) => [input.name, input]));
  const used = new Set(nodes.flatMap(usesOf));
  const named = (name: string): Value => given.get(name) ?? { name, type: tensorType(types, name) };
  const made = [...new Set([...outputs, ...more])].map((name): Value => ({ name, type: { kind: "unknown" } }));
  const weights = new Map<string, Weight>([...graph.weights].filter(([name]) => used.has(name)));
  const { path: _, carrier: __, ...rest } = graph;
  return { ...rest, nodes, inputs: inputs.map(named), outputs: made, weights, types: new Map() };
}

function tensorType({ types }: Inference, name: string): ValueType {
  const fact = types.get(name);
  return fact?.kind === "tensor" && fact.dtype !== undefined
    ? { kind: "tensor", dtype: fact.dtype }
    : { kind: "unknown" };
}

/** How many values cross the cut before each node; infinite where one of them can't be fed: its type is not known, or no tensor. */
function crossingValues(graph: Graph): Float64Array {
  const { types } = inferTypes(graph);
  const isTensor = (name: string): boolean => {
    const fact = types.get(name);
    return fact?.kind === "tensor" && fact.dtype !== undefined;
  };
  const lastUse = new Map<string, number>();
  graph.nodes.forEach((node, i) => usesOf(node).forEach((name) => lastUse.set(name, i)));
  for (const { name } of graph.outputs) lastUse.set(name, graph.nodes.length);
  const change = new Float64Array(graph.nodes.length + 2);
  graph.nodes.forEach(({ outputs }, i) => {
    for (const name of outputs) {
      const last = lastUse.get(name);
      if (last === undefined || last === graph.nodes.length) continue;
      const weight = isTensor(name) ? 1 : 1e6;
      change[i + 1]! += weight;
      change[last + 1]! -= weight;
    }
  });
  for (let i = 1; i < change.length; i++) change[i]! += change[i - 1]!;
  return change;
}

/** The end of the block that starts here: within reach, the narrowest cut; the farthest of several. */
function cutAfter({ nodes, weights }: Graph, start: number, mostBytes: number, crossing: Float64Array): number {
  const seen = new Set<string>();
  let bytes = 0;
  let best = start + 1;
  for (let end = start; end < nodes.length; end++) {
    for (const name of usesOf(nodes[end]!)) {
      if (seen.has(name)) continue;
      seen.add(name);
      bytes += weights.get(name)?.source.sizeBytes ?? 0;
    }
    if (bytes > mostBytes && end > start) return best;
    // Half the reach is given up for a narrower cut, no more.
    if (bytes * 2 < mostBytes || crossing[end + 1]! <= crossing[best]!) best = end + 1;
  }
  return nodes.length;
}

function blockOf(graph: Graph, start: number, end: number): Block {
  const nodes = graph.nodes.slice(start, end);
  const made = new Set(nodes.flatMap(({ outputs }) => outputs));
  const read = new Set(nodes.flatMap(usesOf));
  const later = new Set(graph.nodes.slice(end).flatMap(usesOf));
  for (const { name } of graph.outputs) later.add(name);
  const fed = (name: string): boolean => !made.has(name) && !graph.weights.has(name);
  return {
    nodes,
    inputs: [...read].filter(fed),
    outputs: [...made].filter((name) => name !== "" && later.has(name)),
  };
}
