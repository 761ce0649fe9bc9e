// Nodes whose result is known become weights. Two kinds: rearrangements of weights (lazily, with their origin kept),
// and small results that inference knows, such as shape arithmetic. Nothing here makes the model larger.

import type { GraphDraft } from "../graph/edit.ts";
import type { Graph, Node, Weight } from "../graph/graph.ts";
import { dropped } from "../graph/origin.ts";
import type { TensorFact } from "../ops/define.ts";
import { sourceOf, type TensorSource } from "../tensor/source.ts";
import { tensorFromNumbers } from "../tensor/tensor.ts";
import { currentNodes, editLevels, type DraftLevel } from "./levels.ts";
import { isNumeric } from "./constants.ts";
import { rearranged } from "./rearrange.ts";
import type { Pass } from "./pass.ts";

/** A folded result may always be this large, even where nothing becomes free for it. */
const SMALL_BYTES = 1024;
/** Rearranged weights up to this size are computed at once, larger ones when they are read. */
const EAGER_BYTES = 1 << 16;

/** Folds nodes with known results; a weight that others read as well is not copied for it. */
export const foldConstants: Pass = foldingPass("foldConstants", false);

/**
 * Folds nodes with known results, also when a shared weight is copied for it: then each reader has a weight of its own
 * that can be quantized its own way (an embedding tied to the last layer by a Transpose).
 */
export const foldConstantsWithCopies: Pass = foldingPass("foldConstantsWithCopies", true);

function foldingPass(name: string, copyShared: boolean): Pass {
  return { name, run: (graph: Graph) => editLevels(graph, (level) => foldLevel(level, copyShared)) };
}

function foldLevel(level: DraftLevel, copyShared: boolean): void {
  const { draft } = level;
  for (const node of currentNodes(draft)) {
    if (node.domain !== "" || node.op === "Constant" || node.outputs.some((name) => draft.isOutput(name))) continue;
    const weights = resultsOf(node, level);
    if (weights && isSmallEnough(node, weights, level, copyShared)) swap(draft, node, weights);
  }
}

/** The weights that stand for the outputs, or undefined when one of those in use is not known. */
function resultsOf(node: Node, level: DraftLevel): ReadonlyMap<string, Weight> | undefined {
  const moved = rearranged(node, level);
  if (moved) return new Map([[node.outputs[0]!, moved]]);
  const weights = new Map<string, Weight>();
  for (const name of node.outputs) {
    if (name === "" || level.draft.consumers(name).length === 0) continue;
    const source = knownSource(level.fact(name));
    if (!source) return undefined;
    weights.set(name, { source, origin: dropped(`it is computed by ${node.op} "${node.name}"`) });
  }
  return weights.size > 0 ? weights : undefined;
}

/** The tensor that inference knows all elements of. */
function knownSource(fact: TensorFact | undefined): TensorSource | undefined {
  const value = fact?.value;
  if (!value || !isNumeric(value.dtype)) return undefined;
  const numbers: number[] = [];
  for (let i = 0; i < value.data.length; i++) {
    const element = value.data[i];
    if (typeof element !== "number" || !isExactIn(value.dtype, element)) return undefined;
    numbers.push(element);
  }
  return sourceOf(tensorFromNumbers(value.dtype, value.shape, numbers));
}

/** 64-bit integers pass through doubles: beyond 2^53 only the ends of the range are what they seem. */
function isExactIn(dtype: string, element: number): boolean {
  return !dtype.endsWith("int64") || Number.isSafeInteger(element) || Math.abs(element) === 2 ** 63;
}

function isSmallEnough(
  node: Node,
  weights: ReadonlyMap<string, Weight>,
  level: DraftLevel,
  copyShared: boolean,
): boolean {
  const made = sum([...weights.values()].map(({ source }) => source.sizeBytes));
  const names = [...new Set(node.inputs)];
  const sizeOf = (name: string): number => level.constant(name)?.source.sizeBytes ?? 0;
  const freed = sum(names.filter((name) => isFreed(name, node, level.draft)).map(sizeOf));
  return made - freed <= SMALL_BYTES || (copyShared && made <= sum(names.map(sizeOf)));
}

function isFreed(name: string, node: Node, draft: GraphDraft): boolean {
  return draft.weight(name) !== undefined && draft.onlyConsumer(name) === node;
}

function swap(draft: GraphDraft, node: Node, weights: ReadonlyMap<string, Weight>): void {
  draft.remove(node);
  for (const [name, weight] of weights) draft.setWeight(name, { ...weight, source: settled(weight.source) });
}

function settled(source: TensorSource): TensorSource {
  return source.sizeBytes <= EAGER_BYTES ? sourceOf(source.tensor()) : source;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
