// Reshape: the same elements under another shape (https://onnx.ai/onnx/operators/onnx__Reshape.html).
// 0 copies a dimension (unless `allowzero`, from 14), -1 takes what is left: symbolic dimensions divide exactly.

import { divDims, floorDivDims, isIntegralDim, productOfDims, type Dim } from "../graph/dim.ts";
import { defineOp, flag, type RuleContext, type ShapedInput } from "./define.ts";
import { isNumeric, reshaped } from "./elements.ts";
import { statedElements } from "./stated-shape.ts";

export const reshape = defineOp({
  type: "Reshape",
  since: [1, 5, 13, 14, 19, 21, 23],
  attributes: { allowzero: flag() },
  partial: true,
  shape: ([x, target], { allowzero }, context) => {
    const stated = target && statedElements(target);
    return [stated && reshapedTo(x, stated, allowzero, context)];
  },
  fold: ([x, target], { allowzero }, context) => {
    const stated = target && Array.from(target.data);
    const shape = x && stated && reshapedTo(x, stated, allowzero, context);
    const result = isNumeric(shape) ? reshaped(x!, shape) : undefined;
    return result && [result];
  },
  quantization: { kind: "transparent", data: 0 },
});

function reshapedTo(
  x: Pick<ShapedInput, "shape"> | undefined,
  stated: readonly (Dim | null)[],
  allowzero: boolean,
  context: RuleContext,
): readonly Dim[] {
  const copied = stated.map((dim, axis) => (dim === 0 && !allowzero ? (x?.shape[axis] ?? null) : dim));
  const open = copied.flatMap((dim, axis) => (dim === -1 || dim === null ? [axis] : []));
  const known = copied.filter((dim): dim is Dim => dim !== -1 && dim !== null);
  const left = x && open.length === 1 ? quotient(productOfDims(x.shape), productOfDims(known)) : undefined;
  return copied.map((dim, axis) => (dim === -1 || dim === null ? (left ?? context.unknownDim(0, axis)) : dim));
}

/** The elements that remain: they divide without remainder, or the model is wrong. */
function quotient(all: Dim, known: Dim): Dim | undefined {
  if (known === 0) return undefined;
  const exact = divDims(all, known);
  if (exact !== undefined && isIntegralDim(exact)) return exact;
  if (typeof all === "number" && typeof known === "number") return undefined;
  return floorDivDims(all, known);
}
