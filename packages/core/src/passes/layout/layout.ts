// The layout pass: the order of axes in which each operator works is chosen so that the graph has the fewest Transposes.
// TensorFlow keeps channels last, ONNX wants them first; a converted Conv stands between two Transposes, and operators
// that do not care about the order carry them from one Conv to the next until they meet and cancel.

import type { Graph, Node } from "../../graph/graph.ts";
import { editLevels, type DraftLevel } from "../levels.ts";
import type { Pass } from "../pass.ts";
import { applyChoice, namesakes } from "./apply.ts";
import { choose, familiesOf } from "./choose.ts";
import { growRegion, isTranspose } from "./region.ts";

/**
 * Moves, merges and cancels Transposes. It comes to rest: what it changes has fewer Transposes than before, or as many
 * and fewer operators with the channels last.
 */
export const moveTransposes: Pass = {
  name: "moveTransposes",
  run: (graph: Graph) => editLevels(graph, moveOnLevel),
};

function moveOnLevel(level: DraftLevel): void {
  const done = new Set<Node>();
  for (const node of level.draft.nodes()) {
    if (isTranspose(node) && level.draft.has(node) && !done.has(node)) settleRegion(node, level, done);
  }
}

/** Finds the region around a Transpose, and brings it into its best order. */
function settleRegion(seed: Node, level: DraftLevel, done: Set<Node>): void {
  const strange = new Set<Node>();
  for (;;) {
    const region = growRegion(seed, level, strange);
    if (!region) return;
    const families = familiesOf(region, level);
    const unwanted = namesakes(region, families, level);
    for (const node of unwanted) strange.add(node);
    if (unwanted.length > 0) continue;
    for (const node of region.matched) done.add(node);
    const choice = choose(region, families, level);
    if (choice) applyChoice(region, families, choice, level);
    return;
  }
}
