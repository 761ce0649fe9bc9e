// Products of matrices. Transposed operands go through a Transpose, which folds into a constant.

import { flagOf, transpose, upTo } from "../building.ts";
import { defineRule, type RuleContext, type TensorFlowRule } from "../rule.ts";

/** MatMul of two matrices with its flags, for fused kinds as well. */
export function matrixProduct(context: RuleContext, a = context.inputs[0]!, b = context.inputs[1]!): string {
  const { to } = context;
  const left = flagOf(context, "transpose_a") ? transpose(to, a, [1, 0]) : a;
  const right = flagOf(context, "transpose_b") ? transpose(to, b, [1, 0]) : b;
  return to.add("MatMul", [left, right]);
}

const matMul = defineRule({
  ops: ["MatMul", "SparseMatMul"],
  convert: (context) => [matrixProduct(context)],
});

/** The last two axes are the matrices; those before broadcast. */
const batchMatMul = defineRule({
  ops: ["BatchMatMul", "BatchMatMulV2", "BatchMatMulV3"],
  convert: (context) => {
    const a = flagOf(context, "adj_x") ? turned(context, 0) : context.inputs[0]!;
    const b = flagOf(context, "adj_y") ? turned(context, 1) : context.inputs[1]!;
    return [context.to.add("MatMul", [a, b])];
  },
});

function turned(context: RuleContext, input: number): string {
  const rank = context.rank(input);
  return transpose(context.to, context.inputs[input]!, [...upTo(rank - 2), rank - 1, rank - 2]);
}

export const matmul: readonly TensorFlowRule[] = [matMul, batchMatMul];
