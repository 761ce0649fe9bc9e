// Loops carry what nobody reads: counters, limits, the handles of arrays. Only values that count for a result stay.

import type { TensorFlowFunction, TensorFlowGraph, TensorFlowNode } from "../../graphdef/graph.ts";
import { freshName, makersOf, neededFor, withInputs } from "./order.ts";

/** Leaves out carried values of While nodes that neither the condition nor a result that is read depends on. */
export function pruneLoops(graph: TensorFlowGraph): TensorFlowGraph {
  const functions = new Map(graph.functions);
  const pruned = prunedLevel(graph, { functions, made: new Map(), open: new Set() });
  return { ...graph, nodes: pruned.nodes, outputs: pruned.outputs, functions };
}

interface Pruning {
  /** All functions, old and new. */
  readonly functions: Map<string, TensorFlowFunction>;
  /** New names of functions by what was left of them. */
  readonly made: Map<string, string>;
  /** Functions that are being pruned: those that call themselves stay as they are. */
  readonly open: Set<string>;
}

function prunedLevel(level: TensorFlowFunction, pruning: Pruning): TensorFlowFunction {
  const targets = level.outputs.map(({ tensor }) => tensor);
  const used = new Set(targets);
  const renamed = new Map<string, string>();
  const kept: TensorFlowNode[] = [];
  // From the results back, so that a loop is met after all that read it.
  for (const node of neededFor(targets, makersOf(level.nodes)).toReversed()) {
    const pruned = prunedNode(node, used, renamed, pruning);
    pruned.inputs.forEach((input) => used.add(input));
    kept.push(pruned);
  }
  const named = (tensor: string): string => renamed.get(tensor) ?? tensor;
  return {
    ...level,
    nodes: kept.toReversed().map((node) => withInputs(node, named)),
    outputs: level.outputs.map(({ name, tensor }) => ({ name, tensor: named(tensor) })),
  };
}

function prunedNode(
  node: TensorFlowNode,
  used: ReadonlySet<string>,
  renamed: Map<string, string>,
  pruning: Pruning,
): TensorFlowNode {
  if (node.op !== "While" && node.op !== "StatelessWhile") return withPrunedFunctions(node, pruning);
  const [cond, body] = [calledBy(node, "cond", pruning), calledBy(node, "body", pruning)];
  if (cond === undefined || body === undefined || pruning.open.has(body.name)) return node;
  const live = liveValues(node, cond, body, used);
  live.forEach((old, place) => renamed.set(`${node.name}:${old}`, `${node.name}:${place}`));
  return {
    ...node,
    inputs: live.map((i) => node.inputs[i]!),
    attributes: {
      ...node.attributes,
      cond: { kind: "function", value: prunedFunction(cond, live, [0], pruning) },
      body: { kind: "function", value: prunedFunction(body, live, live, pruning) },
    },
  };
}

/** If and Case: their functions keep their signatures. */
function withPrunedFunctions(node: TensorFlowNode, pruning: Pruning): TensorFlowNode {
  const attributes = Object.entries(node.attributes).map(([name, attribute]) => {
    const called = attribute.kind === "function" ? pruning.functions.get(attribute.value) : undefined;
    if (called === undefined || pruning.open.has(called.name)) return [name, attribute] as const;
    const [inputs, outputs] = [[...called.inputs.keys()], [...called.outputs.keys()]];
    return [name, { kind: "function", value: prunedFunction(called, inputs, outputs, pruning) }] as const;
  });
  return { ...node, attributes: Object.fromEntries(attributes) };
}

function calledBy(node: TensorFlowNode, name: string, { functions }: Pruning): TensorFlowFunction | undefined {
  const attribute = node.attributes[name];
  return attribute?.kind === "function" ? functions.get(attribute.value) : undefined;
}

/** Places of the carried values that count. */
function liveValues(
  { name, inputs }: TensorFlowNode,
  cond: TensorFlowFunction,
  body: TensorFlowFunction,
  used: ReadonlySet<string>,
): readonly number[] {
  const live = new Set([...inputs.keys()].filter((i) => used.has(`${name}:${i}`)));
  const needs = neededInputs(body);
  const open = [...live];
  const add = (i: number): void => {
    if (live.has(i)) return;
    live.add(i);
    open.push(i);
  };
  neededInputs(cond)(0).forEach(add);
  for (let i = open.pop(); i !== undefined; i = open.pop()) needs(i).forEach(add);
  return [...live].sort((a, b) => a - b);
}

/** Places of the inputs that an output needs. */
function neededInputs({ inputs, outputs, nodes }: TensorFlowFunction): (output: number) => readonly number[] {
  const places = new Map(inputs.map(({ tensor }, i) => [tensor, i]));
  const given = new Set(places.keys());
  const makers = makersOf(nodes);
  return (output) => {
    const target = outputs[output]?.tensor;
    if (target === undefined) return [];
    const read = [target, ...neededFor([target], makers, given).flatMap((node) => node.inputs)];
    return read.flatMap((tensor) => places.get(tensor) ?? []);
  };
}

/** The function with only these inputs and outputs; gives its name. */
function prunedFunction(
  called: TensorFlowFunction,
  inputs: readonly number[],
  outputs: readonly number[],
  pruning: Pruning,
): string {
  const key = JSON.stringify([called.name, inputs, outputs]);
  const known = pruning.made.get(key);
  if (known !== undefined) return known;
  const name = newName(called.name, pruning);
  pruning.made.set(key, name);
  pruning.open.add(called.name);
  const reduced = {
    ...called,
    name,
    inputs: inputs.map((i) => called.inputs[i]!),
    outputs: outputs.map((i) => called.outputs[i]!),
  };
  pruning.functions.set(name, prunedLevel(reduced, pruning));
  pruning.open.delete(called.name);
  return name;
}

function newName(wish: string, { functions }: Pruning): string {
  return freshName(`${wish}/pruned`, functions);
}
