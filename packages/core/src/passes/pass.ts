// Passes and how a list of them runs: each is (graph) => graph, pure, and gives the same object back when it has
// nothing to do. That object identity, not a count of nodes, tells when a list has come to rest.

import { TersorError } from "../errors.ts";
import type { Graph } from "../graph/graph.ts";
import { verify } from "../graph/verify.ts";

/** A change of a graph that keeps what it computes. */
export interface Pass {
  readonly name: string;
  /** The same object when nothing changed. The graph must be sound (`verify`). */
  run(graph: Graph): Graph;
}

/** How `runPasses` watches the passes. */
export interface RunPassesOptions {
  /** Verifies the graph before the first pass and after each that changed it. Default false. */
  readonly verify?: boolean;
  /** Called after each pass that changed the graph. */
  readonly onPass?: (event: { readonly pass: string; readonly before: Graph; readonly after: Graph }) => void;
}

/** Passes shrink graphs or settle; this many rounds means that two of them undo each other. */
const MAX_ROUNDS = 50;

/**
 * Runs the passes in order, again and again until none of them changes the graph.
 * @throws CORE_GRAPH_INVALID naming the pass (with `verify`); CORE_PASSES_RESTLESS when the list never comes to rest.
 */
export function runPasses(graph: Graph, passes: readonly Pass[], options: RunPassesOptions = {}): Graph {
  if (options.verify) verify(graph);
  const settled = new Map<Pass, Graph>();
  let current = graph;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const before = current;
    for (const pass of passes) if (settled.get(pass) !== current) current = runOne(current, pass, options, settled);
    if (current === before) return current;
  }
  throw restless(passes);
}

function runOne(graph: Graph, pass: Pass, options: RunPassesOptions, settled: Map<Pass, Graph>): Graph {
  const after = pass.run(graph);
  if (after === graph) {
    settled.set(pass, graph);
    return graph;
  }
  if (options.verify) verify(after, { pass: pass.name });
  options.onPass?.({ pass: pass.name, before: graph, after });
  return after;
}

function restless(passes: readonly Pass[]): TersorError<"CORE_PASSES_RESTLESS"> {
  const names = passes.map(({ name }) => name);
  const message = `The passes ${names.join(", ")} still change the graph after ${MAX_ROUNDS} rounds: two of them undo each other. Leave one out.`;
  return new TersorError("CORE_PASSES_RESTLESS", message, { passes: names });
}
