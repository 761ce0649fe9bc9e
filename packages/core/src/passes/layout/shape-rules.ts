// Operators with one number per axis (Pad, Slice, Tile, Expand, Resize), and those that only change the shape.

import type { Node } from "../../graph/graph.ts";
import { sourceOf } from "../../tensor/source.ts";
import { float32, numbersOf } from "../../tensor/tensor.ts";
import { dropped } from "../../graph/origin.ts";
import { int64s } from "../constants.ts";
import type { DraftLevel } from "../levels.ts";
import { keepsElements, movedAxis, permuted, type Permutation } from "./permutation.ts";
import { integersOf, rankOf, withInput, type Anchor, type LayoutRule, type Movable } from "./rule.ts";

/** By operator type. */
export const shapeRules: readonly (readonly [string, LayoutRule])[] = [
  ["Pad", pad],
  ["Slice", slice],
  ["Tile", (node, anchor, level) => perAxis(node, anchor, level, 1)],
  ["Expand", expand],
  ["Resize", resize],
  ["Reshape", reshape],
];

/** The first input and the output move. */
function through({ side, index, move }: Anchor, moved: () => Node): Movable | undefined {
  return side === "input" && index !== 0 ? undefined : { inputs: [move], outputs: [move], moved };
}

/** A constant input holds a number for each axis. */
function perAxis(node: Node, anchor: Anchor, level: DraftLevel, input: number): Movable | undefined {
  const numbers = integersOf(node.inputs[input], level);
  if (numbers?.length !== anchor.move.length) return undefined;
  return through(anchor, () => withNumbers(node, input, permuted(numbers, anchor.move), level));
}

function withNumbers(node: Node, input: number, numbers: readonly number[], { draft }: DraftLevel): Node {
  return withInput(node, input, int64s(draft, `${node.inputs[input] || node.name}_moved`, numbers));
}

/** Both ends of every axis; with a list of axes (operator set 18) only the list changes. */
function pad(node: Node, anchor: Anchor, level: DraftLevel): Movable | undefined {
  const { move } = anchor;
  if (level.opset < 11) return undefined;
  if ((node.inputs[3] ?? "") !== "") return renamedAxes(node, anchor, level, 3);
  const pads = integersOf(node.inputs[1], level);
  if (pads?.length !== 2 * move.length) return undefined;
  const both = [...permuted(pads.slice(0, move.length), move), ...permuted(pads.slice(move.length), move)];
  return through(anchor, () => withNumbers(node, 1, both, level));
}

/** A constant input that lists axes by name. */
function renamedAxes(node: Node, anchor: Anchor, level: DraftLevel, input: number): Movable | undefined {
  const axes = integersOf(node.inputs[input], level)?.map((axis) => movedAxis(axis, anchor.move));
  if (axes === undefined || axes.includes(-1)) return undefined;
  return through(anchor, () => withNumbers(node, input, axes, level));
}

/** Without a list of axes the starts belong to the first ones. */
function slice(node: Node, anchor: Anchor, level: DraftLevel): Movable | undefined {
  if (level.opset < 10) return undefined;
  if ((node.inputs[3] ?? "") !== "") return renamedAxes(node, anchor, level, 3);
  const [count] = level.fact(node.inputs[1]!)?.shape ?? [];
  if (typeof count !== "number" || count > anchor.move.length) return undefined;
  const axes = Array.from({ length: count }, (_, axis) => movedAxis(axis, anchor.move));
  return through(anchor, () => withNumbers(node, 3, axes, level));
}

/** The shape may have fewer axes than the input, and 1 where the input is larger. */
function expand(node: Node, anchor: Anchor, level: DraftLevel): Movable | undefined {
  const { move } = anchor;
  const shape = integersOf(node.inputs[1], level);
  const fits = rankOf(node.inputs[0]!, level) === move.length && shape !== undefined && shape.length <= move.length;
  if (!fits) return undefined;
  const full = [...Array<number>(move.length - shape.length).fill(1), ...shape];
  return through(anchor, () => withNumbers(node, 1, permuted(full, move), level));
}

/** Sizes or scales for each axis; a list of axes came with operator set 18. */
function resize(node: Node, anchor: Anchor, level: DraftLevel): Movable | undefined {
  const mode = node.attributes["mode"];
  // onnxruntime makes images smaller by cubic interpolation over the last two axes only.
  if (mode?.kind === "string" && mode.value === "cubic") return undefined;
  const [, roi = "", scales = "", sizes = ""] = node.inputs;
  if (level.opset < 11 || (roi !== "" && level.fact(roi)?.shape?.[0] !== 0) || node.attributes["axes"])
    return undefined;
  if (sizes !== "") return perAxis(node, anchor, level, 3);
  const source = level.constant(scales)?.source;
  if (source?.dtype !== "float32" || source.shape[0] !== anchor.move.length) return undefined;
  return through(anchor, () => withInput(node, 2, permutedScales(scales, anchor.move, level)));
}

function permutedScales(name: string, move: Permutation, { constant, draft }: DraftLevel): string {
  const numbers = permuted(Array.from(numbersOf(constant(name)!.source.tensor())), move);
  const own = draft.fresh(`${name}_moved`);
  const origin = dropped("it is made of a constant of the model");
  draft.setWeight(own, { source: sourceOf(float32([numbers.length], numbers)), origin });
  return own;
}

/** Where only axes of one element move, the elements stay in order, and a Reshape gives or takes any shape of them. */
function reshape(node: Node, { side, index, move }: Anchor, level: DraftLevel): Movable | undefined {
  const target = integersOf(node.inputs[1], level);
  const dims = level.fact(side === "input" ? node.inputs[0]! : node.outputs[0]!)?.shape;
  const copies = target?.some((dim, axis) => dim === 0 && move[axis] !== axis) ?? true;
  if (index !== 0 || !target || copies || dims?.length !== move.length || !keepsElements(dims, move)) return undefined;
  if (side === "input") return { inputs: [move], outputs: [undefined], moved: () => node };
  const moved = (): Node => withNumbers(node, 1, permuted(target, move), level);
  return { inputs: [undefined], outputs: [move], moved };
}
