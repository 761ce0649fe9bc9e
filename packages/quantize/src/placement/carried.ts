// Integers that flow on (static): a Conv kernel writes integers, and operators between Convs that have an integer form
// work on them directly, so that no float copy is made in between (residual Add, Concat, pooling).
//
//   Conv ─ Relu ─┐
//                Add ─ Relu ─ Conv        every edge here is a quantized tensor
//   Conv ────────┘
//
// What a MatMul or Gemm writes stays float: their kernels can, and the next reader is the better for it.

import { numbersOf, type GraphDraft, type Node } from "@tersor/core";

/** Operators with an integer form that need an output scale of their own. */
const computing = new Set(["Add", "Concat", "AveragePool", "GlobalAveragePool"]);
/** Operators that move or pick elements: the output has the scale of the input. */
export const moving: ReadonlySet<string> = new Set([
  "MaxPool",
  "Reshape",
  "Transpose",
  "Flatten",
  "Squeeze",
  "Unsqueeze",
  "DepthToSpace",
  "SpaceToDepth",
  "Slice",
  "Pad",
  "Identity",
]);
/** Activations that vanish into the rounding of the tensor after them. */
const clamping = new Set(["Relu", "Clip"]);

export interface CarriedTensors {
  /** Tensors whose integers begin at their producer, by name; the value names the tensor whose scale they share, if any. */
  readonly produced: ReadonlyMap<string, string | undefined>;
  /** Nodes that work on integers, besides the Convs. */
  readonly carried: ReadonlySet<Node>;
}

/** Finds the tensors that integer kernels write, given the Convs to be quantized and the tensors integer kernels read. */
export function carriedTensors(
  draft: GraphDraft,
  convolutions: ReadonlySet<Node>,
  wanted: ReadonlySet<string>,
  excluded: (node: Node) => boolean,
): CarriedTensors {
  const region = new Set<Node>();
  const available = new Set<string>();
  for (const node of draft.nodes()) {
    if (convolutions.has(node)) available.add(afterClamp(draft, node.outputs[0]!));
    else if (canCarry(draft, node, available) && !excluded(node)) {
      region.add(node);
      available.add(afterClamp(draft, node.outputs[0]!));
    }
  }
  const useful = usefulTensors(draft, region, wanted);
  const produced = new Map<string, string | undefined>();
  const carried = new Set<Node>();
  for (const node of draft.nodes()) {
    if (convolutions.has(node)) produced.set(afterClamp(draft, node.outputs[0]!), undefined);
    if (!region.has(node)) continue;
    const output = afterClamp(draft, node.outputs[0]!);
    if (!useful.has(output)) continue;
    carried.add(node);
    produced.set(output, sharedScale(node, output));
  }
  return { produced, carried };
}

/** A moved tensor has the scale of its source, unless a clamp follows, which makes a range of its own. */
function sharedScale(node: Node, output: string): string | undefined {
  return moving.has(node.op) && output === node.outputs[0] ? node.inputs[0] : undefined;
}

/** The tensor after a Relu or Clip that alone reads `name`; `name` itself otherwise. */
export function afterClamp(draft: GraphDraft, name: string): string {
  const reader = draft.onlyConsumer(name);
  return reader &&
    reader.domain === "" &&
    clamping.has(reader.op) &&
    reader.inputs[0] === name &&
    clampsAtZero(draft, reader)
    ? reader.outputs[0]!
    : name;
}

/** Relu, or a Clip with constant bounds around zero: its output range is its own, and rounding to it is the clamp. */
function clampsAtZero(draft: GraphDraft, node: Node): boolean {
  if (node.op === "Relu") return true;
  return node.inputs.slice(1).every((bound) => bound === "" || draft.weight(bound) !== undefined);
}

function canCarry(draft: GraphDraft, node: Node, available: ReadonlySet<string>): boolean {
  if (node.domain !== "" || node.outputs.filter((name) => name !== "").length !== 1) return false;
  if (node.op === "Pad" && !padsWithZeros(draft, node)) return false;
  if (moving.has(node.op)) return available.has(node.inputs[0]!);
  return (
    computing.has(node.op) &&
    node.inputs.length > 0 &&
    node.inputs.every((name) => available.has(name)) &&
    draft.has(node)
  );
}

/** Zero is a code of every scale; any other constant would need a range of its own. Reflected and repeated edges have one. */
function padsWithZeros(draft: GraphDraft, { inputs, attributes }: Node): boolean {
  if (attributes["mode"]?.kind === "string" && attributes["mode"].value !== "constant") return true;
  if (attributes["value"]?.kind === "float" && attributes["value"].value !== 0) return false;
  const name = inputs[2] ?? "";
  const source = name === "" ? undefined : draft.weight(name)?.source;
  return name === "" || (source !== undefined && source.sizeBytes <= 8 && numbersOf(source.tensor())[0] === 0);
}

/** Tensors from which integers reach an integer kernel, walking back from what the kernels read. */
function usefulTensors(draft: GraphDraft, region: ReadonlySet<Node>, wanted: ReadonlySet<string>): ReadonlySet<string> {
  const useful = new Set(wanted);
  for (const node of [...draft.nodes()].reverse()) {
    if (!region.has(node) || !useful.has(afterClamp(draft, node.outputs[0]!))) continue;
    for (const name of moving.has(node.op) ? node.inputs.slice(0, 1) : node.inputs) useful.add(name);
  }
  return useful;
}
