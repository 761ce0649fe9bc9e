// A node on its way from a file to the frozen graph: references are flat, attributes are still as in the file, so that
// what is not reachable from an output costs nothing.

import type { TensorSource } from "@tersor/core";
import type { tensorflow } from "../wire/messages.generated.js";
import { attributesOfProto, type AttrValues } from "./attributes.ts";
import type { TensorFlowNode } from "./graph.ts";

/** A node whose attributes have not been decoded. */
export interface DraftNode {
  readonly name: string;
  readonly op: string;
  /** Tensors as "node:index". */
  readonly inputs: readonly string[];
  /** Names of nodes that have to run before. */
  readonly control: readonly string[];
  readonly attributes: AttrValues;
  /** What the file calls it: the node's name, with "function::" before it inside a function. */
  readonly home: string;
  /** The value, where a variable has become a constant. */
  readonly constant?: TensorSource;
}

/** What a reference of a node says. */
export interface SplitInputs {
  readonly data: readonly string[];
  readonly control: readonly string[];
}

/** Tells the data from the control inputs ("^node"). */
export function splitInputs(inputs: readonly string[]): SplitInputs {
  return {
    data: inputs.filter((input) => !input.startsWith("^")),
    control: inputs.filter((input) => input.startsWith("^")).map((input) => input.slice(1)),
  };
}

/** "node" is its first output: "node:0". */
export function flatReference(input: string): string {
  return /:\d+$/.test(input) ? input : `${input}:0`;
}

/** The node that makes a tensor. */
export function nodeOfReference(reference: string): string {
  return reference.slice(0, reference.lastIndexOf(":"));
}

/** The name a tensor has for people: outputs but the first keep their index. */
export function publicName(reference: string): string {
  return reference.endsWith(":0") ? nodeOfReference(reference) : reference;
}

/** A node of a graph (not of a function). */
export function draftOfNode(proto: tensorflow.NodeDef.$Properties): DraftNode {
  const { data, control } = splitInputs(proto.input ?? []);
  const name = proto.name ?? "";
  return {
    name,
    op: proto.op ?? "",
    inputs: data.map(flatReference),
    control,
    attributes: proto.attr ?? {},
    home: name,
  };
}

/**
 * The finished node. Of the nodes that have to run before it only those named in `kept` stay, and only where nothing
 * else ties it to a loop of TensorFlow 1: constants are in the frame of what they wait for.
 * Errors as `attributesOfProto`.
 */
export function finishNode(
  { name, op, inputs, control, attributes, constant }: DraftNode,
  kept: ReadonlySet<string>,
): TensorFlowNode {
  const decoded = attributesOfProto(attributes, name);
  if (constant) decoded["value"] = { kind: "tensor", value: constant };
  return {
    name,
    op,
    inputs,
    control: inputs.length > 0 ? [] : control.filter((one) => kept.has(one)),
    attributes: decoded,
  };
}
