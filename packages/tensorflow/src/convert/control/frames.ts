// Loops of TensorFlow 1 become While nodes with functions for condition and body. A loop is a frame:
//
//   value ─ Enter ─ Merge ─┬─ Switch ─(false)─ Exit ─ result
//                    │     │    │ (true)
//                    │  LoopCond └─ body ─ NextIteration ─┐
//                    └────────────────────────────────────┘
// An Enter without a Merge brings in what the loop does not change.
// https://www.tensorflow.org/api_docs/python/tf/raw_ops/Enter; "Dynamic Control Flow in Large-Scale Machine Learning"

import { controlFlowUnstructured } from "../../errors.ts";
import type { TensorFlowFunction, TensorFlowInput, TensorFlowNode } from "../../graphdef/graph.ts";
import { freshName, indexOf, makersOf, neededFor, nodeNameOf, withInputs, type Makers } from "./order.ts";

/** A level without v1 constructs of one kind, and the functions that came out of it. */
export interface Extracted {
  readonly level: TensorFlowFunction;
  readonly functions: readonly TensorFlowFunction[];
}

/** Gives a function a name, close to the wish, that no other one has. */
export type NameFunction = (wish: string) => string;

/** One carried value of a loop. */
interface Carried {
  readonly enter: TensorFlowNode;
  readonly merge: TensorFlowNode;
  /** The tensor at the end of the body. */
  readonly next: string;
}

interface Frame {
  readonly name: string;
  readonly enters: readonly TensorFlowNode[];
  /** All nodes from the Enters to the Exits, without both. */
  readonly region: ReadonlySet<TensorFlowNode>;
}

/** Each is taken out of the whole graph, so that thousands would take hours. */
export const MOST_FUNCTIONS = 4000;

/**
 * Turns the frames of a level into While nodes, innermost first.
 * @throws TENSORFLOW_CONTROL_FLOW when a frame is not such a loop.
 */
export function extractLoops(level: TensorFlowFunction, nameFunction: NameFunction): Extracted {
  const functions: TensorFlowFunction[] = [];
  let nodes = level.nodes;
  let outputs = level.outputs;
  for (let frame = innermost(nodes); frame !== undefined; frame = innermost(nodes)) {
    if (functions.length > MOST_FUNCTIONS)
      throw controlFlowUnstructured({ node: level.name, why: "there are too many" });
    const loop = loopOf(frame, nodes, nameFunction);
    functions.push(...loop.functions);
    const renamed = (tensor: string): string => loop.results.get(tensor) ?? tensor;
    nodes = [...loop.rest.map((node) => withInputs(node, renamed)), loop.node];
    outputs = outputs.map(({ name, tensor }) => ({ name, tensor: renamed(tensor) }));
  }
  return { level: { ...level, nodes, outputs }, functions };
}

function innermost(nodes: readonly TensorFlowNode[]): Frame | undefined {
  const frames = new Map<string, TensorFlowNode[]>();
  for (const enter of nodes.filter(isEnter)) {
    const name = frameOf(enter);
    frames.set(name, [...(frames.get(name) ?? []), enter]);
  }
  if (frames.size === 0) return undefined;
  const readers = readersOf(nodes);
  for (const [name, enters] of frames) {
    const region = regionOf(enters, readers);
    if (![...region].some(isEnter)) return { name, enters, region: new Set(nodes.filter((node) => region.has(node))) };
  }
  throw controlFlowUnstructured({ node: [...frames.keys()].join(", "), why: "its frames are inside one another" });
}

function isEnter({ op }: TensorFlowNode): boolean {
  return op === "Enter" || op === "RefEnter";
}

function isExit({ op }: TensorFlowNode): boolean {
  return op === "Exit" || op === "RefExit";
}

function frameOf({ name, attributes }: TensorFlowNode): string {
  const frame = attributes["frame_name"];
  if (frame?.kind !== "string") throw controlFlowUnstructured({ node: name, why: "it does not name its frame" });
  return frame.value;
}

type Readers = ReadonlyMap<string, readonly TensorFlowNode[]>;

function readersOf(nodes: readonly TensorFlowNode[]): Readers {
  const readers = new Map<string, TensorFlowNode[]>();
  for (const node of nodes) {
    for (const name of new Set(node.inputs.map(nodeNameOf))) {
      const known = readers.get(name);
      if (known) known.push(node);
      else readers.set(name, [node]);
    }
  }
  return readers;
}

function regionOf(enters: readonly TensorFlowNode[], readers: Readers): ReadonlySet<TensorFlowNode> {
  const region = new Set<TensorFlowNode>();
  const open = [...enters];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const reader of readers.get(node.name) ?? []) {
      if (isExit(reader) || region.has(reader)) continue;
      region.add(reader);
      open.push(reader);
    }
  }
  return region;
}

interface Loop {
  readonly node: TensorFlowNode;
  readonly functions: readonly TensorFlowFunction[];
  /** What the Exits were, as outputs of the node. */
  readonly results: ReadonlyMap<string, string>;
  /** Nodes outside of the loop. */
  readonly rest: readonly TensorFlowNode[];
}

function loopOf(frame: Frame, nodes: readonly TensorFlowNode[], nameFunction: NameFunction): Loop {
  const { enters, region } = frame;
  const makers = makersOf([...nodes.filter(isScalar), ...region, ...enters]);
  const carried = carriedOf(frame, makers);
  const condition = conditionOf(frame);
  const switches = switchesOf(frame, condition, carried);
  const inside = insideOf(frame, switches);
  const name = freshName(frame.name, makersOf(nodes));
  const [condName, bodyName] = [nameFunction(`${name}/cond`), nameFunction(`${name}/body`)];
  const condTargets = [inside(condition.inputs[0]!)];
  const bodyTargets = carried.map(({ next }) => inside(next));
  const values = carried.map(({ merge }) => inputOf(`${merge.name}:0`, merge));
  const cond = functionOf(condTargets, values, makers, inside);
  const body = functionOf(bodyTargets, values, makers, inside);
  const captured = [...new Set([...cond.captured, ...body.captured])];
  const inputs = [...values, ...captured.map((tensor) => ({ name: tensor, tensor }))];
  const outputs = [...bodyTargets, ...captured].map((tensor, i) => ({ name: `output_${i}`, tensor }));
  const exits = nodes.filter((node) => isExit(node) && switches.has(nodeNameOf(node.inputs[0]!)));
  const gone = new Set([...enters, ...region, ...exits]);
  return {
    node: {
      name,
      op: "While",
      inputs: [...carried.map(({ enter }) => enter.inputs[0]!), ...captured],
      control: [],
      attributes: {
        cond: { kind: "function", value: condName },
        body: { kind: "function", value: bodyName },
      },
    },
    functions: [
      { name: condName, inputs, outputs: [{ name: "condition", tensor: condTargets[0]! }], nodes: cond.nodes },
      { name: bodyName, inputs, outputs, nodes: body.nodes },
    ],
    results: new Map(
      exits.map((exit) => [`${exit.name}:0`, `${name}:${switches.get(nodeNameOf(exit.inputs[0]!))!.index}`]),
    ),
    rest: nodes.filter((node) => !gone.has(node)),
  };
}

/** Constants that steer a loop, such as the step of its counter, belong to its functions, where they can be seen. */
function isScalar({ op, attributes }: TensorFlowNode): boolean {
  const value = attributes["value"];
  return op === "Const" && value?.kind === "tensor" && value.value.shape.length === 0;
}

function carriedOf({ enters, region, name }: Frame, makers: Makers): readonly Carried[] {
  const byName = new Map(enters.map((enter) => [enter.name, enter]));
  return [...region].flatMap((merge) => {
    const makersOfInputs = merge.inputs.map((input) => makers.get(nodeNameOf(input)));
    const next = makersOfInputs.find((node) => node?.op === "NextIteration" || node?.op === "RefNextIteration");
    if (next === undefined) return [];
    const enter = makersOfInputs.map((node) => byName.get(node?.name ?? "")).find((node) => node !== undefined);
    if (!isMerge(merge) || enter === undefined || merge.inputs.length !== 2)
      throw controlFlowUnstructured({ node: name, why: `"${merge.name}" does not merge a start with a next value` });
    return [{ enter, merge, next: next.inputs[0]! }];
  });
}

function isMerge({ op }: TensorFlowNode): boolean {
  return op === "Merge" || op === "RefMerge";
}

function conditionOf({ name, region }: Frame): TensorFlowNode {
  const [condition, ...more] = [...region].filter(({ op }) => op === "LoopCond");
  if (condition === undefined || more.length > 0)
    throw controlFlowUnstructured({
      node: name,
      why: `it has ${more.length + (condition ? 1 : 0)} conditions, not one`,
    });
  return condition;
}

/** Switches of the loop by name, with the place of their value among the carried ones. */
type Switches = ReadonlyMap<string, { readonly index: number; readonly merge: string }>;

function switchesOf({ region }: Frame, condition: TensorFlowNode, carried: readonly Carried[]): Switches {
  const places = new Map(carried.map(({ merge }, index) => [`${merge.name}:0`, { index, merge: `${merge.name}:0` }]));
  const found = new Map<string, { readonly index: number; readonly merge: string }>();
  for (const { name, op, inputs } of region) {
    if ((op !== "Switch" && op !== "RefSwitch") || inputs[1] !== `${condition.name}:0`) continue;
    const place = places.get(inputs[0]!);
    if (place === undefined)
      throw controlFlowUnstructured({ node: name, why: "it switches what the loop does not carry" });
    found.set(name, place);
  }
  return found;
}

/** How tensors are called inside: carried values are those of their Merge, others what the Enter reads. */
function insideOf({ enters }: Frame, switches: Switches): (tensor: string) => string {
  const sources = new Map(enters.map(({ name, inputs }) => [`${name}:0`, inputs[0]!]));
  return (tensor) => {
    const place = indexOf(tensor) === 1 ? switches.get(nodeNameOf(tensor)) : undefined;
    return place?.merge ?? sources.get(tensor) ?? tensor;
  };
}

function inputOf(tensor: string, { attributes }: TensorFlowNode): TensorFlowInput {
  const type = attributes["T"];
  return { name: tensor, tensor, ...(type?.kind === "type" && { dtype: type.value }) };
}

function functionOf(
  targets: readonly string[],
  values: readonly TensorFlowInput[],
  makers: Makers,
  inside: (tensor: string) => string,
): { readonly nodes: readonly TensorFlowNode[]; readonly captured: readonly string[] } {
  const given = new Set(values.map(({ tensor }) => tensor));
  const own = new Map([...makers].map(([name, node]) => [name, { ...withInputs(node, inside), control: [] }]));
  for (const [name, node] of own) if (isEnter(node)) own.delete(name);
  const nodes = neededFor(targets, own, given);
  const read = [...targets, ...nodes.flatMap(({ inputs }) => inputs)];
  const captured = read.filter((tensor) => !given.has(tensor) && !own.has(nodeNameOf(tensor)));
  return { nodes, captured: [...new Set(captured)] };
}
