// What outputs need, in the order of the data. Loops of TensorFlow 1 close through NextIteration into a Merge: that
// one edge does not count for the order, so that it is total.

import { inputMissing } from "../errors.ts";
import { cycle } from "../read/errors.ts";
import { nodeOfReference, type DraftNode } from "./draft.ts";

/** Where nodes are found by name, and which tensors come from outside. */
export interface Surroundings {
  readonly nodes: ReadonlyMap<string, DraftNode>;
  /** Inputs and arguments: their makers are not needed. */
  readonly given: ReadonlySet<string>;
}

/**
 * The nodes that the outputs need, each behind what it reads.
 * @throws TENSORFLOW_INPUT_MISSING, TENSORFLOW_CYCLE
 */
export function neededNodes(outputs: readonly string[], around: Surroundings): readonly DraftNode[] {
  const needed = reachable(outputs, around);
  const order: DraftNode[] = [];
  const state = new Map<DraftNode, "open" | "done">();
  for (const node of around.nodes.values()) if (needed.has(node)) visit(node, around, state, order);
  return order;
}

function reachable(outputs: readonly string[], around: Surroundings): ReadonlySet<DraftNode> {
  const found = new Set<DraftNode>();
  const open = outputs.flatMap((output) => makerOf(output, output, around) ?? []);
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (found.has(node)) continue;
    found.add(node);
    for (const input of node.inputs) open.push(...makerOf(input, node.name, around));
    open.push(...guardsOf(node, around));
  }
  return found;
}

/** None where the tensor comes from outside. */
function makerOf(reference: string, reader: string, { nodes, given }: Surroundings): readonly DraftNode[] {
  if (given.has(reference)) return [];
  const node = nodes.get(nodeOfReference(reference));
  if (node === undefined) throw inputMissing({ node: reader, input: reference });
  return [node];
}

/** Nodes that a constant waits for: they tell whether it is alive. */
function guardsOf({ control }: DraftNode, { nodes }: Surroundings): readonly DraftNode[] {
  return control.flatMap((name) => nodes.get(name) ?? []);
}

/** Depth first, with a stack of its own: chains of nodes are longer than the call stack. */
function visit(
  root: DraftNode,
  around: Surroundings,
  state: Map<DraftNode, "open" | "done">,
  order: DraftNode[],
): void {
  const stack: { readonly node: DraftNode; readonly before: DraftNode[] }[] = [];
  const enter = (node: DraftNode): void => {
    state.set(node, "open");
    stack.push({ node, before: orderedInputs(node, around) });
  };
  if (!state.has(root)) enter(root);
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const next = top.before.pop();
    if (next === undefined) {
      state.set(top.node, "done");
      order.push(top.node);
      stack.pop();
    } else if (state.get(next) === "open") throw cycle({ node: next.name });
    else if (!state.has(next)) enter(next);
  }
}

/** The nodes a node waits for, last first. */
function orderedInputs(node: DraftNode, around: Surroundings): DraftNode[] {
  const data = node.inputs.flatMap((input) => makerOf(input, node.name, around)).reverse();
  const inputs = [...data, ...guardsOf(node, around)];
  return isMerge(node) ? inputs.filter(({ op }) => op !== "NextIteration" && op !== "RefNextIteration") : inputs;
}

function isMerge({ op }: DraftNode): boolean {
  return op === "Merge" || op === "RefMerge";
}
