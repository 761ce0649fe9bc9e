// Zeros put around an image by a Pad can be put there by the operator behind it:
//   Pad + Conv -> Conv with pads
//   Pad + MaxPool -> MaxPool with pads, when nothing is below zero: what MaxPool pads with is below everything
// https://onnx.ai/onnx/operators/onnx__Pad.html

import { attribute, type Graph, type Node } from "../graph/graph.ts";
import { singleNumber, smallNumbers } from "./constants.ts";
import { currentNodes, editLevels, type DraftLevel } from "./levels.ts";
import type { Pass } from "./pass.ts";

/** Lets Conv and MaxPool pad by themselves. */
export const mergePad: Pass = {
  name: "mergePad",
  run: (graph: Graph) => editLevels(graph, mergeLevel),
};

function mergeLevel(level: DraftLevel): void {
  for (const node of currentNodes(level.draft)) {
    const maker = node.domain === "" && takesPads(node) ? level.draft.producer(node.inputs[0]!) : undefined;
    const pads = maker?.op === "Pad" && maker.domain === "" ? spatialZeros(maker, level) : undefined;
    if (pads && (node.op === "Conv" || isCovered(node, maker!, pads, level))) merge(node, maker!, pads, level);
  }
}

/** Whether the node says itself how much it pads. */
function takesPads({ op, attributes }: Node): boolean {
  const auto = attributes["auto_pad"];
  if (auto?.kind === "string" && auto.value !== "NOTSET" && auto.value !== "VALID") return false;
  return op === "Conv" || op === "MaxPool";
}

/** The zeros before and behind each spatial axis, when that is all the Pad adds. */
function spatialZeros(pad: Node, { constant, opset }: DraftLevel): readonly number[] | undefined {
  const { mode } = pad.attributes;
  const [, list = "", value = "", axes = ""] = pad.inputs;
  if ((mode?.kind === "string" && mode.value !== "constant") || axes !== "" || opset < 11) return undefined;
  if (value !== "" && singleNumber(constant(value)?.source) !== 0) return undefined;
  const numbers = Array.from(smallNumbers(constant(list)?.source) ?? []);
  const rank = numbers.length / 2;
  const others = [0, 1, rank, rank + 1].map((axis) => numbers[axis]);
  if (rank < 3 || others.some((count) => count !== 0) || numbers.some((count) => count < 0)) return undefined;
  return [...numbers.slice(2, rank), ...numbers.slice(rank + 2)];
}

/** No window of a MaxPool may lie in the padding alone, and 0 must not beat what is there. */
function isCovered(node: Node, pad: Node, pads: readonly number[], level: DraftLevel): boolean {
  const kernel = node.attributes["kernel_shape"];
  const ceil = node.attributes["ceil_mode"];
  if (kernel?.kind !== "ints" || (ceil?.kind === "int" && ceil.value !== 0)) return false;
  if (padsOf(node, pads.length).some((count) => count > 0) || node.attributes["dilations"]) return false;
  const fits = pads.every((count, i) => count < kernel.value[i % kernel.value.length]!);
  return fits && isNeverNegative(pad.inputs[0]!, level) && node.outputs.length === 1;
}

function isNeverNegative(name: string, { draft, constant }: DraftLevel): boolean {
  const maker = draft.producer(name);
  if (maker?.domain !== "") return false;
  if (maker.op !== "Clip") return maker.op === "Relu" || maker.op === "Sigmoid" || maker.op === "Softmax";
  return (singleNumber(constant(maker.inputs[1] ?? "")?.source) ?? -1) >= 0;
}

function merge(node: Node, pad: Node, added: readonly number[], { draft }: DraftLevel): void {
  const pads = padsOf(node, added.length).map((count, i) => count + added[i]!);
  const { auto_pad: _, ...attributes } = node.attributes;
  draft.update(node, {
    inputs: [pad.inputs[0]!, ...node.inputs.slice(1)],
    attributes: { ...attributes, pads: attribute.ints(pads) },
  });
  if (draft.consumers(pad.outputs[0]!).length === 0 && !draft.isOutput(pad.outputs[0]!)) draft.remove(pad);
}

function padsOf({ attributes: { pads, auto_pad: auto } }: Node, count: number): readonly number[] {
  const isStated = pads?.kind === "ints" && pads.value.length === count;
  return isStated && !(auto?.kind === "string" && auto.value === "VALID") ? pads.value : Array<number>(count).fill(0);
}
