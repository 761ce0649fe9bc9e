// Attributes that became inputs: Upsample 9, Slice and TopK 10, Clip and Pad 11, Dropout 12, Split 13, DFT 20.

import { attribute, type Node } from "../../graph/graph.ts";
import { float32, int64, tensorFromNumbers } from "../../tensor/tensor.ts";
import type { DraftLevel } from "../levels.ts";
import { constantFor, dtypeOf, floatOf, intOf, intsFor, intsOf, refuse, trimmed, without } from "./rule.ts";
import type { RaiseRule } from "./rule.ts";

const slice: RaiseRule = {
  version: 10,
  ops: ["Slice"],
  raise: (node, { draft }) => {
    const parts = ["starts", "ends", "axes"];
    const inputs = parts.map((part) => intsFor(draft, node, part, intsOf(node, part)));
    draft.update(node, { inputs: trimmed([node.inputs[0]!, ...inputs]), attributes: without(node, ...parts) });
  },
};

const topK: RaiseRule = {
  version: 10,
  ops: ["TopK"],
  raise: (node, { draft }) => {
    const k = intsFor(draft, node, "k", [intOf(node, "k") ?? 0]);
    draft.update(node, { inputs: [node.inputs[0]!, k], attributes: without(node, "k") });
  },
};

const upsample: RaiseRule = {
  version: 9,
  ops: ["Upsample"],
  raise: (node, { draft }) => {
    const value = node.attributes["scales"];
    if (value?.kind !== "floats") throw refuse(node, 9, "it has no scales");
    const scales = constantFor(draft, node, "scales", float32([value.value.length], value.value));
    draft.update(node, { inputs: [node.inputs[0]!, scales], attributes: without(node, "scales") });
  },
};

/** A float attribute as a scalar of the data's type; "" (no input) where it is not there. */
function bound(node: Node, part: string, value: number | undefined, level: DraftLevel): string {
  if (value === undefined) return "";
  const dtype = dtypeOf(node, level);
  if (dtype === undefined)
    throw refuse(node, 11, `its ${part} becomes an input of the element type of its data, which is not known`);
  return constantFor(level.draft, node, part, tensorFromNumbers(dtype, [], [value]));
}

const clip: RaiseRule = {
  version: 11,
  ops: ["Clip"],
  raise: (node, level) => {
    const bounds = ["min", "max"].map((part) => bound(node, part, floatOf(node, part), level));
    level.draft.update(node, {
      inputs: trimmed([node.inputs[0]!, ...bounds]),
      attributes: without(node, "min", "max"),
    });
  },
};

const pad: RaiseRule = {
  version: 11,
  ops: ["Pad"],
  raise: (node, level) => {
    const pads = intsFor(level.draft, node, "pads", intsOf(node, "pads") ?? []);
    // Zero is what an absent input means.
    const value = bound(node, "value", floatOf(node, "value") || undefined, level);
    level.draft.update(node, {
      inputs: trimmed([node.inputs[0]!, pads, value]),
      attributes: without(node, "pads", "value"),
    });
  },
};

/** Dropout's mask changed its type in version 10 and its meaning outside of training in version 12. */
function refuseMask(node: Node, { draft }: DraftLevel, version: number): void {
  const mask = node.outputs[1] ?? "";
  if (mask !== "" && (draft.isOutput(mask) || draft.consumers(mask).length > 0))
    throw refuse(node, version, "its mask is read, and has another meaning in later versions");
}

const dropoutMask: RaiseRule = {
  version: 10,
  ops: ["Dropout"],
  raise: (node, level) => {
    refuseMask(node, level, 10);
    level.draft.update(node, { outputs: node.outputs.slice(0, 1) });
  },
};

const dropoutRatio: RaiseRule = {
  version: 12,
  ops: ["Dropout"],
  raise: (node, level) => {
    refuseMask(node, level, 12);
    const ratio = floatOf(node, "ratio");
    const input = ratio === undefined ? "" : constantFor(level.draft, node, "ratio", float32([], [ratio]));
    level.draft.update(node, {
      inputs: trimmed([node.inputs[0]!, input]),
      outputs: node.outputs.slice(0, 1),
      attributes: without(node, "ratio"),
    });
  },
};

const split: RaiseRule = {
  version: 13,
  ops: ["Split"],
  raise: (node, { draft }) => {
    const sizes = intsFor(draft, node, "split", intsOf(node, "split"));
    draft.update(node, { inputs: trimmed([node.inputs[0]!, sizes]), attributes: without(node, "split") });
  },
};

/** Equal parts are asked for by their number from version 18 on. */
const splitEvenly: RaiseRule = {
  version: 18,
  ops: ["Split"],
  raise: (node, { draft }) => {
    if ((node.inputs[1] ?? "") !== "") return;
    const parts = attribute.int(node.outputs.length);
    draft.update(node, { attributes: { ...node.attributes, num_outputs: parts } });
  },
};

const dft: RaiseRule = {
  version: 20,
  ops: ["DFT"],
  raise: (node, { draft }) => {
    const axis = constantFor(draft, node, "axis", int64([], [intOf(node, "axis") ?? 1]));
    draft.update(node, {
      inputs: [node.inputs[0]!, node.inputs[1] ?? "", axis],
      attributes: without(node, "axis"),
    });
  },
};

export const inputRules: readonly RaiseRule[] = [
  upsample,
  slice,
  topK,
  dropoutMask,
  clip,
  pad,
  dropoutRatio,
  split,
  splitEvenly,
  dft,
];
