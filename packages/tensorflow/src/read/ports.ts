// The inputs and outputs of a graph that has no signature: the ones that were named, or what looks like them.

import { flatReference, nodeOfReference, publicName, type DraftNode } from "../graphdef/draft.ts";
import { sizesOf, typeText } from "../graphdef/attributes.ts";
import type { TensorFlowInput, TensorFlowOutput } from "../graphdef/graph.ts";
import type { Level } from "../graphdef/inline.ts";
import { outputsUnknown, tensorMissing } from "./errors.ts";
import { pivotsOf } from "./pivots.ts";

/** Which tensors are inputs and outputs: names such as "input" or "scores:1". */
export interface PortOptions {
  /** Default: the Placeholders that the outputs need. */
  readonly inputs?: readonly string[];
  /** Default: what nobody reads. */
  readonly outputs?: readonly string[];
}

/** What a graph takes and gives. */
export interface Ports {
  readonly inputs: readonly TensorFlowInput[];
  readonly outputs: readonly TensorFlowOutput[];
}

/** From this version of graphs on an empty shape means a scalar; before, it meant that none is known. */
const SHAPES_ARE_STATED = 24;

/**
 * The ports of a graph.
 * @throws TENSORFLOW_TENSOR_MISSING, TENSORFLOW_OUTPUTS_UNKNOWN
 */
export function portsOf(level: Level, options: PortOptions, file: string, producer: number): Ports {
  const outputs = options.outputs?.map((name) => namedTensor(level, name, file, "output")) ?? unreadTensors(level);
  if (outputs.length === 0) throw outputsUnknown({ file });
  const inputs = options.inputs?.map((name) => namedTensor(level, name, file, "input")) ?? neededInputs(level, outputs);
  return {
    inputs: inputs.map((tensor) => inputOf(level.resolve(tensor), level, producer, publicName(tensor))),
    outputs: outputs.map((tensor) => ({ name: publicName(tensor), tensor })),
  };
}

function namedTensor(level: Level, name: string, file: string, role: string): string {
  const tensor = flatReference(name);
  if (!level.nodes.has(nodeOfReference(level.resolve(tensor)))) throw tensorMissing({ file, tensor: name, role });
  return tensor;
}

/** A Placeholder as an input. */
export function inputOf(tensor: string, level: Level, producer: number, name: string): TensorFlowInput {
  const { attributes = {} } = level.nodes.get(nodeOfReference(tensor)) ?? {};
  const type = attributes["dtype"]?.type ?? attributes["T"]?.type;
  const sizes = attributes["shape"]?.shape ? sizesOf(attributes["shape"].shape) : undefined;
  const shape = sizes?.length === 0 && producer < SHAPES_ARE_STATED ? undefined : sizes;
  return { name, tensor, ...(type ? { dtype: typeText(type) } : {}), ...(shape && { shape }) };
}

/** Operations whose results are no outputs of a model: they act, or only store and report. */
const noOutputs =
  /^(Assert|NoOp|Const|Placeholder.*|Assign.*|Save.*|Restore.*|Print.*|.*Summary.*|Is.*Initialized.*|VarHandleOp|Variable.*|Exit|Switch|.*Iterator.*|HashTable.*)$/;

/** What nobody reads, as far as it depends on an input where there are any. */
function unreadTensors(level: Level): readonly string[] {
  const read = new Set<string>();
  for (const { inputs } of level.nodes.values())
    for (const input of inputs) read.add(nodeOfReference(level.resolve(input)));
  const unread = [...level.nodes.values()].filter(({ name, op }) => !read.has(name) && !noOutputs.test(op));
  const dependent = dependentNodes(level);
  const wanted = dependent.size > 0 ? unread.filter(({ name }) => dependent.has(name)) : unread;
  return wanted.map(({ name }) => `${name}:0`);
}

/** Names of the nodes that depend on a Placeholder. */
function dependentNodes(level: Level): ReadonlySet<string> {
  const readers = new Map<string, string[]>();
  for (const { name, inputs } of level.nodes.values()) {
    for (const input of inputs) {
      const maker = nodeOfReference(level.resolve(input));
      const known = readers.get(maker);
      if (known) known.push(name);
      else readers.set(maker, [name]);
    }
  }
  const open = [...level.nodes.values()].filter(isPlaceholder).map(({ name }) => name);
  const found = new Set(open);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    for (const reader of readers.get(name) ?? []) {
      if (found.has(reader)) continue;
      found.add(reader);
      open.push(reader);
    }
  }
  return found;
}

/** Placeholders that the outputs depend on, in the order of the file. */
function neededInputs(level: Level, outputs: readonly string[]): readonly string[] {
  const found = new Set<string>();
  const open = outputs.map((output) => nodeOfReference(level.resolve(output)));
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    const node = level.nodes.get(name);
    if (node === undefined) continue;
    open.push(...node.inputs.map((input) => nodeOfReference(level.resolve(input))), ...pivotsOf(node, level));
  }
  return [...level.nodes.values()].filter((node) => isPlaceholder(node) && found.has(node.name)).map(firstOutput);
}

function isPlaceholder({ op }: DraftNode): boolean {
  return op === "Placeholder" || op === "PlaceholderV2";
}

function firstOutput({ name }: DraftNode): string {
  return `${name}:0`;
}
