// What inference knows of each level of a graph. Passes keep every value what it is, so the facts stay true for all
// names that survive: a chain of passes infers once, and each pass hands the facts on.

import { subgraphsOf, type Graph, type Subgraph } from "../graph/graph.ts";
import { beforeRenaming } from "../graph/names.ts";
import { inferTypes, type Inference } from "../infer/infer.ts";
import type { Fact } from "../ops/define.ts";

export type Facts = ReadonlyMap<string, Fact>;

const nothing: Facts = new Map();
const known = new WeakMap<Subgraph, Facts>();

/** Facts by name of one level of a graph, inferred when they are first asked for. */
export function factsOf(level: Subgraph, whole: Graph): Facts {
  if (!known.has(whole)) infer(whole);
  return knownOf(level) ?? nothing;
}

/** What is known of a body stays true when only what it captures is renamed. */
function knownOf(level: Subgraph): Facts | undefined {
  for (let at: Subgraph | undefined = level; at !== undefined; at = beforeRenaming(at)) {
    const facts = known.get(at);
    if (facts) return facts;
  }
  return undefined;
}

/** A level that a pass has changed: what became of it, and what is known of the values that are new. */
export type LevelChange = readonly [before: Subgraph, after: Subgraph, learned?: Facts];

/** Levels that a pass has changed: the facts of the old ones hold for the new ones. */
export function handOn(changes: Iterable<LevelChange>): void {
  for (const [before, after, learned = nothing] of changes) {
    const facts = knownOf(before);
    if (!facts || known.has(after)) continue;
    // Facts of the old level are left alone: another pass may start from it and give the new names to other values.
    known.set(after, learned.size === 0 ? facts : new Map([...facts, ...learned]));
  }
}

/** A weight that an input may override counts as that input. */
function infer(graph: Graph): void {
  const inputs = new Set(graph.inputs.map(({ name }) => name));
  const weights = new Map([...graph.weights].filter(([name]) => !inputs.has(name)));
  remember(graph, inferTypes(weights.size === graph.weights.size ? graph : { ...graph, weights }));
}

/** Takes in what was inferred of a graph, so that no pass infers it again. */
export function remember(graph: Graph, inference: Inference): void {
  known.set(graph, inference.types);
  const open = bodiesOf(graph);
  for (let body = open.pop(); body; body = open.pop()) {
    known.set(body, inference.of(body)?.types ?? nothing);
    open.push(...bodiesOf(body));
  }
}

function bodiesOf({ nodes }: Subgraph): Subgraph[] {
  return nodes.flatMap((node) => subgraphsOf(node).map(({ graph }) => graph));
}
