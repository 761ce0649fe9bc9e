// Operators that give their input back. Each rule says which input that is, and needs proof: from the attributes,
// from constants, or from inferred shapes and types; where there is none, the node stays.

import { sameDims } from "../graph/dim.ts";
import type { GraphDraft } from "../graph/edit.ts";
import type { Graph, Node } from "../graph/graph.ts";
import { dataTypeOf } from "../tensor/dtype.ts";
import { singleNumber, smallNumbers } from "./constants.ts";
import { currentNodes, editLevels, type DraftLevel } from "./levels.ts";
import type { Pass } from "./pass.ts";

/** The input that the node gives back as its first output, or undefined when it does something. */
type Rule = (node: Node, level: DraftLevel) => string | undefined;

/** Removes Identity and every node that provably gives an input back. */
export const removeNoOps: Pass = {
  name: "removeNoOps",
  run: (graph: Graph) => editLevels(graph, removeFrom),
};

function removeFrom(level: DraftLevel): void {
  for (const node of currentNodes(level.draft)) {
    const rule = node.domain === "" ? rules.get(node.op) : undefined;
    if (!rule || node.outputs.slice(1).some((name) => isRead(level.draft, name))) continue;
    const same = rule(node, level);
    if (same !== undefined) bypass(level.draft, node, same);
  }
}

function isRead(draft: GraphDraft, name: string): boolean {
  return name !== "" && (draft.isOutput(name) || draft.consumers(name).length > 0);
}

/**
 * Takes the node out of the way: its readers read `same`. An output of the graph keeps its name: the node that made
 * `same` makes it instead; where there is no such node on this level, the no-op stays.
 */
function bypass(draft: GraphDraft, node: Node, same: string): void {
  const name = node.outputs[0]!;
  if (!draft.isOutput(name)) {
    draft.redirect(name, same);
    draft.remove(node);
    return;
  }
  const maker = draft.producer(same);
  if (!maker || draft.isOutput(same)) return;
  draft.remove(node);
  draft.update(maker, { outputs: maker.outputs.map((output) => (output === same ? name : output)) });
  draft.redirect(same, name);
}

const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ["Identity", first],
  ["Dropout", dropout],
  ["Cast", (node, { fact }) => onlyIf(castsToOwnType(node, fact(node.inputs[0]!)?.dtype), node)],
  ["Transpose", transpose],
  ["Reshape", sameShape],
  ["Flatten", sameShape],
  ["Squeeze", sameShape],
  ["Unsqueeze", sameShape],
  ["Expand", sameShape],
  ["Tile", sameShape],
  ["Slice", slice],
  ["Pad", pad],
  ["Concat", onlyInput],
  ["Sum", onlyInput],
  ["Mean", onlyInput],
  ["Max", onlyInput],
  ["Min", onlyInput],
  ["Add", (node, level) => neutral(node, level, 0, "either side")],
  ["Sub", (node, level) => neutral(node, level, 0, "right side")],
  ["Mul", (node, level) => neutral(node, level, 1, "either side")],
  ["Div", (node, level) => neutral(node, level, 1, "right side")],
  ["Pow", (node, level) => neutral(node, level, 1, "right side")],
]);

function first(node: Node): string | undefined {
  return node.inputs[0];
}

function onlyIf(holds: boolean, node: Node): string | undefined {
  return holds ? node.inputs[0] : undefined;
}

function onlyInput(node: Node): string | undefined {
  return onlyIf(node.inputs.length === 1, node);
}

/** Dropout without training: always before operator set 12, later unless its third input says otherwise. */
function dropout(node: Node, { constant }: DraftLevel): string | undefined {
  const training = node.inputs[2] ?? "";
  if (training === "") return node.inputs[0];
  return onlyIf(singleNumber(constant(training)?.source) === 0, node);
}

function castsToOwnType(node: Node, dtype: string | undefined): boolean {
  const to = node.attributes["to"];
  return dtype !== undefined && to?.kind === "int" && dataTypeOf(to.value) === dtype;
}

function transpose(node: Node, { fact }: DraftLevel): string | undefined {
  const perm = node.attributes["perm"];
  if (perm?.kind === "ints")
    return onlyIf(
      perm.value.every((axis, index) => axis === index),
      node,
    );
  const rank = fact(node.inputs[0]!)?.shape?.length;
  return onlyIf(rank !== undefined && rank <= 1, node);
}

/** For operators that never reorder elements: the same shape means the same tensor. */
function sameShape(node: Node, { fact }: DraftLevel): string | undefined {
  const before = fact(node.inputs[0]!)?.shape;
  const after = fact(node.outputs[0]!)?.shape;
  return onlyIf(before !== undefined && after !== undefined && sameDims(before, after), node);
}

/** Taking everything is taking it in order, unless a step goes backwards. */
function slice(node: Node, level: DraftLevel): string | undefined {
  const steps = node.inputs[4] ?? "";
  const forward = steps === "" || (constantNumbers(level, steps)?.every((step) => step > 0) ?? false);
  return forward ? sameShape(node, level) : undefined;
}

function pad(node: Node, level: DraftLevel): string | undefined {
  const attribute = node.attributes["pads"];
  const pads = attribute?.kind === "ints" ? attribute.value : constantNumbers(level, node.inputs[1] ?? "");
  return onlyIf(pads?.every((count) => count === 0) ?? false, node);
}

/** One side is all zero or all one, and does not widen the shape of the other. */
function neutral(
  node: Node,
  level: DraftLevel,
  value: number,
  where: "either side" | "right side",
): string | undefined {
  const [left = "", right = ""] = node.inputs;
  if (isAll(level, right, value) && keepsShape(node, level, left, right)) return left;
  return where === "either side" && isAll(level, left, value) && keepsShape(node, level, right, left)
    ? right
    : undefined;
}

function isAll(level: DraftLevel, name: string, value: number): boolean {
  return constantNumbers(level, name)?.every((element) => element === value) ?? false;
}

function keepsShape(node: Node, { fact }: DraftLevel, kept: string, other: string): boolean {
  if (fact(other)?.shape?.length === 0 && fact(kept)?.dtype === fact(other)?.dtype) return true;
  const [before, after] = [fact(kept), fact(node.outputs[0]!)];
  if (before?.shape === undefined || after?.shape === undefined || before.dtype !== after.dtype) return false;
  return sameDims(before.shape, after.shape);
}

/** The elements of a small numeric constant; undefined for everything else, and for none at all. */
function constantNumbers({ constant }: DraftLevel, name: string): readonly number[] | undefined {
  const numbers = smallNumbers(constant(name)?.source);
  return numbers && numbers.length > 0 ? Array.from(numbers) : undefined;
}
