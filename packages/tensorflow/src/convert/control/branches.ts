// Conditions of TensorFlow 1 become If nodes with functions for both branches. A Switch lets its value through on one
// side only; what reads it is alive only there; a Merge takes whichever of its inputs is alive:
//
//   value ─ Switch(p) ─┬─(0: p is false)─ else branch ─┬─ Merge ─ result
//                      └─(1: p is true)── then branch ─┘
// A lowered Case is the same with _SwitchN, which has an output for each branch.
// https://www.tensorflow.org/api_docs/python/tf/raw_ops/Switch

import { controlFlowUnstructured } from "../../errors.ts";
import type { TensorFlowFunction, TensorFlowNode } from "../../graphdef/graph.ts";
import { MOST_FUNCTIONS, type Extracted, type NameFunction } from "./frames.ts";
import {
  freshName,
  indexOf,
  makersOf,
  neededFor,
  nodeNameOf,
  throughIdentities,
  withInputs,
  type Makers,
} from "./order.ts";

/** Conditions under which a value is alive: by predicate, the output of its Switches that has to be taken. */
type Guard = ReadonlyMap<string, number>;

const always: Guard = new Map();

/**
 * Turns the Switches and Merges of a level into If and Case nodes, innermost first.
 * @throws TENSORFLOW_CONTROL_FLOW when they are not the two sides of conditions.
 */
export function extractBranches(level: TensorFlowFunction, nameFunction: NameFunction): Extracted {
  if (!level.nodes.some(isSwitch) && !level.nodes.some(isMerge)) return { level, functions: [] };
  const functions: TensorFlowFunction[] = [];
  let { nodes, outputs } = level;
  for (;;) {
    const makers = makersOf(nodes);
    nodes = neededFor(
      outputs.map(({ tensor }) => tensor),
      makers,
    );
    const group = firstMerges(nodes, makers);
    if (group === undefined) break;
    if (functions.length > MOST_FUNCTIONS)
      throw controlFlowUnstructured({ node: level.name, why: "there are too many" });
    const branch = branchOf(group, makers, nameFunction);
    functions.push(...branch.functions);
    const gone = new Set(group.merges.map(({ merge }) => merge));
    const renamed = (tensor: string): string => branch.results.get(tensor) ?? tensor;
    nodes = [...nodes.filter((node) => !gone.has(node)).map((node) => withInputs(node, renamed)), branch.node];
    outputs = outputs.map(({ name, tensor }) => ({ name, tensor: renamed(tensor) }));
  }
  const left = nodes.find(isSwitch);
  if (left) throw controlFlowUnstructured({ node: left.name, why: "what it lets through never meets the other side" });
  return { level: { ...level, nodes, outputs }, functions };
}

function isSwitch({ op }: TensorFlowNode): boolean {
  return op === "Switch" || op === "RefSwitch" || op === "_SwitchN";
}

function isMerge({ op }: TensorFlowNode): boolean {
  return op === "Merge" || op === "RefMerge";
}

/** A Merge with its inputs by the outputs of the Switches: of If, what is false stands first. */
interface Sides {
  readonly merge: TensorFlowNode;
  readonly tensors: readonly string[];
}

/** Merges that one If can replace. */
interface Group {
  readonly predicate: string;
  readonly merges: readonly Sides[];
  readonly guards: Guards;
}

/** The first Merges in the order of the data, with all others of the same condition that need no Merge either. */
function firstMerges(nodes: readonly TensorFlowNode[], makers: Makers): Group | undefined {
  const guards = new Guards(makers);
  let group: { predicate: string; guard: string; merges: Sides[] } | undefined;
  const late = new Set<string>();
  for (const node of nodes) {
    if (node.inputs.some((input) => late.has(nodeNameOf(input)))) late.add(node.name);
    else if (isMerge(node)) {
      late.add(node.name);
      const { predicate, sides, guard } = guards.sidesOf(node);
      const key = textOf(guard);
      group ??= { predicate, guard: key, merges: [] };
      if (group.predicate === predicate && group.guard === key) group.merges.push(sides);
    } else guards.add(node);
  }
  return group && { ...group, guards };
}

function textOf(guard: Guard): string {
  return JSON.stringify([...guard].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The guards of nodes, which are told in topological order. */
class Guards {
  readonly #ofNodes = new Map<string, Guard>();
  readonly #switches = new Map<string, string>();
  readonly #makers: Makers;

  constructor(makers: Makers) {
    this.#makers = makers;
  }

  add(node: TensorFlowNode): void {
    if (isSwitch(node)) this.#switches.set(this.predicateOf(node), node.name);
    const reads = [...node.inputs, ...node.control.map((name) => `${name}:0`)];
    this.#ofNodes.set(node.name, this.#both(node.name, ...reads.map((tensor) => this.of(tensor))));
  }

  /** The guard of a tensor: a Switch adds its predicate. */
  of(tensor: string): Guard {
    const node = this.#makers.get(nodeNameOf(tensor));
    const guard = this.#ofNodes.get(nodeNameOf(tensor)) ?? always;
    if (node === undefined || !isSwitch(node)) return guard;
    return this.#both(node.name, guard, new Map([[this.predicateOf(node), indexOf(tensor)]]));
  }

  /** The name of a Switch with this predicate. */
  switchOf(predicate: string): string | undefined {
    return this.#switches.get(predicate);
  }

  /** The predicate of a Switch, by the name all Switches of the condition have for it. */
  predicateOf(node: TensorFlowNode): string {
    return throughIdentities(node.inputs[1] ?? "", this.#makers);
  }

  sidesOf(merge: TensorFlowNode): { readonly predicate: string; readonly sides: Sides; readonly guard: Guard } {
    const guards = merge.inputs.map((input) => this.of(input));
    const predicate = sharedPredicate(guards);
    if (predicate === undefined)
      throw controlFlowUnstructured({ node: merge.name, why: "its inputs are not the sides of one condition" });
    const taken = guards.map((guard) => guard.get(predicate));
    // A constant that waits for nothing has no guard of its own: the side that is left is its.
    const free = [...guards.keys()].find((side) => !taken.includes(side));
    const tensors = new Array<string>(guards.length);
    merge.inputs.forEach((input, i) => (tensors[taken[i] ?? free!] = input));
    const guard = new Map(guards.flatMap((each) => [...each]).filter(([name]) => name !== predicate));
    return { predicate, sides: { merge, tensors }, guard };
  }

  #both(node: string, ...guards: readonly Guard[]): Guard {
    const filled = guards.filter(({ size }) => size > 0);
    if (filled.length <= 1) return filled[0] ?? always;
    const all = new Map<string, number>();
    for (const [predicate, side] of filled.flatMap((guard) => [...guard])) {
      if ((all.get(predicate) ?? side) !== side)
        throw controlFlowUnstructured({ node, why: "it needs both sides of a condition" });
      all.set(predicate, side);
    }
    return all;
  }
}

/** The one predicate whose sides the inputs are, with at most one input that does not say so. */
function sharedPredicate(guards: readonly Guard[]): string | undefined {
  const names = new Set(guards.flatMap((guard) => [...guard.keys()]));
  const told = [...names].map((name) => {
    const sides = guards.flatMap((guard) => guard.get(name) ?? []);
    const isSplit = new Set(sides).size === sides.length && sides.every((side) => side < guards.length);
    return { name, count: isSplit ? sides.length : 0 };
  });
  const most = told.reduce((count, each) => Math.max(count, each.count), 0);
  const best = told.filter(({ count }) => count === most);
  return most > 0 && most >= guards.length - 1 && best.length === 1 ? best[0]!.name : undefined;
}

interface Branch {
  readonly node: TensorFlowNode;
  readonly functions: readonly TensorFlowFunction[];
  readonly results: ReadonlyMap<string, string>;
}

function branchOf(group: Group, makers: Makers, nameFunction: NameFunction): Branch {
  const { predicate, merges, guards } = group;
  const name = freshName(`${merges[0]!.merge.name}/If`, makers);
  const sides = merges[0]!.tensors.map((_, side) => sideOf(group, side, makers, nameFunction(`${name}/${side}`)));
  const captured = [...new Set(sides.flatMap((side) => side.captured))];
  const inputs = captured.map((tensor) => ({ name: tensor, tensor }));
  const names = sides.map(({ called }) => called.name);
  const isCase = makers.get(guards.switchOf(predicate) ?? "")?.op === "_SwitchN";
  const attributes: TensorFlowNode["attributes"] = isCase
    ? { branches: { kind: "functions", value: names } }
    : { then_branch: { kind: "function", value: names[1]! }, else_branch: { kind: "function", value: names[0]! } };
  return {
    node: { name, op: isCase ? "Case" : "If", inputs: [predicate, ...captured], control: [], attributes },
    functions: sides.map(({ called }) => ({ ...called, inputs })),
    results: new Map(merges.map(({ merge }, i) => [`${merge.name}:0`, `${name}:${i}`])),
  };
}

/** What is computed on one side, and what it takes from around. */
function sideOf(
  { predicate, merges, guards }: Group,
  side: number,
  makers: Makers,
  name: string,
): { readonly called: TensorFlowFunction; readonly captured: readonly string[] } {
  const inside = (tensor: string): string => beforeSwitch(tensor, predicate, side, makers, guards);
  const own = new Map(
    [...makers]
      .filter(([, node]) => guards.of(`${node.name}:0`).get(predicate) === side && !isOn(node, predicate, guards))
      .map(([key, node]) => [key, { ...withInputs(node, inside), control: [] }]),
  );
  const tensors = merges.map((merge) => inside(merge.tensors[side]!));
  const nodes = neededFor(tensors, own);
  const read = [...tensors, ...nodes.flatMap((node) => node.inputs)];
  const outputs = tensors.map((tensor, i) => ({ name: `output_${i}`, tensor }));
  return {
    called: { name, inputs: [], outputs, nodes },
    captured: read.filter((tensor) => !own.has(nodeNameOf(tensor))),
  };
}

function isOn(node: TensorFlowNode, predicate: string, guards: Guards): boolean {
  return isSwitch(node) && guards.predicateOf(node) === predicate;
}

/** What the Switches of the condition let through to this side. */
function beforeSwitch(tensor: string, predicate: string, side: number, makers: Makers, guards: Guards): string {
  let at = tensor;
  for (
    let node = makers.get(nodeNameOf(at));
    node && isOn(node, predicate, guards);
    node = makers.get(nodeNameOf(at))
  ) {
    if (indexOf(at) !== side)
      throw controlFlowUnstructured({ node: node.name, why: "it needs both sides of a condition" });
    at = node.inputs[0]!;
  }
  return at;
}
