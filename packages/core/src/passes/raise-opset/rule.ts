// What the rules that raise operators share: reading attributes of older versions, constants, and saying no.

import { opsetRaise } from "../../errors.ts";
import type { GraphDraft } from "../../graph/edit.ts";
import type { Attribute, Node } from "../../graph/graph.ts";
import { dropped } from "../../graph/origin.ts";
import type { DataType } from "../../tensor/dtype.ts";
import { sourceOf } from "../../tensor/source.ts";
import { int64, type Tensor } from "../../tensor/tensor.ts";
import type { DraftLevel } from "../levels.ts";

/** One change of operators between two versions of ONNX's own operator set. */
export interface RaiseRule {
  /** The version that changed the operators. */
  readonly version: number;
  readonly ops: readonly string[];
  /** Rewrites a node of the version before in the draft of its level. Throws CORE_OPSET_RAISE where that is not possible. */
  raise(node: Node, level: DraftLevel): void;
}

/** The error of a node that has no counterpart. */
export function refuse(node: Node, version: number, why: string): Error {
  return opsetRaise(node.name === "" ? (node.outputs[0] ?? "") : node.name, node.op, version, why);
}

export function intOf(node: Node, name: string): number | undefined {
  const value = node.attributes[name];
  return value?.kind === "int" ? value.value : undefined;
}

export function intsOf(node: Node, name: string): readonly number[] | undefined {
  const value = node.attributes[name];
  return value?.kind === "ints" ? value.value : undefined;
}

export function floatOf(node: Node, name: string): number | undefined {
  const value = node.attributes[name];
  return value?.kind === "float" ? value.value : undefined;
}

export function stringOf(node: Node, name: string): string | undefined {
  const value = node.attributes[name];
  return value?.kind === "string" ? value.value : undefined;
}

/** The attributes without some of them. */
export function without({ attributes }: Node, ...names: readonly string[]): Readonly<Record<string, Attribute>> {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !names.includes(name)));
}

/** Adds a constant of the level, named after the node and the part. */
export function constantFor(draft: GraphDraft, node: Node, part: string, tensor: Tensor): string {
  const name = draft.fresh(`${node.outputs.find((output) => output !== "") ?? node.op}_${part}`);
  draft.setWeight(name, { source: sourceOf(tensor), origin: dropped("was an attribute in an older operator set") });
  return name;
}

/** A list of integers as a constant; "" (no input) where there is no list. */
export function intsFor(draft: GraphDraft, node: Node, part: string, values: readonly number[] | undefined): string {
  return values === undefined ? "" : constantFor(draft, node, part, int64([values.length], values));
}

/** Inputs without the missing ones at the end. */
export function trimmed(inputs: readonly string[]): readonly string[] {
  return inputs.slice(0, inputs.findLastIndex((name) => name !== "") + 1);
}

/** Element type that the data of the node has. */
export function dtypeOf(node: Node, { fact }: DraftLevel): DataType | undefined {
  return fact(node.inputs[0]!)?.dtype ?? fact(node.outputs[0]!)?.dtype;
}
