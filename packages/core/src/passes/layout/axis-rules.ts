// Operators that work along named axes: the names change, the work does not.

import { attribute, type Node } from "../../graph/graph.ts";
import { int64s } from "../constants.ts";
import type { DraftLevel } from "../levels.ts";
import { isIdentity, movedAxis, withoutAxes, type Permutation } from "./permutation.ts";
import {
  integerOf,
  integersOf,
  isPermutable,
  permutedConstant,
  rankOf,
  withInput,
  withInteger,
  type Anchor,
  type LayoutRule,
  type Movable,
} from "./rule.ts";

/** Reductions that have taken their axes as an input since the given operator set. */
const reductions = new Map([
  ["ReduceSum", 13],
  ...["L1", "L2", "LogSum", "LogSumExp", "Max", "Mean", "Min", "Prod", "SumSquare"].map(
    (kind) => [`Reduce${kind}`, 18] as const,
  ),
]);

/** By operator type. */
export const axisRules: readonly (readonly [string, LayoutRule])[] = [
  ["Softmax", softmax],
  ["LogSoftmax", softmax],
  ["Hardmax", softmax],
  ["LpNormalization", (node, anchor) => alongAxis(node, anchor, -1)],
  ["Split", (node, anchor) => alongAxis(node, anchor, 0)],
  ["TopK", (node, anchor) => alongAxis(node, anchor, -1)],
  ["QuantizeLinear", (node, anchor) => alongAxis(node, anchor, 1)],
  ["DequantizeLinear", (node, anchor) => alongAxis(node, anchor, 1)],
  ["Concat", concat],
  ["CumSum", cumSum],
  ["ArgMax", argument],
  ["ArgMin", argument],
  ["Gather", gather],
  ["Squeeze", squeeze],
  ["Unsqueeze", unsqueeze],
  ["GlobalAveragePool", (node, anchor, level) => globalPool(node, "ReduceMean", anchor, level)],
  ["GlobalMaxPool", (node, anchor, level) => globalPool(node, "ReduceMax", anchor, level)],
  ...[...reductions.keys()].map((op) => [op, reduce] as const),
];

/** The first input and all outputs move, and an attribute names an axis. */
function alongAxis(node: Node, { side, index, move }: Anchor, otherwise: number): Movable | undefined {
  if (side === "input" && index !== 0) return undefined;
  const axis = movedAxis(integerOf(node, "axis", otherwise), move);
  if (axis < 0) return undefined;
  return {
    inputs: [move],
    outputs: node.outputs.map(() => move),
    moved: () => withInteger(node, "axis", axis),
  };
}

/** Before operator set 13 everything behind the axis is one row. Runtimes are fastest along the last axis. */
function softmax(node: Node, anchor: Anchor, { opset }: DraftLevel): Movable | undefined {
  const movable = opset < 13 ? undefined : alongAxis(node, anchor, -1);
  return movable && { ...movable, cost: 2 };
}

function concat(node: Node, { move }: Anchor, level: DraftLevel): Movable | undefined {
  const axis = movedAxis(integerOf(node, "axis", 0), move);
  const isConstant = node.inputs.map((name) => level.constant(name) !== undefined);
  const fits = node.inputs.every(
    (name, i) => rankOf(name, level) === move.length && (!isConstant[i] || isPermutable(name, move.length, level)),
  );
  if (!fits || axis < 0 || !isConstant.includes(false)) return undefined;
  const inputs = (): readonly string[] =>
    node.inputs.map((name, i) => (isConstant[i] ? permutedConstant(name, move, level) : name));
  return {
    inputs: isConstant.map((constant) => (constant ? undefined : move)),
    outputs: [move],
    moved: () => ({ ...withInteger(node, "axis", axis), inputs: inputs() }),
  };
}

function cumSum(node: Node, { side, index, move }: Anchor, level: DraftLevel): Movable | undefined {
  const [axis] = integersOf(node.inputs[1], level) ?? [];
  if (axis === undefined || movedAxis(axis, move) < 0 || (side === "input" && index !== 0)) return undefined;
  const moved = (): Node =>
    withInput(node, 1, int64s(level.draft, `${node.inputs[1]!}_moved`, [movedAxis(axis, move)]));
  return { inputs: [move], outputs: [move], moved };
}

function reduce(node: Node, anchor: Anchor, level: DraftLevel): Movable | undefined {
  const found = axesOf(node, level.opset >= reductions.get(node.op)!, level);
  if (found.axes?.length === 0) return undefined;
  return droppingAxes(node, anchor, level, found, integerOf(node, "keepdims", 1) !== 0);
}

/** The listed axes go, or stay with size 1; they are renamed as the move says. */
function droppingAxes(
  node: Node,
  anchor: Anchor,
  level: DraftLevel,
  { axes, isInput }: ReturnType<typeof axesOf>,
  keepDims: boolean,
): Movable | undefined {
  if (axes === undefined) return undefined;
  const ports = reducedPorts(anchor, axes, keepDims);
  return (
    ports && {
      ...ports,
      moved: () =>
        withAxes(
          node,
          axes.map((axis) => movedAxis(axis, anchor.move)),
          isInput,
          level,
        ),
    }
  );
}

/** Pooling over all spatial axes is a reduction where these are not the last ones. */
function globalPool(node: Node, op: string, { move }: Anchor, level: DraftLevel): Movable | undefined {
  const axes = Array.from({ length: Math.max(0, move.length - 2) }, (_, i) => movedAxis(i + 2, move)).toSorted(
    (a, b) => a - b,
  );
  const isInput = level.opset >= reductions.get(op)!;
  const moved = (): Node => withAxes({ ...node, op, attributes: {} }, axes, isInput, level);
  return { inputs: [move], outputs: [move], moved, cost: 1 };
}

function argument(node: Node, anchor: Anchor): Movable | undefined {
  const axis = integerOf(node, "axis", 0);
  const ports = reducedPorts(anchor, [axis], integerOf(node, "keepdims", 1) !== 0);
  return ports && { ...ports, moved: () => withInteger(node, "axis", movedAxis(axis, anchor.move)) };
}

/** What moves where axes are reduced: only with kept dimensions can it be told from the result. */
function reducedPorts(
  { side, index, move }: Anchor,
  axes: readonly number[],
  keep: boolean,
): Pick<Movable, "inputs" | "outputs"> | undefined {
  if (index !== 0 || (side === "output" && !keep)) return undefined;
  if (axes.some((axis) => movedAxis(axis, move) < 0)) return undefined;
  return { inputs: [move], outputs: [keep ? move : rest(move, axes)] };
}

/** The order of the axes that are left; undefined where that is as before. */
function rest(move: Permutation, removed: readonly number[]): Permutation | undefined {
  const kept = withoutAxes(
    move,
    removed.map((axis) => (axis < 0 ? axis + move.length : axis)),
  );
  return isIdentity(kept) ? undefined : kept;
}

/** Gather of one position takes the axis out, one of a list keeps it. */
function gather(node: Node, anchor: Anchor, level: DraftLevel): Movable | undefined {
  const rank = rankOf(node.inputs[1]!, level);
  const axis = integerOf(node, "axis", 0);
  if (rank === undefined || rank > 1) return undefined;
  const ports = reducedPorts(anchor, [axis], rank === 1);
  return ports && { ...ports, moved: () => withInteger(node, "axis", movedAxis(axis, anchor.move)) };
}

function squeeze(node: Node, anchor: Anchor, level: DraftLevel): Movable | undefined {
  return droppingAxes(node, anchor, level, axesOf(node, level.opset >= 13, level), false);
}

/** New axes can stand anywhere: where a Transpose behind them wants them, otherwise at the end. */
function unsqueeze(node: Node, anchor: Anchor, level: DraftLevel): Movable | undefined {
  const { axes, isInput } = axesOf(node, level.opset >= 13, level);
  if (axes === undefined || anchor.index !== 0) return undefined;
  const rank = anchor.side === "output" ? anchor.move.length : anchor.move.length + axes.length;
  const added = axes.map((axis) => (axis < 0 ? axis + rank : axis));
  const move = anchor.side === "output" ? anchor.move : wantedMove(node, anchor.move, added, level);
  if (move === undefined || added.some((axis) => movedAxis(axis, move) < 0)) return undefined;
  return {
    inputs: [anchor.side === "output" ? rest(move, added) : anchor.move],
    outputs: [move],
    moved: () =>
      withAxes(
        node,
        added.map((axis) => movedAxis(axis, move)).toSorted((a, b) => a - b),
        isInput,
        level,
      ),
  };
}

/** The order behind an Unsqueeze that has `move` before it. */
function wantedMove(
  node: Node,
  move: Permutation,
  added: readonly number[],
  { draft }: DraftLevel,
): Permutation | undefined {
  for (const reader of draft.consumers(node.outputs[0]!)) {
    const wanted = reader.op === "Transpose" ? reader.attributes["perm"] : undefined;
    if (wanted?.kind !== "ints" || wanted.value.length !== move.length + added.length) continue;
    if (withoutAxes(wanted.value, added).every((axis, i) => axis === move[i])) return wanted.value;
  }
  return undefined;
}

interface Axes {
  readonly axes: readonly number[] | undefined;
  readonly isInput: boolean;
}

function axesOf(node: Node, isInput: boolean, level: DraftLevel): Axes {
  const given = node.attributes["axes"];
  return {
    axes: isInput ? integersOf(node.inputs[1], level) : given?.kind === "ints" ? given.value : undefined,
    isInput,
  };
}

function withAxes(node: Node, axes: readonly number[], isInput: boolean, { draft }: DraftLevel): Node {
  if (!isInput) return { ...node, attributes: { ...node.attributes, axes: attribute.ints(axes) } };
  return withInput(node, 1, int64s(draft, `${node.inputs[1] ?? node.name}_moved`, axes));
}
