// MatMul and Gemm: MatMul of matrices, BatchMatMulV2 of stacks of them. A transposition of the last two axes becomes
// the adj attribute.
// https://onnx.ai/onnx/operators/onnx__MatMul.html, onnx__Gemm.html

import type { Dim } from "@tersor/core";
import { attr } from "../emitter.ts";
import { plainLayout, sameLayout } from "../layout.ts";
import { defineLowering, type LowerContext, type LoweringRule, type Stored } from "../rule.ts";
import { operand } from "./operands.ts";

/** The rules of this family. */
export const matmulRules: readonly LoweringRule[] = [
  defineLowering({ ops: ["MatMul"], lower: (context) => [lowerMatMul(context)] }),
  defineLowering({ ops: ["Gemm"], lower: (context) => [lowerGemm(context)] }),
];

/** A factor as a tensor, and whether it is to be read with its last two axes swapped. */
interface Factor {
  readonly tensor: string;
  readonly swapped: boolean;
}

function lowerMatMul(context: LowerContext): Stored {
  if (context.rank(0) < 2 || context.rank(1) < 2) context.refuse("products with vectors are not supported");
  const [left, right] = [factor(context, 0), factor(context, 1)];
  const rank = context.outputType().shape.length;
  const type = { T: attr.type(context.type(0).dtype) };
  const [a, b] = [attr.bool(left.swapped), attr.bool(right.swapped)];
  if (rank === 2)
    return context.emit(
      "MatMul",
      [left.tensor, right.tensor],
      { ...type, transpose_a: a, transpose_b: b },
      plainLayout(2),
    );
  return context.emit("BatchMatMulV2", [left.tensor, right.tensor], { ...type, adj_x: a, adj_y: b }, plainLayout(rank));
}

function factor(context: LowerContext, input: number): Factor {
  const rank = context.rank(input);
  const swapped = swappedLayout(rank);
  const isSwapped = context.constant(input) === undefined && sameLayout(context.stored(input).layout, swapped);
  return { tensor: context.in(input, isSwapped ? swapped : plainLayout(rank)), swapped: isSwapped };
}

function swappedLayout(rank: number): readonly number[] {
  return [...plainLayout(rank - 2), rank - 1, rank - 2];
}

/** alpha A' B' + beta C. A constant B is laid out so that its channels are last. */
function lowerGemm(context: LowerContext): Stored {
  const transA = context.int("transA", 0) !== 0;
  const transB = context.int("transB", 0) !== 0;
  const left = factor(context, 0);
  const right = context.constant(1)
    ? { tensor: context.in(1, transB ? [1, 0] : [0, 1]), swapped: transB }
    : factor(context, 1);
  const attributes = {
    T: attr.type("float32"),
    transpose_a: attr.bool(transA !== left.swapped),
    transpose_b: attr.bool(transB !== right.swapped),
  };
  const product = context.emit("MatMul", [left.tensor, right.tensor], attributes, [0, 1]);
  const scaled = times(context, product, context.float("alpha", 1));
  return context.has(2) ? summed(context, scaled) : scaled;
}

function times(context: LowerContext, value: Stored, factor: number): Stored {
  if (factor === 1) return value;
  const attributes = { T: attr.type("float32") };
  return context.emit("Mul", [value.tensor, context.to.scalar("float32", factor)], attributes, value.layout);
}

function summed(context: LowerContext, product: Stored): Stored {
  const beta = context.float("beta", 1);
  const { shape } = context.type(2);
  const columns: Dim | undefined = context.outputType().shape[1];
  const attributes = { T: attr.type("float32") };
  if (beta === 1 && shape.length === 1 && shape[0] === columns)
    return context.emit(
      "BiasAdd",
      [product.tensor, context.in(2)],
      { ...attributes, data_format: attr.string("NHWC") },
      [0, 1],
    );
  const addend = operand(context, 2, [0, 1]);
  const type = context.to.type(addend);
  const scaled =
    beta === 1 ? addend : context.to.add("Mul", [addend, context.to.scalar("float32", beta)], attributes, type);
  return context.emit("AddV2", [product.tensor, scaled], attributes, [0, 1]);
}
