// Operators that work element by element move with their operands; constants are brought into the same order.

import type { Node } from "../../graph/graph.ts";
import type { DraftLevel } from "../levels.ts";
import type { Permutation } from "./permutation.ts";
import { isPermutable, isSingle, permutedOperand, rankOf, type Anchor, type LayoutRule, type Movable } from "./rule.ts";

const unary = `Abs Acos Acosh Asin Asinh Atan Atanh BitwiseNot Cast Ceil Celu Clip Cos Cosh Dropout Elu Erf Exp Floor Gelu
  HardSigmoid HardSwish Identity IsInf IsNaN LeakyRelu Log Mish Neg Not Reciprocal Relu Round Selu Shrink Sigmoid Sign
  Sin Sinh Softplus Softsign Sqrt Tan Tanh ThresholdedRelu`;

const broadcasting = `Add And BitShift BitwiseAnd BitwiseOr BitwiseXor Div Equal Greater GreaterOrEqual Less LessOrEqual
  Max Mean Min Mod Mul Or Pow PRelu Sub Sum Where Xor`;

/** By operator type. */
export const elementwiseRules: readonly (readonly [string, LayoutRule])[] = [
  ...unary.split(/\s+/).map((op) => [op, alone] as const),
  ...broadcasting.split(/\s+/).map((op) => [op, together] as const),
];

/** The first input and all outputs move; the others are single numbers. */
export function alone(node: Node, { side, index, move }: Anchor): Movable | undefined {
  if (side === "input" && index !== 0) return undefined;
  return { inputs: [move], outputs: node.outputs.map(() => move), moved: () => node };
}

/** How an operand takes part: it moves, it is a constant that is changed, or it stays as it is. */
type Part = "moves" | "constant" | "stays";

function together(node: Node, { move }: Anchor, level: DraftLevel): Movable | undefined {
  const parts = node.inputs.map((name) => partOf(name, move, level));
  if (parts.includes(undefined) || !parts.includes("moves")) return undefined;
  const change = (name: string, i: number): string =>
    parts[i] === "constant" ? permutedOperand(name, move, level) : name;
  return {
    inputs: parts.map((part) => (part === "moves" ? move : undefined)),
    outputs: [move],
    moved: () => ({ ...node, inputs: node.inputs.map(change) }),
  };
}

function partOf(name: string, move: Permutation, level: DraftLevel): Part | undefined {
  const rank = rankOf(name, level);
  if (rank === undefined || rank > move.length) return undefined;
  if (isSingle(name, level)) return "stays";
  if (level.constant(name)) return isPermutable(name, move.length, level) ? "constant" : undefined;
  return rank === move.length ? "moves" : undefined;
}
