// Conditions of TensorFlow 1 become If nodes with functions for both branches. A Switch lets its value through on one
// side only; what reads it is alive only there; a Merge takes whichever of its inputs is alive:
//
//   value ─ Switch(p) ─┬─(0: p is false)─ else branch ─┬─ Merge ─ result
//                      └─(1: p is true)── then branch ─┘
// https://www.tensorflow.org/api_docs/python/tf/raw_ops/Switch

import { controlFlowUnstructured } from "../../errors.ts";
import type { TensorFlowFunction, TensorFlowNode } from "../../graphdef/graph.ts";
import type { Extracted, NameFunction } from "./frames.ts";
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

/** Conditions under which a value is alive: by predicate, whether that has to be true. */
type Guard = ReadonlyMap<string, boolean>;

const always: Guard = new Map();

/**
 * Turns the Switches and Merges of a level into If nodes, innermost first.
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
  return op === "Switch" || op === "RefSwitch";
}

function isMerge({ op }: TensorFlowNode): boolean {
  return op === "Merge" || op === "RefMerge";
}

/** A Merge with its inputs told apart. */
interface Sides {
  readonly merge: TensorFlowNode;
  readonly whenTrue: string;
  readonly whenFalse: string;
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
  readonly #makers: Makers;

  constructor(makers: Makers) {
    this.#makers = makers;
  }

  add(node: TensorFlowNode): void {
    const reads = [...node.inputs, ...node.control.map((name) => `${name}:0`)];
    this.#ofNodes.set(node.name, this.#both(node.name, ...reads.map((tensor) => this.of(tensor))));
  }

  /** The guard of a tensor: a Switch adds its predicate. */
  of(tensor: string): Guard {
    const node = this.#makers.get(nodeNameOf(tensor));
    const guard = this.#ofNodes.get(nodeNameOf(tensor)) ?? always;
    if (node === undefined || !isSwitch(node)) return guard;
    return this.#both(node.name, guard, new Map([[this.predicateOf(node), indexOf(tensor) === 1]]));
  }

  /** The predicate of a Switch, by the name all Switches of the condition have for it. */
  predicateOf(node: TensorFlowNode): string {
    return throughIdentities(node.inputs[1] ?? "", this.#makers);
  }

  sidesOf(merge: TensorFlowNode): { readonly predicate: string; readonly sides: Sides; readonly guard: Guard } {
    const [a, b, ...more] = merge.inputs;
    if (a === undefined || b === undefined || more.length > 0)
      throw controlFlowUnstructured({ node: merge.name, why: `it merges ${merge.inputs.length} values, not two` });
    const [first, second] = [this.of(a), this.of(b)];
    const predicate = opposite(first, second) ?? onlyOf(first, second) ?? onlyOf(second, first);
    if (predicate === undefined)
      throw controlFlowUnstructured({ node: merge.name, why: "its inputs are not two sides of a condition" });
    // Constants of a branch have no guard of their own; conditions of TensorFlow 1 merge the false side first.
    const swapped = first.get(predicate) === true || second.get(predicate) === false;
    const sides = swapped ? { merge, whenTrue: a, whenFalse: b } : { merge, whenTrue: b, whenFalse: a };
    const guard = new Map([...first, ...second].filter(([name]) => name !== predicate));
    return { predicate, sides, guard };
  }

  #both(node: string, ...guards: readonly Guard[]): Guard {
    const filled = guards.filter(({ size }) => size > 0);
    if (filled.length <= 1) return filled[0] ?? always;
    const all = new Map<string, boolean>();
    for (const [predicate, side] of filled.flatMap((guard) => [...guard])) {
      if (all.get(predicate) === !side)
        throw controlFlowUnstructured({ node, why: "it needs both sides of a condition" });
      all.set(predicate, side);
    }
    return all;
  }
}

function opposite(a: Guard, b: Guard): string | undefined {
  return [...a].find(([predicate, side]) => b.get(predicate) === !side)?.[0];
}

/** The one predicate that only `a` knows. */
function onlyOf(a: Guard, b: Guard): string | undefined {
  const own = [...a.keys()].filter((predicate) => !b.has(predicate));
  return own.length === 1 ? own[0] : undefined;
}

interface Branch {
  readonly node: TensorFlowNode;
  readonly functions: readonly TensorFlowFunction[];
  readonly results: ReadonlyMap<string, string>;
}

function branchOf({ predicate, merges, guards }: Group, makers: Makers, nameFunction: NameFunction): Branch {
  const name = freshName(`${merges[0]!.merge.name}/If`, makers);
  const sides = [
    sideOf(
      nameFunction(`${name}/then`),
      merges.map(({ whenTrue }) => whenTrue),
      true,
    ),
    sideOf(
      nameFunction(`${name}/else`),
      merges.map(({ whenFalse }) => whenFalse),
      false,
    ),
  ] as const;
  const captured = [...new Set(sides.flatMap((side) => side.captured))];
  const inputs = captured.map((tensor) => ({ name: tensor, tensor }));
  return {
    node: {
      name,
      op: "If",
      inputs: [predicate, ...captured],
      control: [],
      attributes: {
        then_branch: { kind: "function", value: sides[0].called.name },
        else_branch: { kind: "function", value: sides[1].called.name },
      },
    },
    functions: sides.map(({ called }) => ({ ...called, inputs })),
    results: new Map(merges.map(({ merge }, i) => [`${merge.name}:0`, `${name}:${i}`])),
  };

  function sideOf(called: string, targets: readonly string[], side: boolean) {
    const inside = (tensor: string): string => beforeSwitch(tensor, predicate, side, makers, guards);
    const own = new Map(
      [...makers]
        .filter(([, node]) => guards.of(`${node.name}:0`).get(predicate) === side && !isOn(node, predicate, guards))
        .map(([key, node]) => [key, withInputs(node, inside)]),
    );
    const tensors = targets.map(inside);
    const nodes = neededFor(tensors, own);
    const read = [...tensors, ...nodes.flatMap((node) => node.inputs)];
    return {
      called: {
        name: called,
        inputs: [],
        outputs: tensors.map((tensor, i) => ({ name: `output_${i}`, tensor })),
        nodes,
      },
      captured: read.filter((tensor) => !own.has(nodeNameOf(tensor))),
    };
  }
}

function isOn(node: TensorFlowNode, predicate: string, guards: Guards): boolean {
  return isSwitch(node) && guards.predicateOf(node) === predicate;
}

/** What the Switches of the condition let through to this side. */
function beforeSwitch(tensor: string, predicate: string, side: boolean, makers: Makers, guards: Guards): string {
  let at = tensor;
  for (
    let node = makers.get(nodeNameOf(at));
    node && isOn(node, predicate, guards);
    node = makers.get(nodeNameOf(at))
  ) {
    if ((indexOf(at) === 1) !== side)
      throw controlFlowUnstructured({ node: node.name, why: "it needs both sides of a condition" });
    at = node.inputs[0]!;
  }
  return at;
}
