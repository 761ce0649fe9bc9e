// A graph as it is in a file becomes a frozen one: calls written out, variables constants, references resolved, and
// nothing kept that no output needs.

import { finishNode, nodeOfReference, type DraftNode } from "../graphdef/draft.ts";
import type { Library } from "../graphdef/function.ts";
import type { TensorFlowFunction, TensorFlowGraph, TensorFlowInput, TensorFlowOutput } from "../graphdef/graph.ts";
import { Inliner, type FunctionLevel, type Level } from "../graphdef/inline.ts";
import { neededNodes } from "../graphdef/order.ts";
import { tableUnsupported } from "./errors.ts";
import { pivotsOf } from "./pivots.ts";
import { resolveVariable, type StoredVariables } from "./variables.ts";

/** A graph from a file. */
export interface SourceGraph {
  /** The file, for messages. */
  readonly file: string;
  readonly nodes: readonly DraftNode[];
  readonly library: Library;
}

/** What of a graph is wanted. Tensors are references as in the file: outputs of calls are resolved. */
export interface Wanted {
  readonly name: string;
  readonly inputs: readonly TensorFlowInput[];
  readonly outputs: readonly TensorFlowOutput[];
}

/** A graph with its calls written out. */
export interface OpenGraph {
  readonly level: Level;
  readonly functions: ReadonlyMap<string, FunctionLevel>;
}

/** Writes out the calls of a graph. Errors as `Inliner.level`. */
export function openGraph({ nodes, library, file }: SourceGraph): OpenGraph {
  const inliner = new Inliner(library, file);
  return { level: inliner.level(nodes), functions: inliner.functions };
}

/**
 * Freezes what is wanted of a graph.
 * @throws TENSORFLOW_CONSTANT, TENSORFLOW_CYCLE, TENSORFLOW_INPUT_MISSING, TENSORFLOW_TABLE, TENSORFLOW_VARIABLE_MISSING,
 * TENSORFLOW_VARIABLE_MISMATCH
 */
export function freeze(graph: OpenGraph, wanted: Wanted, stored: StoredVariables): TensorFlowGraph {
  const variables = new Map<string, string>();
  const main = freezeLevel(graph.level, wanted, stored, variables);
  const functions = new Map<string, TensorFlowFunction>();
  const open = calledBy(main);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const level = graph.functions.get(name);
    if (functions.has(name) || level === undefined) continue;
    const frozen = freezeLevel(level, level, stored, variables);
    functions.set(name, frozen);
    open.push(...calledBy(frozen));
  }
  return { ...main, functions, variables };
}

function freezeLevel(
  level: Level,
  { name, inputs, outputs }: Wanted,
  stored: StoredVariables,
  variables: Map<string, string>,
): TensorFlowFunction {
  const given = new Set(inputs.map(({ tensor }) => tensor));
  const resolved = outputs.map((output) => ({ name: output.name, tensor: level.resolve(output.tensor) }));
  const nodes = new Map(Array.from(level.nodes, ([key, node]) => [key, plain(node, level)]));
  const needed = neededNodes(
    resolved.map(({ tensor }) => tensor),
    { nodes, given },
  );
  const hasFrames = needed.some(({ op }) => /^(Ref)?(Enter|Merge)$/.test(op));
  const kept = new Set(hasFrames ? needed.map((node) => node.name) : []);
  const finishedNodes = needed.flatMap((node) =>
    resolvedNodes(node, nodes, stored, variables).map((one) => finishNode(one, kept)),
  );
  return { name, inputs, outputs: resolved, nodes: finishedNodes };
}

/** Checks of values and defaults of placeholders let their first input through. */
const transparent = new Set(["CheckNumerics", "CheckNumericsV2", "PlaceholderWithDefault", "Print"]);

function plain(node: DraftNode, level: Level): DraftNode {
  const inputs = node.inputs.map((input) => level.resolve(input));
  const control = pivotsOf(node, level);
  return transparent.has(node.op)
    ? { ...node, op: "Identity", inputs: inputs.slice(0, 1), control }
    : { ...node, inputs, control };
}

const tables = /^(Anonymous|Initialize|Lookup|Mutable)?(Dense)?(Hash)?Table/;

function resolvedNodes(
  node: DraftNode,
  nodes: ReadonlyMap<string, DraftNode>,
  stored: StoredVariables,
  variables: Map<string, string>,
): readonly DraftNode[] {
  if (tables.test(node.op)) throw tableUnsupported({ node: node.name, op: node.op });
  const resolution = resolveVariable(node, (reference) => nodes.get(nodeOfReference(reference)), stored);
  if (node.op === "Const" && node.home !== node.name) variables.set(node.name, node.home);
  if (resolution.variable !== undefined) variables.set(node.name, resolution.variable);
  return resolution.nodes;
}

/** Names of the functions that nodes run. */
function calledBy({ nodes }: TensorFlowFunction): string[] {
  return nodes.flatMap(({ attributes }) =>
    Object.values(attributes).flatMap((attribute) => {
      if (attribute.kind === "function") return [attribute.value];
      return attribute.kind === "functions" ? attribute.value : [];
    }),
  );
}
