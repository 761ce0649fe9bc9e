// Who makes a tensor, and what a tensor needs, in topological order.

import { controlFlowUnstructured } from "../../errors.ts";
import type { TensorFlowNode } from "../../graphdef/graph.ts";

/** Nodes by their name. */
export type Makers = ReadonlyMap<string, TensorFlowNode>;

/** The name of the node in "node:index". */
export function nodeNameOf(tensor: string): string {
  return tensor.slice(0, tensor.lastIndexOf(":"));
}

/** The index in "node:index". */
export function indexOf(tensor: string): number {
  return Number(tensor.slice(tensor.lastIndexOf(":") + 1));
}

export function makersOf(nodes: readonly TensorFlowNode[]): Makers {
  return new Map(nodes.map((node) => [node.name, node]));
}

/**
 * Nodes that the tensors need, each after those it reads; tensors in `given`, and those that no node makes, need none.
 * @throws TENSORFLOW_CONTROL_FLOW when they form a cycle.
 */
export function neededFor(
  tensors: readonly string[],
  makers: Makers,
  given: ReadonlySet<string> = new Set(),
): readonly TensorFlowNode[] {
  const found = new Set<TensorFlowNode>();
  const open = new Set<TensorFlowNode>();
  // A node is met twice: before what it reads, and after.
  const stack: { readonly node: TensorFlowNode; readonly done: boolean }[] = [];
  const push = (tensor: string): void => {
    const node = given.has(tensor) ? undefined : makers.get(nodeNameOf(tensor));
    if (node !== undefined && !found.has(node)) stack.push({ node, done: false });
  };
  tensors.toReversed().forEach(push);
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { node, done } = top;
    if (done) {
      open.delete(node);
      found.add(node);
    } else if (!found.has(node)) {
      if (open.has(node)) throw controlFlowUnstructured({ node: node.name, why: "it needs its own result" });
      open.add(node);
      stack.push({ node, done: true });
      [...node.control.map((name) => `${name}:0`), ...node.inputs].toReversed().forEach(push);
    }
  }
  return [...found];
}

/** The tensor without the Identities on its way. */
export function throughIdentities(tensor: string, makers: Makers): string {
  const seen = new Set<string>();
  let at = tensor;
  for (let node = makers.get(nodeNameOf(at)); node?.op === "Identity"; node = makers.get(nodeNameOf(at))) {
    if (seen.has(at)) return tensor;
    seen.add(at);
    at = node.inputs[0] ?? at;
  }
  return at;
}

/** The node with other names for some of the tensors it reads. */
export function withInputs(node: TensorFlowNode, renamed: (tensor: string) => string): TensorFlowNode {
  const inputs = node.inputs.map(renamed);
  return inputs.every((input, i) => input === node.inputs[i]) ? node : { ...node, inputs };
}

/** A name, close to `wish`, that is not taken. */
export function freshName(wish: string, taken: ReadonlyMap<string, unknown>): string {
  let name = wish;
  for (let count = 1; taken.has(name); count++) name = `${wish}_${count}`;
  return name;
}
