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

/** Regions may overlap; beyond this many values for each node of a graph they do so by design. */
const MAX_VALUES = 64;

function moveOnLevel(level: DraftLevel): void {
  const done = new Set<Node>();
  const nodes = level.draft.nodes();
  let budget = MAX_VALUES * nodes.length;
  for (const node of nodes) {
    if (!isTranspose(node) || budget <= 0 || done.has(node) || !level.draft.has(node)) continue;
    budget -= settleRegion(node, level, done);
  }
}

/** Finds the region around a Transpose, and brings it into its best order. Gives the number of values looked at. */
function settleRegion(seed: Node, level: DraftLevel, done: Set<Node>): number {
  const strange = new Set<Node>();
  for (let looked = 0; ;) {
    const region = growRegion(seed, level, strange);
    if (!region) return looked;
    looked += region.values.size;
    const families = familiesOf(region, level);
    const unwanted = namesakes(region, families, level);
    for (const node of unwanted) strange.add(node);
    if (unwanted.length > 0) continue;
    for (const node of region.matched) done.add(node);
    const choice = choose(region, families, level);
    if (choice) applyChoice(region, families, choice, level);
    return looked;
  }
}
