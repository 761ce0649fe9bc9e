// What the layout pass asks of an operator: which of its values change their order of axes together, and how the node
// looks when they do.

import { attribute, type Node, type Weight } from "../../graph/graph.ts";
import { extend } from "../../graph/origin.ts";
import { isByteSized, reshapedSource, transposedSource } from "../../tensor/layout.ts";
import { smallNumbers } from "../constants.ts";
import type { DraftLevel } from "../levels.ts";
import type { Permutation } from "./permutation.ts";

/** A node that can work in another order of axes. */
export interface Movable {
  /** How each input changes; undefined where it does not. */
  readonly inputs: readonly (Permutation | undefined)[];
  readonly outputs: readonly (Permutation | undefined)[];
  /** The node in the other order. Its inputs and outputs keep their names, but for constants that had to change. */
  readonly moved: (level: DraftLevel) => Node;
  /** What the other order costs besides, where a Transpose costs 8. */
  readonly cost?: number;
}

/** Where the node meets a value that is to change. */
export interface Anchor {
  readonly side: "input" | "output";
  readonly index: number;
  readonly move: Permutation;
}

/** undefined: the node stays as it is. */
export type LayoutRule = (node: Node, anchor: Anchor, level: DraftLevel) => Movable | undefined;

/** Number of axes, where it is known. */
export function rankOf(name: string, { fact }: DraftLevel): number | undefined {
  return fact(name)?.shape?.length;
}

/** The whole numbers of a small constant. */
export function integersOf(name: string | undefined, { constant }: DraftLevel): readonly number[] | undefined {
  const numbers = name === undefined || name === "" ? undefined : smallNumbers(constant(name)?.source);
  return numbers && Array.from(numbers);
}

/** The integer of an attribute. */
export function integerOf(node: Node, name: string, otherwise: number): number {
  const value = node.attributes[name];
  return value?.kind === "int" ? value.value : otherwise;
}

/** The node with one attribute changed. */
export function withInteger(node: Node, name: string, value: number): Node {
  return { ...node, attributes: { ...node.attributes, [name]: attribute.int(value) } };
}

/** The node with one input changed; missing ones before it are left out. */
export function withInput(node: Node, index: number, name: string): Node {
  const inputs = Array.from({ length: Math.max(node.inputs.length, index + 1) }, (_, i) => node.inputs[i] ?? "");
  return { ...node, inputs: inputs.with(index, name) };
}

/** Whether a value is broadcast as one element: moving its axes changes nothing. */
export function isSingle(name: string, { fact }: DraftLevel): boolean {
  return fact(name)?.shape?.every((dim) => dim === 1) ?? false;
}

/** Whether the constant can be brought into another order of so many axes. */
export function isPermutable(name: string, rank: number, { constant }: DraftLevel): boolean {
  const source = constant(name)?.source;
  return source !== undefined && source.shape.length <= rank && isByteSized(source.dtype);
}

/** The constant in another order of axes, as a new one. One of lower rank is broadcast: it is given axes of one element. */
export function permutedConstant(name: string, permutation: Permutation, level: DraftLevel): string {
  const weight = level.constant(name)!;
  const full = [...Array<number>(permutation.length - weight.source.shape.length).fill(1), ...weight.source.shape];
  const moved = transposedWeight(reshapedWeight(weight, full), permutation);
  const own = level.draft.fresh(`${name}_moved`);
  level.draft.setWeight(own, moved);
  return own;
}

/** The same for an operand that is broadcast: leading axes of one element say nothing. */
export function permutedOperand(name: string, permutation: Permutation, level: DraftLevel): string {
  const own = permutedConstant(name, permutation, level);
  const weight = level.draft.weight(own)!;
  const lead = weight.source.shape.findIndex((dim) => dim !== 1);
  level.draft.setWeight(own, reshapedWeight(weight, weight.source.shape.slice(lead < 0 ? permutation.length : lead)));
  return own;
}

function transposedWeight({ source, origin }: Weight, permutation: Permutation): Weight {
  return {
    source: transposedSource(source, permutation),
    origin: extend(origin, { kind: "transpose", permutation }),
  };
}

function reshapedWeight({ source, origin }: Weight, to: readonly number[]): Weight {
  if (to.length === source.shape.length) return { source, origin };
  return { source: reshapedSource(source, to), origin: extend(origin, { kind: "reshape", from: source.shape, to }) };
}
